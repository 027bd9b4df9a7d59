//! Opening databases: only here the handle knows the drivers.

mod engine;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use engine::Engine;
