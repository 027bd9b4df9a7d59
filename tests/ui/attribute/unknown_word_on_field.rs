use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[model(colum = "n", secret)]
    name: String,
}

fn main() {}
