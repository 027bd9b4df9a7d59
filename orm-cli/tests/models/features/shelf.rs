use orm::Model;

use super::{BoxRow, Warehouse};

/// A row of `shelves`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "shelves")]
#[model(primary_key(warehouse_id, number))]
#[has_many(box_rows: BoxRow, foreign_key = (warehouse, shelf))]
pub struct Shelf {
    #[model(column = "warehouse")]
    #[belongs_to(warehouse: Warehouse)]
    pub warehouse_id: i32,
    pub number: i32,
}
