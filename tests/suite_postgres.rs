//! The behaviour suite on PostgreSQL: what every database must do, a file for each subject, and what PostgreSQL alone does.

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
