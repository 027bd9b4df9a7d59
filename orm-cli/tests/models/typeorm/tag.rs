use orm::Model;

use super::Event;

/// A row of `tag`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "tag")]
#[many_to_many(events: Event, through = "event_tags_tag", left = "tagId", right = "eventId")]
pub struct Tag {
    pub id: i64,
    #[model(unique)]
    pub name: String,
}
