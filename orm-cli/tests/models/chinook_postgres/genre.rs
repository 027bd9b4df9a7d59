use orm::Model;

use super::Track;

/// A row of `genre`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "genre")]
#[has_many(tracks: Track, foreign_key = genre_id)]
pub struct Genre {
    #[model(primary_key, generated = false)]
    pub genre_id: i32,
    #[model(sql_type = "varchar(120)")]
    pub name: Option<String>,
}
