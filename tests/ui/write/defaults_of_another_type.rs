//! A `default` of another type than the field.

use orm::Model;

#[derive(Model)]
struct InRust {
    id: i64,
    #[model(default = "text")]
    text: String,
    #[model(default = 1.5)]
    number: i64,
}

fn main() {
    let _ = NewInRust { text: "x".to_owned(), number: None };
}
