use orm::Model;
use orm::value::Decimal;

use super::{Invoice, Track};

/// A row of `invoice_line`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "invoice_line")]
pub struct InvoiceLine {
    #[model(primary_key, generated = false)]
    pub invoice_line_id: i32,
    #[belongs_to(invoice: Invoice)]
    pub invoice_id: i32,
    #[belongs_to(track: Track)]
    pub track_id: i32,
    #[model(sql_type = "numeric(10,2)")]
    pub unit_price: Decimal,
    pub quantity: i32,
}
