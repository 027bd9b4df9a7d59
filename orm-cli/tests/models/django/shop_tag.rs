use orm::Model;

use super::ShopEvent;

/// A row of `shop_tag`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "shop_tag")]
#[many_to_many(shop_events: ShopEvent, through = "shop_event_tags", left = "tag_id", right = "event_id")]
pub struct ShopTag {
    pub id: i64,
    #[model(unique)]
    pub name: String,
}
