//! Migrations: what is applied, what is refused, and the state after a failure, on each database.

#[cfg(feature = "async")]
#[path = "migrate/awaited.rs"]
mod awaited;
#[path = "migrate/constraints.rs"]
mod constraints;
#[cfg(feature = "sqlite")]
#[path = "migrate/copies.rs"]
mod copies;
#[path = "migrate/database.rs"]
mod database;
#[path = "migrate/files.rs"]
mod files;
#[path = "migrate/functions.rs"]
mod functions;
#[path = "migrate/generated.rs"]
mod generated;
#[path = "migrate/history.rs"]
mod history;
#[cfg(feature = "postgres")]
#[path = "migrate/postgres.rs"]
mod postgres;
#[path = "migrate/refused.rs"]
mod refused;
#[cfg(feature = "postgres")]
#[path = "support/postgres.rs"]
mod server;
#[cfg(feature = "sqlite")]
#[path = "migrate/sqlite.rs"]
mod sqlite;
#[path = "migrate/starters.rs"]
mod starters;
