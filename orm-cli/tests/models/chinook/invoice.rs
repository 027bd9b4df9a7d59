use orm::Model;
use orm::value::{DateTime, Decimal};

use super::{Customer, InvoiceLine};

/// A row of `Invoice`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Invoice", rename_all = "PascalCase")]
#[has_many(invoice_lines: InvoiceLine, foreign_key = invoice_id)]
pub struct Invoice {
    #[model(primary_key)]
    pub invoice_id: i64,
    #[belongs_to(customer: Customer)]
    pub customer_id: i64,
    pub invoice_date: DateTime,
    pub billing_address: Option<String>,
    pub billing_city: Option<String>,
    pub billing_state: Option<String>,
    pub billing_country: Option<String>,
    pub billing_postal_code: Option<String>,
    #[model(stored = numeric)]
    pub total: Decimal,
}
