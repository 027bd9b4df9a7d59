//! The behaviour suite on PostgreSQL: the behaviour of every database, in one file for each subject, and the behaviour
//! of PostgreSQL only.

#[path = "suite/on_postgres.rs"]
mod database;
#[path = "suite/postgres.rs"]
mod postgres;
#[path = "suite/schemas.rs"]
mod schemas;
#[path = "support/postgres.rs"]
mod server;
#[path = "suite/subjects.rs"]
mod subjects;
#[path = "suite/support.rs"]
mod support;
