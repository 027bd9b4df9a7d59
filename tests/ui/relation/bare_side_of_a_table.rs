use orm::Model;

#[derive(Model)]
#[many_to_many(friends: Person, through = "friendships", left = one_id, right = "other_id")]
struct Person {
    id: i64,
}

fn main() {}
