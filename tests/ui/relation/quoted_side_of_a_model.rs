use orm::Model;

#[derive(Model)]
#[many_to_many(friends: Person, through = Friendship, left = "one_id", right = other_id)]
struct Person {
    id: i64,
}

#[derive(Model)]
#[model(primary_key(one_id, other_id))]
struct Friendship {
    one_id: i64,
    other_id: i64,
}

fn main() {}
