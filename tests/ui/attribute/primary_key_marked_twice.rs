use orm::Model;

#[derive(Model)]
struct Person {
    #[model(primary_key)]
    first: String,
    #[model(primary_key)]
    last: String,
}

fn main() {}
