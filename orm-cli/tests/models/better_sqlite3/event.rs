use orm::Model;
use orm::value::{Date, DateTime, Timestamp};
use uuid::Uuid;

use super::{Tag, Venue};

/// A row of `events`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events", rename_all = "camelCase")]
#[has_many(children: Event, foreign_key = parent_id)]
#[many_to_many(tags: Tag, through = "event_tags", left = "eventId", right = "tagId", index = false)]
pub struct Event {
    pub id: i64,
    pub title: String,
    #[model(index, stored = iso8601(fraction = 3))]
    pub created_at: Timestamp,
    pub created_ms: i64,
    pub created_sec: i64,
    pub created_ms_real: Option<f64>,
    #[model(stored = iso8601(fraction = 3))]
    pub happened_at: Timestamp,
    pub happened_ms: i64,
    pub day: Date,
    pub starts: Option<String>,
    pub active: i64,
    pub price: Option<f64>,
    pub price_cents: Option<i64>,
    #[model(stored = hyphenated)]
    pub ref_id: Option<Uuid>,
    pub payload: Option<String>,
    pub duration_ms: Option<i64>,
    pub ratio: Option<f64>,
    #[model(stored = iso8601(fraction = 3))]
    pub deleted_at: Option<Timestamp>,
    #[model(check = "status IN ('draft','published','archived')")]
    pub status: String,
    pub level: i64,
    pub big_id: Option<i64>,
    #[belongs_to(venue: Venue, on_delete = set_null, index = false)]
    pub venue_id: Option<i64>,
    #[belongs_to(parent: Event, index = false)]
    pub parent_id: Option<i64>,
    #[model(db_default = sql("CURRENT_TIMESTAMP"))]
    pub db_created: DateTime,
    pub locale_date: Option<String>,
}
