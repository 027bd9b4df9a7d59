//! A row of a result, as any driver hands it to whoever decodes it.

mod tuples;

pub use tuples::FromRow;
pub(crate) use tuples::Tuples;

use std::fmt;

use crate::error::{Error, Result};
use crate::schema::Table;
use crate::value::{Mismatch, ValueRef};

/// One row of a result, borrowed from the driver while it stands on it.
#[derive(Clone, Copy)]
pub struct Row<'a>(&'a dyn RowValues);

/// What a driver must offer of a row: its values by position.
///
/// A trait, since each driver holds a row in a form of its own.
pub trait RowValues {
    /// The value at `index`.
    ///
    /// # Errors
    ///
    /// [`Mismatch::InvalidUtf8`] for text that is none, and [`Mismatch::Refused`] for a position that is not there.
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch>;

    /// The name of the column at `index`; `None` behind the last.
    fn name(&self, index: usize) -> Option<&str>;

    /// Asks the running statement for the row with a key. False when it is too late, or the statement takes no wishes.
    fn want(&self, key: i64) -> bool {
        let _ = key;
        false
    }

    /// Whether the row is what is stored. A statement that writes may return it before triggers change it.
    fn is_final(&self) -> bool {
        true
    }
}

/// Whoever takes the rows of a statement, one after the other.
///
/// A trait, since a driver knows nothing of what becomes of the rows: models, tuples, counts or keys.
pub trait RowSink {
    /// Takes one row.
    ///
    /// # Errors
    ///
    /// Ends the statement; the error is that of the whole call.
    fn row(&mut self, row: Row<'_>) -> Result<()>;
}

/// Takes the rows that a statement which writes returns, and says whether it may take effect: once as many came as must.
pub struct WrittenRows<'s> {
    sink: &'s mut dyn RowSink,
    /// The table that is written, and how many of its rows must come; `None` for a statement of the user's own.
    expected: Option<(&'static Table, usize)>,
    count: usize,
}

impl<'s> WrittenRows<'s> {
    /// Rows of a table, of which so many must come.
    pub(crate) fn at_least(least: usize, table: &'static Table, sink: &'s mut dyn RowSink) -> Self {
        WrittenRows { sink, expected: Some((table, least)), count: 0 }
    }

    /// Rows of a statement of the user's own, of which any number may come.
    pub(crate) fn any_number(sink: &'s mut dyn RowSink) -> Self {
        WrittenRows { sink, expected: None, count: 0 }
    }

    /// Whether as many rows came as must. Asked before the first row and after each one.
    pub(crate) fn are_complete(&self) -> bool {
        self.expected.is_none_or(|(_, least)| self.count >= least)
    }

    /// The error when the statement ended before all rows came.
    pub(crate) fn check(&self) -> Result<()> {
        match self.expected {
            Some((table, least)) if self.count < least => Err(Error::ignored(table, least, self.count)),
            _ => Ok(()),
        }
    }

    /// Whether the rows are to be as they are stored in the end, so that rows which triggers may have changed are read again.
    /// What tells the rows of the user's own statement again is not known.
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
    /// The row that a driver stands on.
    #[must_use]
    pub fn new(columns: &'a dyn RowValues) -> Self {
        Row(columns)
    }

    /// The value at `index`.
    ///
    /// # Errors
    ///
    /// When the value is text that is not UTF-8.
    #[inline]
    pub fn value(&self, index: usize) -> Result<ValueRef<'a>, Mismatch> {
        self.0.value(index)
    }

    /// The name of the column at `index`; `None` behind the last.
    pub(crate) fn name(&self, index: usize) -> Option<&'a str> {
        self.0.name(index)
    }

    /// Whether the row is what is stored, and not what it was before triggers ran.
    pub(crate) fn is_final(&self) -> bool {
        self.0.is_final()
    }

    /// Asks the running statement for the row with a key.
    ///
    /// # Errors
    ///
    /// When the statement has begun to return such rows already, and would leave this one out.
    pub(crate) fn want(&self, key: i64) -> Result<()> {
        if self.0.want(key) {
            Ok(())
        } else {
            Err(Error::invalid("the statement returned rows before all were asked for"))
        }
    }

    /// The number or truth value at `index` that a statement of ours computed: a count, or whether rows exist.
    pub(crate) fn number(&self, index: usize) -> Result<i64> {
        match self.value(index) {
            Ok(ValueRef::Bool(value)) => Ok(i64::from(value)),
            _ => self.int(index),
        }
    }

    /// The integer at `index` that a statement of ours computed, such as a count.
    pub(crate) fn int(&self, index: usize) -> Result<i64> {
        match self.value(index) {
            Ok(ValueRef::Int(value)) => Ok(value),
            _ => Err(Error::invalid(format!("column {index} of a computed row is not an integer"))),
        }
    }
}
