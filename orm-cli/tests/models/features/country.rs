use orm::Model;

use super::Customer;

/// A row of `countries`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "countries")]
#[has_many(customers_by_born_in: Customer, foreign_key = born_in_id)]
#[has_many(customers_by_lives_in: Customer, foreign_key = lives_in_id)]
pub struct Country {
    #[model(primary_key, sql_type = "char(2)")]
    pub code: String,
    #[model(unique)]
    pub name: String,
}
