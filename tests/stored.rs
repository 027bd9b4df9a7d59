//! Stored forms on SQLite: each form, and the files of other tools. They are a separate target, because their models
//! take long to compile.

#[path = "suite/on_sqlite.rs"]
#[expect(dead_code, reason = "the suite uses the rest")]
mod database;
#[cfg(all(feature = "json", feature = "uuid-1"))]
#[path = "suite/sqlite/foreign.rs"]
mod foreign;
#[path = "suite/sqlite/stored.rs"]
mod stored;
