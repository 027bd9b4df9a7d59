use orm::Model;

use super::{Artist, Track};

/// A row of `album`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "album")]
#[has_many(tracks: Track, foreign_key = album_id)]
pub struct Album {
    #[model(primary_key, generated = false)]
    pub album_id: i32,
    #[model(sql_type = "varchar(160)")]
    pub title: String,
    #[belongs_to(artist: Artist)]
    pub artist_id: i32,
}
