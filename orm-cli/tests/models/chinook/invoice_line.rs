use orm::Model;
use orm::value::Decimal;

use super::{Invoice, Track};

/// A row of `InvoiceLine`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "InvoiceLine", rename_all = "PascalCase")]
pub struct InvoiceLine {
    #[model(primary_key)]
    pub invoice_line_id: i64,
    #[belongs_to(invoice: Invoice)]
    pub invoice_id: i64,
    #[belongs_to(track: Track)]
    pub track_id: i64,
    #[model(stored = numeric)]
    pub unit_price: Decimal,
    pub quantity: i64,
}
