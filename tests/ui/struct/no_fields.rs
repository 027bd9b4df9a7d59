use orm::Model;

#[derive(Model)]
struct Person {}

fn main() {}
