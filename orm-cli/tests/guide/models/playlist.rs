use orm::Model;

use super::Album;

/// A row of `playlists`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "playlists")]
#[many_to_many(albums: Album, through = "albums_playlists", left = "playlist_id", right = "album_id")]
pub struct Playlist {
    pub id: i64,
    pub name: String,
}
