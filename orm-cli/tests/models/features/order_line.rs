use orm::Model;

use super::{Order, Product};

/// A row of `order_lines`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "order_lines")]
#[model(primary_key(order_id, product_id))]
pub struct OrderLine {
    #[belongs_to(order: Order, on_delete = cascade)]
    pub order_id: i64,
    #[belongs_to(product: Product)]
    pub product_id: i32,
    #[model(db_default = 1)]
    pub quantity: i32,
}
