use orm::Model;

#[derive(Model)]
#[model(primary_key(first, last))]
struct Person {
    #[model(primary_key)]
    first: String,
    last: String,
}

fn main() {}
