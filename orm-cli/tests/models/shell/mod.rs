//! Models of `shell`, written by `orm-cli generate`.
//!
//! You can change them. When `orm-cli generate` runs again, it adds what is new in the database, and leaves
//! everything else unchanged.
//!
//! They need these features of `orm`: `json`, `uuid-1`.

#![allow(dead_code, reason = "a program need not use every column of a database")]

mod event;
mod order;
mod reading;
mod setting;
mod tag;
mod venue;

pub use self::event::*;
pub use self::order::*;
pub use self::reading::*;
pub use self::setting::*;
pub use self::tag::*;
pub use self::venue::*;

/// All models: `db.check::<All>()` compares them with the database.
pub type All = (Event, Order, Reading, Setting, Tag, Venue);
