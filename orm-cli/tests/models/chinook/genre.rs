use orm::Model;

use super::Track;

/// A row of `Genre`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Genre", rename_all = "PascalCase")]
#[has_many(tracks: Track, foreign_key = genre_id)]
pub struct Genre {
    #[model(primary_key)]
    pub genre_id: i64,
    pub name: Option<String>,
}
