use orm::Model;
use orm::value::{Date, DateTime, Timestamp};

/// A row of `events_jiff`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events_jiff")]
pub struct EventsJiff {
    pub id: i64,
    #[model(stored = iso8601)]
    pub created_at: DateTime,
    #[model(stored = mixed)]
    pub happened_at: Timestamp,
    pub day: Date,
    pub starts: Option<String>,
}
