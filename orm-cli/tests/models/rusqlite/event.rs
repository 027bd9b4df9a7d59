use orm::Model;
use orm::value::{Date, DateTime, Timestamp};

use super::{Tag, Venue};

/// A row of `events`.
// The column `payload_any` holds integers and text: give it a field with a codec.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events")]
#[has_many(children: Event, foreign_key = parent_id)]
#[many_to_many(tags: Tag, through = "event_tags", left = "event_id", right = "tag_id", index = false)]
pub struct Event {
    pub id: i64,
    pub title: String,
    #[model(index, stored = sqlite(fraction = auto_si))]
    pub created_at: DateTime,
    #[model(stored = sqlite(fraction = auto_si, offset = "+00:00"))]
    pub happened_at: Timestamp,
    #[model(stored = mixed)]
    pub happened_fixed: Timestamp,
    pub day: Date,
    pub starts: Option<String>,
    pub active: i64,
    pub price: Option<String>,
    pub ref_id: Option<Vec<u8>>,
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
}
