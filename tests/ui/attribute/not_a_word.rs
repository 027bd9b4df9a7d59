use orm::Model;

#[derive(Model)]
#[model("people")]
struct Person {
    id: i64,
}

fn main() {}
