//! What is known of the live database beyond the models: its indexes and foreign keys, what its columns store, and how its
//! tables differ from what the models say. Nothing here asks it: that does `db/look_up.rs`.

pub mod check;
mod difference;
mod indexes;
pub(crate) mod names;
mod sample;
mod structure;
mod tables;
mod writable;

pub use difference::{Difference, Mismatched};
pub use indexes::{Indexes, Needs, References};
pub(crate) use indexes::{Known, LiveName};
pub(crate) use sample::{Sample, Seen};
pub(crate) use structure::{Read, readers};
pub(crate) use tables::{
    Checks, ColumnsOfTables, ForeignKeys, Indexed, Live, LiveColumn, LiveForeignKey, LiveKind, LiveTable,
};
pub(crate) use writable::{Writable, WritableColumns};
