use orm::Model;
use orm::value::{Date, DateTime, Decimal, Time, Timestamp};
use uuid::Uuid;

use super::{Tag, Venue};

/// A row of `events`.
// The column `untyped` holds integers, floating-point numbers, text and bytes: give it a field with
// a codec.
// The integers of the column `db_unix` may be times: write `Timestamp` and `#[model(stored =
// unix_seconds)]`.
// The integers of the column `db_epoch` may be times: write `Timestamp` and `#[model(stored =
// unix_seconds)]`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events")]
#[model(index(venue_id, where = "active"))]
#[has_many(children: Event, foreign_key = parent_id)]
#[many_to_many(tags: Tag, through = "event_tag", left = "event_id", right = "tag_id", index = false)]
pub struct Event {
    pub id: i64,
    pub title: String,
    /// mixed forms, see the rows
    #[model(db_default = sql("CURRENT_TIMESTAMP"), index, stored = mixed)]
    pub created_at: DateTime,
    /// strftime('%s', ...)
    pub created_unix: Option<i64>,
    /// julianday(...)
    pub created_jd: Option<f64>,
    /// strftime('%Y-%m-%d %H:%M:%f', ...)
    #[model(stored = sqlite(fraction = 3))]
    pub created_frac: Option<DateTime>,
    /// 'YYYY-MM-DDTHH:MM:SSZ' typed by hand, one with +05:30
    #[model(stored = mixed)]
    pub happened_at: Option<Timestamp>,
    pub day: Option<Date>,
    /// 'HH:MM' and 'HH:MM:SS'
    #[model(stored = mixed)]
    pub starts: Option<Time>,
    /// 1/0 and TRUE/FALSE keywords
    pub active: Option<bool>,
    /// 'true'/'false'
    #[model(stored = mixed)]
    pub active_text: Option<bool>,
    #[model(stored = y_n)]
    pub active_yn: Option<bool>,
    #[model(stored = numeric)]
    pub price: Option<Decimal>,
    pub price_text: Option<String>,
    #[model(db_default = sql("lower(hex(randomblob(16)))"), stored = mixed)]
    pub ref_id: Option<Uuid>,
    pub ref_blob: Option<Vec<u8>>,
    /// '{...}' upper case, as Windows tools write
    #[model(stored = braced(upper))]
    pub ref_braced: Option<Uuid>,
    pub payload: Option<serde_json::Value>,
    #[model(check = "payload_text IS NULL OR json_valid(payload_text)")]
    pub payload_text: Option<serde_json::Value>,
    /// 'HH:MM:SS' and ISO 8601
    pub duration: Option<String>,
    pub ratio: Option<f64>,
    /// NULL, '' and a zero date
    pub deleted_at: Option<String>,
    #[model(db_default = "draft", check = "status IN('draft','published','archived')")]
    pub status: Option<String>,
    pub updated_at: Option<DateTime>,
    #[belongs_to(venue: Venue, on_delete = set_null, index = false)]
    pub venue_id: Option<i64>,
    #[belongs_to(parent: Event, index = false)]
    pub parent_id: Option<i64>,
    #[model(generated = "length(title)")]
    pub title_len: Option<i64>,
    #[model(generated = "strftime('%Y', day)")]
    pub day_year: Option<String>,
    #[model(db_default = sql("CURRENT_TIMESTAMP"))]
    pub db_created: Option<DateTime>,
    #[model(db_default = sql("CURRENT_DATE"))]
    pub db_date: Option<Date>,
    #[model(db_default = sql("CURRENT_TIME"))]
    pub db_time: Option<Time>,
    #[model(db_default = sql("strftime('%s','now')"))]
    pub db_unix: Option<i64>,
    #[model(db_default = sql("unixepoch()"))]
    pub db_epoch: Option<i64>,
    #[model(db_default = sql("strftime('%Y-%m-%dT%H:%M:%fZ','now')"), stored = iso8601)]
    pub db_iso: Option<Timestamp>,
    #[model(db_default = sql("julianday('now')"))]
    pub db_jd: Option<f64>,
}
