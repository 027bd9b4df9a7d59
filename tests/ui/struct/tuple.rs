use orm::Model;

#[derive(Model)]
struct Person(i64);

fn main() {}
