use orm::Model;
use orm::value::{Decimal, Timestamp};
use uuid::Uuid;

use super::{Tag, Venue};

/// A row of `Event`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Event", rename_all = "camelCase")]
#[has_many(children: Event, foreign_key = parent_id)]
#[many_to_many(tags: Tag, through = "_EventToTag", left = "A", right = "B")]
pub struct Event {
    pub id: i64,
    pub title: String,
    #[model(index)]
    pub created_at: i64,
    #[model(db_default = sql("CURRENT_TIMESTAMP"), stored = unix_milliseconds)]
    pub created_now: Timestamp,
    #[model(stored = unix_milliseconds)]
    pub updated_at: Timestamp,
    pub happened_at: i64,
    pub active: bool,
    #[model(stored = numeric)]
    pub price: Option<Decimal>,
    #[model(stored = hyphenated)]
    pub ref_id: Option<Uuid>,
    pub payload: Option<serde_json::Value>,
    pub ratio: Option<f64>,
    pub big: Option<i64>,
    pub raw: Option<Vec<u8>>,
    #[model(stored = unix_milliseconds)]
    pub deleted_at: Option<Timestamp>,
    #[model(db_default = "draft")]
    pub status: String,
    #[belongs_to(venue: Venue, on_delete = set_null, index = false)]
    pub venue_id: Option<i64>,
    #[belongs_to(parent: Event, on_delete = set_null, index = false)]
    pub parent_id: Option<i64>,
}
