use orm::Model;
use orm::value::{Date, DateTime, Timestamp};

/// A row of `events_time`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events_time")]
pub struct EventsTime {
    pub id: i64,
    #[model(stored = sqlite(fraction = at_least(1)))]
    pub created_at: DateTime,
    #[model(stored = mixed)]
    pub happened_at: Timestamp,
    pub day: Date,
    pub starts: Option<String>,
}
