use orm::value::{Date, DateTime, Interval, Time};
use orm::{Model, Range};
use uuid::Uuid;

use super::{Customer, CustomerKey, OrderLine, OrderState, Pair, Product, Size};

/// A row of `orders`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "orders")]
#[model(check = "((priority >= 1) AND (priority <= 5))")]
#[has_many(order_lines: OrderLine, foreign_key = order_id)]
#[has_many(orders: Order, foreign_key = replaces_id)]
#[many_to_many(products: Product, through = OrderLine, left = order_id, right = product_id)]
pub struct Order {
    pub id: i64,
    #[model(sql_type = "customer_key")]
    #[belongs_to(customer: Customer, on_delete = cascade)]
    pub customer_id: CustomerKey,
    #[model(column = "replaces", sql_type = "integer")]
    #[belongs_to(replaces: Order, on_delete = set_null)]
    pub replaces_id: Option<i64>,
    #[model(db_default = sql("'new'::order_state"), sql_type = "order_state")]
    pub state: OrderState,
    #[model(db_default = sql("'{}'::\"Size\"[]"), sql_type = "\"Size\"[]")]
    pub sizes: Vec<Size>,
    pub tags: Option<Vec<String>>,
    pub total: f64,
    #[model(generated = "(total * (0.19)::double precision)")]
    pub vat: Option<f64>,
    #[model(sql_type = "timestamp(3) without time zone")]
    pub placed: DateTime,
    pub day: Option<Date>,
    pub at: Option<Time>,
    pub lead_time: Option<Interval>,
    pub days: Option<Range<Date>>,
    pub numbers: Option<Range<i32>>,
    #[model(sql_type = "inet")]
    pub host: Option<String>,
    #[model(sql_type = "cidr")]
    pub net: Option<String>,
    #[model(sql_type = "macaddr")]
    pub card: Option<String>,
    pub payload: Option<Vec<u8>>,
    #[model(db_default = sql("gen_random_uuid()"), unique)]
    pub token: Option<Uuid>,
    pub weight: Option<f32>,
    #[model(db_default = 3)]
    pub priority: i16,
    #[model(sql_type = "money")]
    pub amount: Option<String>,
    #[model(sql_type = "pair")]
    pub corners: Option<Pair>,
    pub r#type: Option<String>,
    #[model(column = "self")]
    pub self_: Option<String>,
    #[model(column = "Mixed Case")]
    pub mixed_case: Option<String>,
}
