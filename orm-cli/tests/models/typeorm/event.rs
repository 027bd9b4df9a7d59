use orm::Model;
use orm::value::{Date, DateTime, Decimal, Time};
use uuid::Uuid;

use super::{Tag, Venue};

/// A row of `event`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "event", rename_all = "camelCase")]
#[has_many(children: Event, foreign_key = parent_id)]
#[many_to_many(tags: Tag, through = "event_tags_tag", left = "eventId", right = "tagId")]
pub struct Event {
    pub id: i64,
    pub title: String,
    #[model(stored = sqlite(fraction = 3))]
    pub created_on: DateTime,
    #[model(stored = sqlite(fraction = 3))]
    pub created_date: DateTime,
    #[model(stored = sqlite(fraction = 3))]
    pub happened_at: DateTime,
    pub day: Date,
    #[model(stored = sqlite(fraction = auto_si))]
    pub starts: Option<Time>,
    pub active: bool,
    #[model(stored = numeric)]
    pub price: Option<Decimal>,
    #[model(stored = hyphenated)]
    pub ref_id: Option<Uuid>,
    pub payload: Option<String>,
    pub payload_json: Option<serde_json::Value>,
    pub list: Option<String>,
    pub ratio: Option<f64>,
    #[model(stored = sqlite(fraction = 3))]
    pub deleted_on: Option<DateTime>,
    #[model(check = "\"status\" IN ('draft','published','archived')")]
    pub status: String,
    pub big: Option<i64>,
    #[model(db_default = sql("datetime('now')"))]
    pub created_auto: DateTime,
    #[model(db_default = sql("datetime('now')"))]
    pub updated_auto: DateTime,
    pub version: i64,
    #[belongs_to(venue: Venue, index = false)]
    pub venue_id: Option<i64>,
    #[belongs_to(parent: Event, index = false)]
    pub parent_id: Option<i64>,
}
