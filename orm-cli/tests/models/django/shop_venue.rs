use orm::Model;

use super::ShopEvent;

/// A row of `shop_venue`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "shop_venue")]
#[has_many(shop_events: ShopEvent, foreign_key = venue_id)]
pub struct ShopVenue {
    pub id: i64,
    pub name: String,
}
