use orm::Model;
use orm::value::{Date, DateTime, Time, Timestamp};
use uuid::Uuid;

use super::{Tag, Venue};

/// A row of `events`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events")]
#[has_many(children: Event, foreign_key = parent_id)]
#[many_to_many(tags: Tag, through = "event_tags", left = "event_id", right = "tag_id", index = false)]
pub struct Event {
    pub id: i64,
    pub title: String,
    #[model(index, stored = sqlite(fraction = auto_si))]
    pub created_at: DateTime,
    #[model(stored = iso8601(fraction = auto_si, offset = "+00:00"))]
    pub happened_at: Timestamp,
    #[model(stored = mixed)]
    pub happened_fixed: Timestamp,
    pub day: Date,
    #[model(stored = sqlite(fraction = auto_si))]
    pub starts: Option<Time>,
    pub active: bool,
    pub price: Option<String>,
    pub ref_id: Option<Vec<u8>>,
    #[model(stored = hyphenated)]
    pub ref_hyphen: Option<Uuid>,
    #[model(stored = simple)]
    pub ref_simple: Option<Uuid>,
    pub payload: Option<String>,
    pub duration: Option<i64>,
    pub ratio: Option<f64>,
    #[model(stored = sqlite(fraction = auto_si))]
    pub deleted_at: Option<DateTime>,
    pub status: String,
    pub level: i64,
    #[belongs_to(venue: Venue, index = false)]
    pub venue_id: Option<i64>,
    #[belongs_to(parent: Event, index = false)]
    pub parent_id: Option<i64>,
    #[model(db_default = sql("CURRENT_TIMESTAMP"))]
    pub db_created: DateTime,
    #[model(stored = sqlite(fraction = at_least(1)))]
    pub time_created_at: Option<DateTime>,
    #[model(stored = mixed)]
    pub time_happened_at: Option<Timestamp>,
    #[model(stored = sqlite(fraction = at_least(1)))]
    pub time_starts: Option<Time>,
}
