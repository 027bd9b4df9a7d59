use orm::Model;

#[derive(Model)]
#[many_to_many(friends: Friend)]
struct Person {
    id: i64,
}

#[derive(Model)]
struct Friend {
    id: i64,
}

fn main() {}
