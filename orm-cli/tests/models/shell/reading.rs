use orm::Model;
use orm::value::Timestamp;

/// A row of `readings`.
// The column `v` holds integers and text: give it a field with a codec.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "readings")]
pub struct Reading {
    pub id: i64,
    pub at: i64,
    #[model(stored = mixed)]
    pub at_text: Timestamp,
    #[model(check = "ok IN(0,1)")]
    pub ok: i64,
    pub price: Option<String>,
    pub raw: Option<Vec<u8>>,
    pub r: Option<f64>,
}
