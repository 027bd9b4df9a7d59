use orm::Model;
use orm::value::DateTime;

use super::Event;

/// A row of `venues`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "venues")]
#[has_many(events: Event, foreign_key = venue_id)]
pub struct Venue {
    pub id: i64,
    pub name: Option<String>,
    #[model(db_default = 0)]
    pub events_count: i64,
    pub created_at: DateTime,
    pub updated_at: DateTime,
}
