//! A row of a result, as a driver passes it on to be decoded.

mod tuples;

pub use tuples::FromRow;
pub(crate) use tuples::Tuples;

use std::fmt;

use crate::error::{Error, Result};
use crate::schema::Table;
use crate::value::{Mismatch, ValueRef};

/// One row of a result, borrowed from the driver that is positioned on it.
#[derive(Clone, Copy)]
pub struct Row<'a>(&'a dyn RowValues);

/// The values of a row by position, which each driver implements.
///
/// This is a trait because each driver has its own representation of rows.
pub trait RowValues {
    /// Returns the value at `index`.
    ///
    /// # Errors
    ///
    /// Returns [`Mismatch::InvalidUtf8`] for text that is not valid UTF-8, and [`Mismatch::Refused`] for a missing
    /// position.
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch>;

    /// Returns the name of the column at `index`; `None` after the last one.
    fn name(&self, index: usize) -> Option<&str>;

    /// Requests the row with a key from the running statement. Returns false if it is too late, or if the statement
    /// takes no requests.
    fn want(&self, key: i64) -> bool {
        let _ = key;
        false
    }

    /// Whether the row is the stored one. A statement that writes may return it before triggers change it.
    fn is_final(&self) -> bool {
        true
    }
}

/// A consumer of the rows of a statement, one after the other.
///
/// This is a trait because a driver does not know what is made of the rows: models, tuples, counts or keys.
pub trait RowSink {
    /// Takes one row.
    ///
    /// # Errors
    ///
    /// An error ends the statement, and is the error of the whole call.
    fn row(&mut self, row: Row<'_>) -> Result<()>;
}

/// Takes the rows that a write returns, and decides whether it may take effect: after the required number of rows.
pub struct WrittenRows<'s> {
    sink: &'s mut dyn RowSink,
    /// The table that is written, and the required number of its rows; `None` for raw SQL.
    expected: Option<(&'static Table, usize)>,
    count: usize,
}

impl<'s> WrittenRows<'s> {
    /// Rows of a table, with a minimum number.
    pub(crate) fn at_least(least: usize, table: &'static Table, sink: &'s mut dyn RowSink) -> Self {
        WrittenRows { sink, expected: Some((table, least)), count: 0 }
    }

    /// Rows of raw SQL, with any number.
    pub(crate) fn any_number(sink: &'s mut dyn RowSink) -> Self {
        WrittenRows { sink, expected: None, count: 0 }
    }

    /// Whether the required number of rows was returned. This is called before the first row and after each one.
    pub(crate) fn are_complete(&self) -> bool {
        self.expected.is_none_or(|(_, least)| self.count >= least)
    }

    /// Returns an error if the statement ended before all rows were returned.
    pub(crate) fn check(&self) -> Result<()> {
        match self.expected {
            Some((table, least)) if self.count < least => Err(Error::ignored(table, least, self.count)),
            _ => Ok(()),
        }
    }

    /// Whether a statement has succeeded: it did not fail, no row was refused, and the required number of rows was
    /// returned. The error of a refused statement says whether its changes remain, which they do if they became part of
    /// an open transaction.
    #[cfg(feature = "postgres")]
    pub(crate) fn written(&self, result: Result<()>, has_refused: bool, in_transaction: bool) -> Result<()> {
        let is_complete = self.are_complete();
        let refused = if result.is_ok() { !is_complete } else { has_refused };
        let result = result.and_then(|()| self.check());
        result.map_err(|error| if refused { error.leaving_changes(in_transaction) } else { error })
    }

    /// Whether the rows have to be as they are stored finally, so that rows which triggers may have changed are read
    /// again. Rows of raw SQL cannot be found again.
    #[cfg(feature = "sqlite")]
    pub(crate) fn want_stored(&self) -> bool {
        self.expected.is_some()
    }
}

impl RowSink for WrittenRows<'_> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.sink.row(row)?;
        self.count += 1;
        Ok(())
    }
}

impl fmt::Debug for WrittenRows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows", self.count)
    }
}

impl<'a> Row<'a> {
    /// Wraps the row on which a driver is positioned.
    #[must_use]
    pub fn new(columns: &'a dyn RowValues) -> Self {
        Row(columns)
    }

    /// Returns the value at `index`.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is text that is not valid UTF-8.
    #[inline]
    pub fn value(&self, index: usize) -> Result<ValueRef<'a>, Mismatch> {
        self.0.value(index)
    }

    /// The name of the column at `index`; `None` after the last one.
    pub(crate) fn name(&self, index: usize) -> Option<&'a str> {
        self.0.name(index)
    }

    /// Whether the row is the stored one, and not the row before triggers ran.
    pub(crate) fn is_final(&self) -> bool {
        self.0.is_final()
    }

    /// Requests the row with a key from the running statement.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement has already begun to return such rows, and would leave this one out.
    pub(crate) fn want(&self, key: i64) -> Result<()> {
        if self.0.want(key) {
            Ok(())
        } else {
            Err(Error::invalid("the statement returned rows before all were asked for"))
        }
    }

    /// The number or boolean at `index` that a statement of this library computed: a count, or whether rows exist.
    pub(crate) fn number(&self, index: usize) -> Result<i64> {
        match self.value(index) {
            Ok(ValueRef::Bool(value)) => Ok(i64::from(value)),
            _ => self.int(index),
        }
    }

    /// The integer at `index` that a statement of this library computed, such as a count.
    pub(crate) fn int(&self, index: usize) -> Result<i64> {
        match self.value(index) {
            Ok(ValueRef::Int(value)) => Ok(value),
            _ => Err(Error::invalid(format!("column {index} of a computed row is not an integer"))),
        }
    }
}
