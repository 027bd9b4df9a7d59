use orm::Model;

#[derive(Model)]
#[model(tabel = "people", colour = "red")]
struct Person {
    id: i64,
}

fn main() {}
