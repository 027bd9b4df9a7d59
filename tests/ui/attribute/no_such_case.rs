use orm::Model;

#[derive(Model)]
#[model(rename_all = "snakeCase")]
struct Person {
    id: i64,
}

fn main() {}
