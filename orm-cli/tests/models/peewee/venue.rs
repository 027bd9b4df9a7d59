use orm::Model;

use super::Event;

/// A row of `venue`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "venue")]
#[has_many(events: Event, foreign_key = venue_id)]
pub struct Venue {
    pub id: i64,
    pub name: String,
}
