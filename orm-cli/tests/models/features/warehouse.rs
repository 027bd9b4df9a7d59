use orm::Model;

use super::Shelf;

/// A row of `warehouses`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "warehouses")]
#[has_many(shelves: Shelf, foreign_key = warehouse_id)]
pub struct Warehouse {
    #[model(primary_key, generated = false)]
    pub number: i32,
    pub town: String,
}
