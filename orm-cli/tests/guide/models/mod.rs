//! Models of `music.db`, written by `orm-cli generate`.
//!
//! You can change them. When `orm-cli generate` runs again, it adds what is new in the database, and leaves
//! everything else unchanged.

#![allow(dead_code, reason = "a program need not use every column of a database")]

mod album;
mod artist;
mod playlist;

pub use self::album::*;
pub use self::artist::*;
pub use self::playlist::*;

/// All models: `db.check::<All>()` compares them with the database.
pub type All = (Album, Artist, Playlist);
