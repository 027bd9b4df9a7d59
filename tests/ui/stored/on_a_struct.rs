use orm::Model;
use orm::value::Timestamp;

#[derive(Model)]
#[model(stored = unix_seconds)]
struct Event {
    id: i64,
    at: Timestamp,
}

#[derive(Model)]
#[model(stored())]
struct Other {
    id: i64,
    at: Timestamp,
}

fn main() {}
