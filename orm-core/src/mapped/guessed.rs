//! The messages for names of other libraries, where the compiler's own suggestion would mislead or be missing.
//!
//! No model implements these traits, so methods that require one cannot be called, and the compiler says what to write.
//! Each is a trait because only a trait bound can have its own compiler message.

use super::Mapped;

/// Models whose queries have the methods of other libraries that return rows: there are none.
#[diagnostic::on_unimplemented(
    message = "this name is from another library",
    label = "this library has another name for it",
    note = "`.all(&db)` and `.first(&db)` read rows, `.chunks(&db)` is an iterator; `.limit(n)` returns the first rows and `.offset(n)` skips rows",
    note = "the last row is the first in the opposite order, `.order_by({Self}::id().desc()).first(&db)`; `{Self}::find(&db, 1)` reads the row with a primary key"
)]
pub trait GuessedRows: Mapped {}

/// Models whose queries have the orders of other libraries: there are none.
#[diagnostic::on_unimplemented(
    message = "this name is from another library",
    label = "this library has another name for it",
    note = "`.order_by({Self}::id().desc())` sorts rows, and takes a tuple to sort by several columns"
)]
pub trait GuessedOrder: Mapped {}

/// Models whose queries load relations as other libraries do: there are none.
#[diagnostic::on_unimplemented(
    message = "this name is from another library",
    label = "this library has another name for it",
    note = "`.prefetch(..)` loads relations with the rows, and `.prefetch(relation.joined())` by a join; `.filter(Student::courses().any(..))` filters by related rows"
)]
pub trait GuessedRelations: Mapped {}

/// Models whose relations have the methods of other libraries that change links: there are none.
#[diagnostic::on_unimplemented(
    message = "this name is from another library",
    label = "this library has another name for it",
    note = "`.link(&db, &parent, [&row])` adds rows to the relation, `.unlink(..)` removes rows, and `.set(..)` replaces all"
)]
pub trait GuessedLinks: Mapped {}

/// Models whose queries, columns and conditions have the conditions of other libraries: there are none.
#[diagnostic::on_unimplemented(
    message = "this name is from another library",
    label = "this library has another name for it",
    note = "conditions: `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `between`, `in_`, `like`, `is_null`, as in `.filter({Self}::id().eq(1))`",
    note = "write `a & b`, `a | b` and `!a`, as in `!{Self}::id().in_([1, 2])`"
)]
pub trait GuessedConditions: Mapped {}

/// Models whose queries write rows, as in other libraries: there are none.
#[diagnostic::on_unimplemented(
    message = "this name is from another library",
    label = "this library has another name for it",
    note = "`{Self}::rows_where(..)` starts an update or a delete of rows, and `row.update(&db)` writes one"
)]
pub trait GuessedWriting: Mapped {}
