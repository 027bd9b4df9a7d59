use orm::Model;

use super::Event;

/// A row of `tags`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "tags")]
#[many_to_many(events: Event, through = "event_tags", left = "tagId", right = "eventId")]
pub struct Tag {
    pub id: i64,
    #[model(unique)]
    pub name: String,
}
