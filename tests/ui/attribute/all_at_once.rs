use orm::Model;

#[derive(Model)]
#[model(tabel = "people")]
struct Person {
    id: i64,
    #[model(colum = "n")]
    name: String,
    #[belongs_to(friend: Person, on_delete = vanish)]
    friend_id: i64,
}

fn main() {}
