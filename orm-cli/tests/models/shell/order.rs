use orm::Model;

/// A row of `order`.
// SQLite allows NULL in the key `group`; a row with NULL there cannot be read.
// SQLite allows NULL in the key `select`; a row with NULL there cannot be read.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "order")]
#[model(primary_key(group, select))]
pub struct Order {
    pub group: String,
    pub select: i64,
    #[model(column = "a b")]
    pub a_b: Option<String>,
}
