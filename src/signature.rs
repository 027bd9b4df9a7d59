//! Traits and types that occur in signatures and in messages of the compiler.
//!
//! You need none of them to write most programs. With this module, you can name the parameter and return types of all functions of
//! this library, and find the description of a trait in a message of the compiler. Do not implement these traits. The derives
//! implement them, and their methods may change in any release.

// Columns: their operands, orderings and results.
pub use orm_core::column::{Among, ColumnSet, Filter, KeyOf, Operand, Ordering, Together};
pub use orm_core::expression::{IntoExpression, SqlArguments};
pub use orm_core::select::{GroupKeys, Selection};
pub use orm_core::types::{
    CalendarType, Comparable, JsonType, Key, MomentType, Presence, RefersTo, Summable, TextType, VersionType,
};

// Fields to which a relation or a view refers.
pub use orm_core::mapped::{ColumnsOf, Field, HasColumn, HasField, Other};
pub use orm_core::schema::ColumnDef;
pub use orm_core::view::{RelatedColumn, Source, To};

// Names of other libraries, which no model has.
pub use orm_core::mapped::{
    GuessedConditions, GuessedLinks, GuessedOrder, GuessedRelations, GuessedRows, GuessedWriting,
};

// Relations: their kinds, and the slots of a row.
pub use orm_core::loaded::{At, Extent, Kind, LeadsToMany, LoadedRow, NoSlot, Put, Slot, State};
pub use orm_core::prefetch::OneOf;
pub use orm_core::relation::{HasRelation, Holds, HoldsLoaded, JoinedBy, KeyedBy, LeadsToOne, PlaceIn};

// Named values of a row.
pub use orm_core::loaded::{Extra, Here, Nowhere, There};

// How an operation runs, and on which connection.
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
    Changes, Edited, Insertable, Meant, NewRowOf, Relinked, RowsOf, Stored, Then, WholeRelationOf, With, Written,
};
