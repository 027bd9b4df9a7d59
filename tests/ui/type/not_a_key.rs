use orm::Model;

#[derive(Model)]
struct Person {
    #[model(primary_key)]
    weight: f64,
}

fn main() {}
