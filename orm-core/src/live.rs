//! The live database compared with the models: its indexes and foreign keys, the stored forms of its columns, and
//! differences between its tables and the models. Nothing here sends statements: `db/look_up.rs` does.

pub mod check;
mod difference;
mod found;
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
