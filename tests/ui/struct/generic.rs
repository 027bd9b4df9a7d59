use orm::Model;

#[derive(Model)]
struct Person<T> {
    id: i64,
    value: T,
}

fn main() {}
