use orm::Model;

use super::Event;

/// A row of `Venue`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Venue")]
#[has_many(events: Event, foreign_key = venue_id)]
pub struct Venue {
    pub id: i64,
    pub name: String,
}
