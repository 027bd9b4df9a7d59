//! Opening databases: here alone the handle knows which drivers there are.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
