use orm::Model;

use super::Event;

/// A row of `tag`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "tag")]
#[many_to_many(events: Event, through = "event_tag_through", left = "tag_id", right = "event_id")]
pub struct Tag {
    pub id: i64,
    #[model(unique)]
    pub name: String,
}
