use orm::Model;

use super::Album;

/// A row of `artists`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "artists")]
#[has_many(albums: Album, foreign_key = artist_id)]
pub struct Artist {
    pub id: i64,
    #[model(unique)]
    pub name: String,
}
