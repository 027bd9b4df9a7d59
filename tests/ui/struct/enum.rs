use orm::Model;

#[derive(Model)]
enum Person {
    Known,
}

fn main() {}
