use orm::Model;

use super::Track;

/// A row of `Playlist`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Playlist", rename_all = "PascalCase")]
#[many_to_many(tracks: Track, through = "PlaylistTrack", left = "PlaylistId", right = "TrackId")]
pub struct Playlist {
    #[model(primary_key)]
    pub playlist_id: i64,
    pub name: Option<String>,
}
