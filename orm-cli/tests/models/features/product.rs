use orm::Model;

use super::{Customer, Order, OrderLine};

/// A row of `products`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "products")]
#[has_many(order_lines: OrderLine, foreign_key = product_id)]
#[many_to_many(orders: Order, through = OrderLine, left = product_id, right = order_id)]
#[many_to_many(customers: Customer, through = "customers_products", left = "product_id", right = "customer_id")]
pub struct Product {
    pub id: i32,
    pub name: String,
}
