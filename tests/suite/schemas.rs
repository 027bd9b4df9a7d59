//! Models with tables and rows that several subjects use.

#[path = "schemas/accounts.rs"]
pub(crate) mod accounts;
#[path = "schemas/bank.rs"]
pub(crate) mod bank;
#[path = "schemas/blog.rs"]
pub(crate) mod blog;
#[path = "schemas/journal.rs"]
pub(crate) mod journal;
#[path = "schemas/library.rs"]
pub(crate) mod library;
#[path = "schemas/music.rs"]
pub(crate) mod music;
#[path = "schemas/shelves.rs"]
pub(crate) mod shelves;
#[path = "schemas/town.rs"]
pub(crate) mod town;
#[path = "schemas/university.rs"]
pub(crate) mod university;
