use orm::Model;
use orm::value::{Date, DateTime, Decimal, Time};
use uuid::Uuid;

use super::{ShopTag, ShopVenue};

/// A row of `shop_event`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "shop_event")]
#[has_many(children: ShopEvent, foreign_key = parent_id)]
#[many_to_many(shop_tags: ShopTag, through = "shop_event_tags", left = "event_id", right = "tag_id")]
pub struct ShopEvent {
    pub id: i64,
    pub title: String,
    #[model(index, stored = sqlite(fraction = optional(6)))]
    pub created_at: DateTime,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub happened_at: DateTime,
    pub day: Date,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub starts: Option<Time>,
    pub active: bool,
    #[model(stored = numeric)]
    pub price: Option<Decimal>,
    #[model(stored = simple)]
    pub ref_id: Option<Uuid>,
    #[model(check = "(JSON_VALID(\"payload\") OR \"payload\" IS NULL)")]
    pub payload: Option<serde_json::Value>,
    pub duration: Option<i64>,
    pub ratio: Option<f64>,
    #[model(stored = sqlite(fraction = optional(6)))]
    pub deleted_at: Option<DateTime>,
    pub status: String,
    pub level: i64,
    #[model(db_default = sql("STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"), stored = sqlite(fraction = 3))]
    pub db_created: DateTime,
    #[model(generated = "LENGTH(\"title\")")]
    pub slug_len: Option<i64>,
    #[belongs_to(parent: ShopEvent)]
    pub parent_id: Option<i64>,
    #[belongs_to(venue: ShopVenue)]
    pub venue_id: Option<i64>,
}
