use orm::Model;
use orm::value::{Decimal, Timestamp};

use super::{Country, CustomerKey, CustomerSetting, Email, Order, Product};

/// Those who buy.
/// Some of them twice.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "customers")]
#[model(index(nickname, created_at))]
#[model(index(lives_in_id, active, where = "active"))]
#[model(check = "(balance >= ('-1000'::integer)::numeric)")]
#[has_one(customer_setting: CustomerSetting, foreign_key = customer_id)]
#[has_many(orders: Order, foreign_key = customer_id)]
#[many_to_many(products: Product, through = "customers_products", left = "customer_id", right = "product_id")]
#[many_to_many(followees: Customer, through = "follows", left = "follower_id", right = "followee_id")]
#[many_to_many(followers: Customer, through = "follows", left = "followee_id", right = "follower_id")]
pub struct Customer {
    #[model(generated)]
    pub id: CustomerKey,
    #[model(unique, sql_type = "email")]
    pub email: Email,
    /// What friends say.
    #[model(sql_type = "varchar(40)")]
    pub nickname: Option<String>,
    #[model(db_default = sql("0"), sql_type = "numeric(12,2)")]
    pub balance: Decimal,
    #[model(column = "born_in", sql_type = "char(2)")]
    #[belongs_to(born_in: Country)]
    pub born_in_id: Option<String>,
    #[model(column = "lives_in", db_default = sql("'de'::bpchar"), sql_type = "char(2)")]
    #[belongs_to(lives_in: Country, on_delete = restrict)]
    pub lives_in_id: String,
    #[model(db_default = true)]
    pub active: bool,
    #[model(db_default = sql("now()"))]
    pub created_at: Timestamp,
}
