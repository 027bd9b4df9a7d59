use orm::Model;

use super::Track;

/// A row of `playlist`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "playlist")]
#[many_to_many(tracks: Track, through = "playlist_track", left = "playlist_id", right = "track_id")]
pub struct Playlist {
    #[model(primary_key, generated = false)]
    pub playlist_id: i32,
    #[model(sql_type = "varchar(120)")]
    pub name: Option<String>,
}
