use orm::Model;

#[derive(Model)]
#[model(unique(nmae), index(colour))]
struct Person {
    id: i64,
    name: String,
}

fn main() {}
