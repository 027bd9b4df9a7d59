//! The behaviour suite on SQLite: what every database must do, a file for each subject, and what SQLite alone does.

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
