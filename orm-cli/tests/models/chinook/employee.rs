use orm::Model;
use orm::value::DateTime;

use super::Customer;

/// A row of `Employee`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Employee", rename_all = "PascalCase")]
#[has_many(customers: Customer, foreign_key = support_rep_id)]
#[has_many(employees: Employee, foreign_key = reports_to_id)]
pub struct Employee {
    #[model(primary_key)]
    pub employee_id: i64,
    pub last_name: String,
    pub first_name: String,
    pub title: Option<String>,
    #[model(column = "ReportsTo")]
    #[belongs_to(reports_to: Employee)]
    pub reports_to_id: Option<i64>,
    pub birth_date: Option<DateTime>,
    pub hire_date: Option<DateTime>,
    pub address: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    pub postal_code: Option<String>,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub email: Option<String>,
}
