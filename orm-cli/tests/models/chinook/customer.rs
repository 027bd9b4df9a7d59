use orm::Model;

use super::{Employee, Invoice};

/// A row of `Customer`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Customer", rename_all = "PascalCase")]
#[has_many(invoices: Invoice, foreign_key = customer_id)]
pub struct Customer {
    #[model(primary_key)]
    pub customer_id: i64,
    pub first_name: String,
    pub last_name: String,
    pub company: Option<String>,
    pub address: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    pub postal_code: Option<String>,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub email: String,
    #[belongs_to(support_rep: Employee)]
    pub support_rep_id: Option<i64>,
}
