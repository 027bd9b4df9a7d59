//! Which types hold text.

use super::{ColumnType, Required};

/// Text columns: of `String`, `Option<String>` and newtypes of them.
///
/// A trait, so that other columns have no patterns and no functions of texts. Newtypes implement it by their derive.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no text",
    label = "not a text column",
    note = "patterns and functions of texts are of `String` columns; compare others with `eq`, `lt`, `between` and the like"
)]
pub trait TextType: ColumnType {}

impl TextType for String {}
impl<T: TextType + ColumnType<Presence = Required>> TextType for Option<T> {}
