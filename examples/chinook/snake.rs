//! The shop as the database for PostgreSQL names it: tables and columns in `snake_case`.

use orm::Model;

use crate::values::{Day, Price};

pub(crate) use report::report;

#[path = "report.rs"]
mod report;

#[derive(Model, Debug)]
#[model(table = "artist")]
#[has_many(albums: Album)]
pub(crate) struct Artist {
    #[model(primary_key)]
    pub(crate) artist_id: i64,
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "album")]
#[has_many(tracks: Track)]
pub(crate) struct Album {
    #[model(primary_key)]
    pub(crate) album_id: i64,
    pub(crate) title: String,
    #[belongs_to(artist: Artist)]
    pub(crate) artist_id: i64,
}

#[derive(Model, Debug)]
#[model(table = "track")]
#[many_to_many(playlists: Playlist, through = PlaylistTrack)]
pub(crate) struct Track {
    #[model(primary_key)]
    pub(crate) track_id: i64,
    pub(crate) name: String,
    #[belongs_to(album: Album)]
    pub(crate) album_id: Option<i64>,
    #[belongs_to(genre: Genre)]
    pub(crate) genre_id: Option<i64>,
    pub(crate) milliseconds: i64,
}

#[derive(Model, Debug)]
#[model(table = "genre")]
pub(crate) struct Genre {
    #[model(primary_key)]
    pub(crate) genre_id: i64,
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "playlist")]
#[many_to_many(tracks: Track, through = PlaylistTrack)]
pub(crate) struct Playlist {
    #[model(primary_key)]
    pub(crate) playlist_id: i64,
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "playlist_track", primary_key(playlist_id, track_id))]
pub(crate) struct PlaylistTrack {
    pub(crate) playlist_id: i64,
    pub(crate) track_id: i64,
}

#[derive(Model, Debug)]
#[model(table = "employee")]
#[has_many(reports: Employee, foreign_key = reports_to)]
#[has_many(customers: Customer, foreign_key = support_rep_id)]
pub(crate) struct Employee {
    #[model(primary_key)]
    pub(crate) employee_id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) title: Option<String>,
    #[belongs_to(manager: Employee)]
    pub(crate) reports_to: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "customer")]
#[has_many(invoices: Invoice)]
pub(crate) struct Customer {
    #[model(primary_key)]
    pub(crate) customer_id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) country: Option<String>,
    #[belongs_to(support: Employee)]
    pub(crate) support_rep_id: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "invoice")]
#[has_many(lines: InvoiceLine)]
pub(crate) struct Invoice {
    #[model(primary_key)]
    pub(crate) invoice_id: i64,
    #[belongs_to(customer: Customer)]
    pub(crate) customer_id: i64,
    pub(crate) invoice_date: Day,
    pub(crate) total: Price,
}

#[derive(Model, Debug)]
#[model(table = "invoice_line")]
pub(crate) struct InvoiceLine {
    #[model(primary_key)]
    pub(crate) invoice_line_id: i64,
    #[belongs_to(invoice: Invoice)]
    pub(crate) invoice_id: i64,
    #[belongs_to(track: Track)]
    pub(crate) track_id: i64,
    pub(crate) unit_price: Price,
    pub(crate) quantity: i32,
}
