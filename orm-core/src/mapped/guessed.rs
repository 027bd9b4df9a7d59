//! The message for names that other libraries have, where the compiler's own suggestion would mislead or say nothing.

use super::Mapped;

/// Models whose queries, relations and columns have the methods of other libraries: none, so that those cannot be called, and the
/// compiler says what to write.
///
/// It is a trait, since only a trait bound can have its own compiler message.
#[diagnostic::on_unimplemented(
    message = "this name is from another library",
    label = "what it does has another name here",
    note = "rows: `.all(&db)` and `.first(&db)` read them, `.chunks(&db)` is an iterator; `.limit(n)` takes the first ones and \
            `.offset(n)` skips them; the last one is the first in the opposite order, `.order_by({Self}::id().desc()).first(&db)`",
    note = "relations: `.prefetch(..)` loads them with the rows; `.filter(Student::courses().any(..))` asks about related rows",
    note = "conditions: `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `between`, `in_`, `like`, `is_null`, with `&`, `|` and `!`",
    note = "writing: `{Self}::rows_where(..)` begins an update or a delete of rows, and `row.update(&db)` writes one"
)]
pub trait Guessed: Mapped {}
