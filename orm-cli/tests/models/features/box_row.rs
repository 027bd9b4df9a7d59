use orm::Model;

use super::Shelf;

/// A row of `boxes`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "boxes")]
#[belongs_to(shelf_row: Shelf, foreign_key = (warehouse, shelf), on_delete = cascade)]
#[has_one(box_row: BoxRow, foreign_key = above_id)]
pub struct BoxRow {
    pub id: i64,
    pub warehouse: i32,
    pub shelf: i32,
    #[model(unique)]
    #[belongs_to(above: BoxRow)]
    pub above_id: Option<i64>,
}
