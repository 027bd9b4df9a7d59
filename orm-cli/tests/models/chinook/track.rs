use orm::Model;
use orm::value::Decimal;

use super::{Album, Genre, InvoiceLine, MediaType, Playlist};

/// A row of `Track`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Track", rename_all = "PascalCase")]
#[has_many(invoice_lines: InvoiceLine, foreign_key = track_id)]
#[many_to_many(playlists: Playlist, through = "PlaylistTrack", left = "TrackId", right = "PlaylistId")]
pub struct Track {
    #[model(primary_key)]
    pub track_id: i64,
    pub name: String,
    #[belongs_to(album: Album)]
    pub album_id: Option<i64>,
    #[belongs_to(media_type: MediaType)]
    pub media_type_id: i64,
    #[belongs_to(genre: Genre)]
    pub genre_id: Option<i64>,
    pub composer: Option<String>,
    pub milliseconds: i64,
    pub bytes: Option<i64>,
    #[model(stored = numeric)]
    pub unit_price: Decimal,
}
