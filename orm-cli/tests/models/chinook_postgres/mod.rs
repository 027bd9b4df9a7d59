//! Models of `chinook_postgres`, written by `orm-cli generate`.
//!
//! You can change them. When `orm-cli generate` runs again, it adds what is new in the database, and leaves
//! everything else unchanged.

#![allow(dead_code, reason = "a program need not use every column of a database")]

mod album;
mod artist;
mod customer;
mod employee;
mod genre;
mod invoice;
mod invoice_line;
mod media_type;
mod playlist;
mod track;

pub use self::album::*;
pub use self::artist::*;
pub use self::customer::*;
pub use self::employee::*;
pub use self::genre::*;
pub use self::invoice::*;
pub use self::invoice_line::*;
pub use self::media_type::*;
pub use self::playlist::*;
pub use self::track::*;

/// All models: `db.check::<All>()` compares them with the database.
pub type All = (
    Album,
    Artist,
    Customer,
    Employee,
    Genre,
    Invoice,
    InvoiceLine,
    MediaType,
    Playlist,
    Track,
);
