use orm::Model;

use super::Event;

/// A row of `Tag`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Tag")]
#[many_to_many(events: Event, through = "_EventToTag", left = "B", right = "A")]
pub struct Tag {
    pub id: i64,
    #[model(unique)]
    pub name: String,
}
