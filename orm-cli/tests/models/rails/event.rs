use orm::Model;
use orm::value::{Date, DateTime, Decimal, Time};
use uuid::Uuid;

use super::Venue;

/// A row of `events`.
// `subject_type` and `subject_id` look like a polymorphic relation: `#[derive(Polymorphic)]` makes
// an enum of the models that it leads to, and `#[belongs_to(subject: .., tag = .., index = false)]`
// the relation.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events")]
#[model(index(subject_type, subject_id))]
#[has_many(children: Event, foreign_key = parent_id)]
pub struct Event {
    pub id: i64,
    pub title: String,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub happened_at: Option<DateTime>,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub happened_old: Option<DateTime>,
    pub day: Option<Date>,
    #[model(stored = sqlite(dated, fraction = optional(6)))]
    pub starts: Option<Time>,
    #[model(db_default = true)]
    pub active: bool,
    #[model(stored = t_f)]
    pub legacy_flag: Option<bool>,
    #[model(stored = numeric)]
    pub price: Option<Decimal>,
    #[model(stored = hyphenated)]
    pub ref_id: Option<Uuid>,
    pub payload: Option<serde_json::Value>,
    pub settings: Option<String>,
    pub ratio: Option<f64>,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub deleted_at: Option<DateTime>,
    #[model(db_default = 0)]
    pub status: i64,
    pub kind: Option<String>,
    pub r#type: Option<String>,
    #[model(db_default = 0)]
    pub lock_version: Option<i64>,
    #[belongs_to(venue: Venue)]
    pub venue_id: Option<i64>,
    #[belongs_to(parent: Event)]
    pub parent_id: Option<i64>,
    pub subject_type: Option<String>,
    pub subject_id: Option<i64>,
    #[model(db_default = sql("CURRENT_TIMESTAMP"))]
    pub db_created: Option<DateTime>,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub created_at: DateTime,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub updated_at: DateTime,
}
