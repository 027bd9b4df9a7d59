//! The contender `orm` under load: its calls awaited, and blocking ones on threads that tokio keeps for such. Its models also make
//! the databases.

mod contender;
mod database;
mod models;

pub use contender::{Awaited, Blocking};
pub use database::{file, remove_inserted, schema};
