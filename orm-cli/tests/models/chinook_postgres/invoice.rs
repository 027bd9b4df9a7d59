use orm::Model;
use orm::value::{DateTime, Decimal};

use super::{Customer, InvoiceLine};

/// A row of `invoice`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "invoice")]
#[has_many(invoice_lines: InvoiceLine, foreign_key = invoice_id)]
pub struct Invoice {
    #[model(primary_key, generated = false)]
    pub invoice_id: i32,
    #[belongs_to(customer: Customer)]
    pub customer_id: i32,
    pub invoice_date: DateTime,
    #[model(sql_type = "varchar(70)")]
    pub billing_address: Option<String>,
    #[model(sql_type = "varchar(40)")]
    pub billing_city: Option<String>,
    #[model(sql_type = "varchar(40)")]
    pub billing_state: Option<String>,
    #[model(sql_type = "varchar(40)")]
    pub billing_country: Option<String>,
    #[model(sql_type = "varchar(10)")]
    pub billing_postal_code: Option<String>,
    #[model(sql_type = "numeric(10,2)")]
    pub total: Decimal,
}
