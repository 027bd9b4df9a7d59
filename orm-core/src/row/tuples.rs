//! Rows as tuples, read by position.

use super::{Row, RowSink};
use crate::error::{Error, Result, ResultValue};
use crate::types::ColumnType;

/// A tuple that a row can be read as, by position.
///
/// This is a trait because the columns have different types.
#[diagnostic::on_unimplemented(
    message = "a row cannot be read as `{Self}`",
    label = "not a tuple of column types",
    note = "rows are read as tuples of up to eight column types; for one column, write `(T,)`"
)]
pub trait FromRow: Sized {
    /// Reads the row.
    #[doc(hidden)]
    fn from_row(row: Row<'_>) -> Result<Self>;
}

macro_rules! from_row_tuple {
    ($($name:ident $at:literal),*) => {
        impl<$($name: ColumnType),*> FromRow for ($($name,)*) {
            fn from_row(row: Row<'_>) -> Result<Self> {
                Ok(($(decode_at::<$name>(row, $at)?,)*))
            }
        }
    };
}

from_row_tuple!(A 0);
from_row_tuple!(A 0, B 1);
from_row_tuple!(A 0, B 1, C 2);
from_row_tuple!(A 0, B 1, C 2, D 3);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

fn decode_at<T: ColumnType>(row: Row<'_>, at: usize) -> Result<T> {
    row.value(at).and_then(T::decode).map_err(|mismatch| {
        let named = row.name(at).map(|name| ResultValue::Named(name.to_owned()));
        Error::decode_result::<T>(named.unwrap_or(ResultValue::Numbered(at + 1)), mismatch)
    })
}

/// Takes rows as tuples.
pub(crate) struct Tuples<T>(pub(crate) Vec<T>);

impl<T: FromRow> RowSink for Tuples<T> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.0.push(T::from_row(row)?);
        Ok(())
    }
}
