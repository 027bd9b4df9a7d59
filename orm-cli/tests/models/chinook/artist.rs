use orm::Model;

use super::Album;

/// A row of `Artist`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Artist", rename_all = "PascalCase")]
#[has_many(albums: Album, foreign_key = artist_id)]
pub struct Artist {
    #[model(primary_key)]
    pub artist_id: i64,
    pub name: Option<String>,
}
