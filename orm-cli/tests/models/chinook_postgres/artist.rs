use orm::Model;

use super::Album;

/// A row of `artist`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "artist")]
#[has_many(albums: Album, foreign_key = artist_id)]
pub struct Artist {
    #[model(primary_key, generated = false)]
    pub artist_id: i32,
    #[model(sql_type = "varchar(120)")]
    pub name: Option<String>,
}
