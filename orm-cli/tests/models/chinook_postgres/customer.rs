use orm::Model;

use super::{Employee, Invoice};

/// A row of `customer`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "customer")]
#[has_many(invoices: Invoice, foreign_key = customer_id)]
pub struct Customer {
    #[model(primary_key, generated = false)]
    pub customer_id: i32,
    #[model(sql_type = "varchar(40)")]
    pub first_name: String,
    #[model(sql_type = "varchar(20)")]
    pub last_name: String,
    #[model(sql_type = "varchar(80)")]
    pub company: Option<String>,
    #[model(sql_type = "varchar(70)")]
    pub address: Option<String>,
    #[model(sql_type = "varchar(40)")]
    pub city: Option<String>,
    #[model(sql_type = "varchar(40)")]
    pub state: Option<String>,
    #[model(sql_type = "varchar(40)")]
    pub country: Option<String>,
    #[model(sql_type = "varchar(10)")]
    pub postal_code: Option<String>,
    #[model(sql_type = "varchar(24)")]
    pub phone: Option<String>,
    #[model(sql_type = "varchar(24)")]
    pub fax: Option<String>,
    #[model(sql_type = "varchar(60)")]
    pub email: String,
    #[belongs_to(support_rep: Employee)]
    pub support_rep_id: Option<i32>,
}
