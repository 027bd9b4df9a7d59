use orm::Model;

/// A row of `tags`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "tags")]
pub struct Tag {
    pub id: i64,
    #[model(unique)]
    pub name: Option<String>,
}
