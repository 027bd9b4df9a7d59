use orm::Model;

#[derive(Model)]
#[model(table = "peo\0ple")]
struct Person {
    id: i64,
    #[model(column = "na\0me")]
    name: String,
}

fn main() {}
