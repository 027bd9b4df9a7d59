use orm::Model;

/// A row of `options`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "options")]
pub struct OptionRow {
    pub id: i64,
    pub r#fn: String,
    #[model(accessor = query_column)]
    pub query: Option<String>,
}
