use orm::Model;

use super::{Artist, Track};

/// A row of `Album`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Album", rename_all = "PascalCase")]
#[has_many(tracks: Track, foreign_key = album_id)]
pub struct Album {
    #[model(primary_key)]
    pub album_id: i64,
    pub title: String,
    #[belongs_to(artist: Artist)]
    pub artist_id: i64,
}
