use orm::Model;
use orm::value::DateTime;

use super::Customer;

/// A row of `employee`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "employee")]
#[has_many(customers: Customer, foreign_key = support_rep_id)]
#[has_many(employees: Employee, foreign_key = reports_to_id)]
pub struct Employee {
    #[model(primary_key, generated = false)]
    pub employee_id: i32,
    #[model(sql_type = "varchar(20)")]
    pub last_name: String,
    #[model(sql_type = "varchar(20)")]
    pub first_name: String,
    #[model(sql_type = "varchar(30)")]
    pub title: Option<String>,
    #[model(column = "reports_to")]
    #[belongs_to(reports_to: Employee)]
    pub reports_to_id: Option<i32>,
    pub birth_date: Option<DateTime>,
    pub hire_date: Option<DateTime>,
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
    pub email: Option<String>,
}
