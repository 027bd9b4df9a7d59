//! Code that the contenders share: the schema, seeded data, the work items, the checksum, and measuring.
//!
//! To add a contender, write a crate that implements [`Contender`] with its two programs, and add it to `CONTENDERS` of
//! the crate `run`.

pub mod checksum;
pub mod data;
mod item;
mod measure;
#[cfg(feature = "tracing")]
pub mod trace;

use std::error::Error;
use std::path::Path;

pub use item::{Item, Work};
pub use measure::{count_main, count_statement, peak_memory, time_main};
pub use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// What every contender sets on SQLite: no sync for each commit, as is usual with a write-ahead log, and no checkpoints, which SQLite
/// does for some contenders and not for others, as long as a statement of theirs is not reset.
pub const SETTINGS: &str = "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0";

/// What a contender's work returns; every error ends the program.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A library, or a way of using one, that does the work items.
pub trait Contender {
    /// Prepares a work item, outside of the measured time: removes the rows that an earlier run inserted, and
    /// builds those that the next will insert.
    ///
    /// # Errors
    ///
    /// Returns an error of the database.
    fn prepare(&mut self, work: Work) -> Result<()>;

    /// Does a work item and returns its checksum; `None` for an item that it does not take part in.
    ///
    /// # Errors
    ///
    /// Returns an error of the database.
    fn run(&mut self, work: Work) -> Result<Option<u64>>;
}

/// Opens the contender called `name` on a database file. `counting` asks for every statement to be counted by
/// [`count_statement`].
pub type Open = fn(name: &str, database: &Path, counting: bool) -> Result<Box<dyn Contender>>;
