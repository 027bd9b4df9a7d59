use orm::Model;
use orm::value::{Date, DateTime, Decimal, Time, Timestamp};
use uuid::Uuid;

use super::{Tag, Venue};

/// A row of `event`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "event")]
#[has_many(children: Event, foreign_key = parent_id)]
#[many_to_many(tags: Tag, through = "event_tag_through", left = "event_id", right = "tag_id")]
pub struct Event {
    pub id: i64,
    pub title: String,
    #[model(index, stored = sqlite(fraction = optional(6)))]
    pub created_at: DateTime,
    #[model(stored = mixed)]
    pub happened_at: Timestamp,
    pub happened_ts: Option<i64>,
    pub happened_ts_us: Option<i64>,
    pub day: Date,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub starts: Option<Time>,
    pub active: i64,
    #[model(stored = numeric)]
    pub price: Option<Decimal>,
    #[model(stored = simple)]
    pub ref_id: Option<Uuid>,
    pub ref_bin: Option<Vec<u8>>,
    pub payload: Option<String>,
    pub ratio: Option<f64>,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub deleted_at: Option<DateTime>,
    pub status: String,
    #[belongs_to(venue: Venue)]
    pub venue_id: Option<i64>,
    #[belongs_to(parent: Event)]
    pub parent_id: Option<i64>,
    #[model(db_default = sql("CURRENT_TIMESTAMP"))]
    pub db_created: DateTime,
}
