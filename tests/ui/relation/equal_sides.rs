use orm::Model;

#[derive(Model)]
#[many_to_many(friends: Person, through = "friendships")]
struct Person {
    id: i64,
}

fn main() {}
