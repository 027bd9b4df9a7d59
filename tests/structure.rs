//! The structure of a database as a value: read from a database, derived from models, and changed into another.

#[path = "structure/comparing.rs"]
mod comparing;
#[path = "structure/databases.rs"]
mod databases;
#[path = "structure/random.rs"]
mod random;
#[path = "structure/reading.rs"]
mod reading;
#[path = "structure/rebuilding.rs"]
mod rebuilding;
#[cfg(feature = "postgres")]
#[path = "support/postgres.rs"]
mod server;
#[path = "structure/sketch.rs"]
mod sketch;
