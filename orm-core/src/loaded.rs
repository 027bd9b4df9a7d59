//! Rows with their relations: the states of a relation, and how a row takes, shows and serialises them.

mod absent;
mod attach;
mod debug;
mod from;
mod linked;
mod many;
mod marks;
mod maybe;
mod named;
mod owned;
mod position;
mod record;
mod refuse;
pub mod serialize;
mod state;
mod tree;

pub use attach::{Attach, Loaded, LoadedRow, Put, Wrap};
pub use debug::DebugEntries;
pub use linked::Linked;
pub use many::{All, Many, One, Part, RowPool};
pub use marks::{IsLoaded, NotLoaded, Read, State};
pub use maybe::MaybeLoaded;
pub use named::{Extra, Get, Here, Nowhere, There};
pub use position::RowAt;
pub(crate) use record::stored_value;
pub use record::{Name, Record};
pub use state::{
    At, Extent, ForeignKeyKind, Kind, KindIf, LeadsToMany, NoSlot, Null, Slot, ToMany, ToMaybe, ToOne, Whole,
};
pub(crate) use tree::Forest;
pub use tree::{Node, Tree, Walk};
