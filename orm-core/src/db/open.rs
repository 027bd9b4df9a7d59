//! Opening databases: here alone the handle knows which drivers there are.

mod engine;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use engine::Engine;
