//! The shop as the database for SQLite names it: tables and columns in `PascalCase`.

use orm::Model;

use crate::values::{Day, Price};

pub(crate) use report::report;

#[path = "report.rs"]
mod report;

#[derive(Model, Debug)]
#[model(table = "Artist", rename_all = "PascalCase")]
#[has_many(albums: Album)]
pub(crate) struct Artist {
    #[model(primary_key)]
    pub(crate) artist_id: i64,
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "Album", rename_all = "PascalCase")]
#[has_many(tracks: Track)]
pub(crate) struct Album {
    #[model(primary_key)]
    pub(crate) album_id: i64,
    pub(crate) title: String,
    #[belongs_to(artist: Artist)]
    pub(crate) artist_id: i64,
}

#[derive(Model, Debug)]
#[model(table = "Track", rename_all = "PascalCase", stored(numeric))]
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
#[model(table = "Genre", rename_all = "PascalCase")]
pub(crate) struct Genre {
    #[model(primary_key)]
    pub(crate) genre_id: i64,
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "Playlist", rename_all = "PascalCase")]
#[many_to_many(tracks: Track, through = PlaylistTrack)]
pub(crate) struct Playlist {
    #[model(primary_key)]
    pub(crate) playlist_id: i64,
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "PlaylistTrack", rename_all = "PascalCase", primary_key(playlist_id, track_id))]
pub(crate) struct PlaylistTrack {
    pub(crate) playlist_id: i64,
    pub(crate) track_id: i64,
}

#[derive(Model, Debug)]
#[model(table = "Employee", rename_all = "PascalCase")]
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
#[model(table = "Customer", rename_all = "PascalCase")]
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
#[model(table = "Invoice", rename_all = "PascalCase", stored(numeric))]
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
#[model(table = "InvoiceLine", rename_all = "PascalCase", stored(numeric))]
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
