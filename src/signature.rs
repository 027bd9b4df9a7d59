//! What signatures and the compiler's messages name: traits that the library implements, and types that stand for
//! something in them.
//!
//! You need none of this to write a program. It is here so that whatever a function of this library returns or asks for can be
//! named, and so that a message of the compiler leads to a page that explains it. Do not implement these traits: the
//! derives do, and their methods may change in any release.

// Columns and what they are compared with, ordered by and read as.
pub use orm_core::column::{Among, ColumnSet, Filter, KeyOf, Operand, Ordering, Together};
pub use orm_core::expression::{IntoExpression, SqlArguments};
pub use orm_core::select::{GroupKeys, Selection};
pub use orm_core::types::{
    CalendarType, Comparable, JsonType, Key, MomentType, Presence, RefersTo, Summable, TextType, VersionType,
};

// Fields that a relation or a view refers to.
pub use orm_core::mapped::{ColumnsOf, Field, Guessed, HasColumn, HasField, Other};
pub use orm_core::schema::ColumnDef;
pub use orm_core::view::{RelatedColumn, Source, To};

// Relations: their kinds, and the slots of a row.
pub use orm_core::loaded::{At, Extent, Kind, LeadsToMany, LoadedRow, NoSlot, Put, Slot, State};
pub use orm_core::prefetch::OneOf;
pub use orm_core::relation::{HasRelation, Holds, HoldsLoaded, JoinedBy, KeyedBy, LeadsToOne, PlaceIn};

// Named values of a row.
pub use orm_core::loaded::{Extra, Here, Nowhere, There};

// How work is done, and on which connection.
#[cfg(feature = "async")]
pub use orm_core::access::Asynchronous;
pub use orm_core::access::Blocking;
#[cfg(feature = "async")]
pub use orm_core::asynchronous::{Place as AsyncPlace, Retry, Transact, Transacting};
pub use orm_core::db::{InTransaction, Mode, Performs};
pub use orm_core::driver::Lease;
pub use orm_core::query::{Keyed, Total};
pub use orm_core::sql::{Bound, SqlText};
pub use orm_core::write::{
    Changes, Edited, Insertable, Meant, NewRowOf, Relinked, Stored, Then, WholeRelationOf, With, Written,
};
