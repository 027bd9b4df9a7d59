use orm::Model;
use orm::value::Timestamp;

use super::{Artist, Playlist};

/// A row of `albums`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "albums")]
#[many_to_many(playlists: Playlist, through = "albums_playlists", left = "album_id", right = "playlist_id", index = false)]
pub struct Album {
    pub id: i64,
    pub title: String,
    /// when it was first sold
    #[model(stored = iso8601(fraction = 3))]
    pub released_at: Timestamp,
    #[model(db_default = "studio")]
    pub r#type: String,
    #[belongs_to(artist: Artist, on_delete = cascade, index = false)]
    pub artist_id: i64,
}
