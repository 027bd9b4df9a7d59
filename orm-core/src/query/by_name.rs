//! Rows of a raw SQL statement, with columns in any order.

use std::marker::PhantomData;

use crate::error::{Error, Result};
use crate::loaded::{Name, Record};
use crate::mapped::Mapped;
use crate::row::{Row, RowSink, RowValues};
use crate::value::{Mismatch, ValueRef};

/// Finds the values of a record by column name, and passes them on in the record's order.
pub(super) struct ByName<'s, B> {
    sink: &'s mut dyn RowSink,
    /// The position of each value, if the statement returns it; found at the first row.
    positions: Vec<Option<usize>>,
    record: PhantomData<fn() -> B>,
}

impl<'s, B: Record> ByName<'s, B> {
    pub(super) fn new(sink: &'s mut dyn RowSink) -> Self {
        ByName { sink, positions: Vec::new(), record: PhantomData }
    }

    fn find_columns(&mut self, row: Row<'_>) -> Result<()> {
        let names: Vec<&str> = (0..).map_while(|at| row.name(at)).collect();
        let position = |name: &str| names.iter().position(|other| *other == name);
        for name in B::names() {
            self.positions.push(match name {
                Name::Required(name) => {
                    Some(position(name).ok_or_else(|| Error::not_returned(B::Model::TABLE.model, name))?)
                }
                Name::Optional(name) => position(name),
                Name::None => None,
            });
        }
        Ok(())
    }
}

impl<B: Record> RowSink for ByName<'_, B> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if self.positions.is_empty() {
            self.find_columns(row)?;
        }
        let reordered = Reordered { row, positions: &self.positions };
        self.sink.row(Row::new(&reordered))
    }
}

/// A row with values in another order; missing values are `NULL`.
struct Reordered<'a> {
    row: Row<'a>,
    positions: &'a [Option<usize>],
}

impl RowValues for Reordered<'_> {
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch> {
        self.positions[index].map_or(Ok(ValueRef::Null), |position| self.row.value(position))
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.name((*self.positions.get(index)?)?)
    }
}
