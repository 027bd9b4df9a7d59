use orm::Model;

#[derive(Model)]
struct Event {
    id: i64,
    #[model(stored = unix_seconds)]
    title: String,
}

fn main() {
    let _ = Event::query();
}
