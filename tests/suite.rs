//! The behaviour suite on SQLite: the behaviour of every database, in one file for each subject, and the behaviour of
//! SQLite only.

#[path = "suite/on_sqlite.rs"]
mod database;
#[path = "suite/schemas.rs"]
mod schemas;
#[path = "suite/sqlite.rs"]
mod sqlite;
#[path = "suite/subjects.rs"]
mod subjects;
#[path = "suite/support.rs"]
mod support;
