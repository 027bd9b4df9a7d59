use orm::Model;
use orm::value::DateTime;

/// A row of `settings`.
// The column `v` holds integers and text: give it a field with a codec.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "settings")]
pub struct Setting {
    #[model(primary_key)]
    pub k: String,
    #[model(db_default = sql("datetime('now','localtime')"))]
    pub updated: Option<DateTime>,
}
