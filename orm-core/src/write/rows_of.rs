//! Lists of rows, which links take.

use std::borrow::Borrow;

/// A list of rows of the model `C`, or of references to them: an array, a `Vec`, or anything else that can be iterated
/// over.
///
/// It is a trait because a single row is a likely mistake, and only a trait bound can have its own compiler message.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of rows of `{C}`",
    label = "not a list of rows of `{C}`",
    note = "pass a list, also of a single row: `[&row]`"
)]
pub trait RowsOf<C> {
    /// A row, or a reference to it.
    type Row: Borrow<C>;

    /// Returns the rows.
    fn into_rows(self) -> Vec<Self::Row>;
}

#[diagnostic::do_not_recommend]
impl<C, R: Borrow<C>, I: IntoIterator<Item = R>> RowsOf<C> for I {
    type Row = R;

    fn into_rows(self) -> Vec<R> {
        self.into_iter().collect()
    }
}
