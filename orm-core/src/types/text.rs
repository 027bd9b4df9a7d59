//! Text columns.

use super::{ColumnType, Required};

/// Text columns: of `String`, `Option<String>` and newtypes of them.
///
/// This is a trait so that other columns have no patterns and no text functions. Newtypes implement it by their derive.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no text",
    label = "not a text column",
    note = "patterns and text functions need a `String` column; compare other columns with `eq`, `lt`, `between` and the like"
)]
pub trait TextType: ColumnType {}

impl TextType for String {}
impl<T: TextType + ColumnType<Presence = Required>> TextType for Option<T> {}
