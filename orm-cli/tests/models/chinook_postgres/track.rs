use orm::Model;
use orm::value::Decimal;

use super::{Album, Genre, InvoiceLine, MediaType, Playlist};

/// A row of `track`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "track")]
#[has_many(invoice_lines: InvoiceLine, foreign_key = track_id)]
#[many_to_many(playlists: Playlist, through = "playlist_track", left = "track_id", right = "playlist_id")]
pub struct Track {
    #[model(primary_key, generated = false)]
    pub track_id: i32,
    #[model(sql_type = "varchar(200)")]
    pub name: String,
    #[belongs_to(album: Album)]
    pub album_id: Option<i32>,
    #[belongs_to(media_type: MediaType)]
    pub media_type_id: i32,
    #[belongs_to(genre: Genre)]
    pub genre_id: Option<i32>,
    #[model(sql_type = "varchar(220)")]
    pub composer: Option<String>,
    pub milliseconds: i32,
    pub bytes: Option<i32>,
    #[model(sql_type = "numeric(10,2)")]
    pub unit_price: Decimal,
}
