use orm::Model;

use super::{Customer, CustomerKey};

/// A row of `customer_settings`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "customer_settings")]
pub struct CustomerSetting {
    #[model(primary_key, sql_type = "customer_key")]
    #[belongs_to(customer: Customer, on_delete = cascade)]
    pub customer_id: CustomerKey,
    #[model(db_default = sql("'it''s dark'::text"))]
    pub theme: String,
    #[model(db_default = sql("'{}'::jsonb"))]
    pub options: serde_json::Value,
    #[model(sql_type = "json")]
    pub raw: Option<serde_json::Value>,
}
