//! JSON paths into columns that hold no JSON.

use orm::Model;

#[derive(Model, Debug)]
struct Event {
    id: i64,
    title: String,
}

fn main() {
    let _ = Event::query().filter(Event::title().path("user.name").text().eq("Ada"));
    let _ = Event::query().select(Event::id().key("a.b").index(0).integer());
}
