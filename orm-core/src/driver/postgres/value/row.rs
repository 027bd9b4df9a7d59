//! A row of tokio-postgres.

use std::cell::OnceCell;
use std::error::Error as StdError;

use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Column, Row as RawRow};

use super::array;
use super::carrier::Carrier;
use super::scalar::{decode, text};
use super::shape::Shape;
use crate::row::RowValues;
use crate::value::{Mismatch, Value, ValueRef};

/// A row that tokio-postgres has read.
pub(crate) struct PostgresRow<'r> {
    row: &'r RawRow,
    shapes: &'r [Shape],
    /// The elements of the arrays that were read, by column; empty if no column has arrays.
    arrays: Box<[OnceCell<Vec<Value<'r>>>]>,
}

/// The bytes of a value of any type.
struct Bytes<'r>(Option<&'r [u8]>);

impl<'r> FromSql<'r> for Bytes<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Bytes(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Bytes(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl RowValues for PostgresRow<'_> {
    #[inline]
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch> {
        let Some(shape) = self.shapes.get(index) else {
            return Err(Mismatch::Refused("the row has no such column".into()));
        };
        match (self.row.try_get(index), *shape) {
            (Ok(Bytes(None)), _) => Ok(ValueRef::Null),
            (Ok(Bytes(Some(bytes))), Shape::One(carrier)) => {
                decode(carrier, bytes).unwrap_or_else(|| Err(self.unreadable(index, carrier)))
            }
            (Ok(Bytes(Some(bytes))), Shape::Text) => text(bytes).map(ValueRef::Text),
            (Ok(Bytes(Some(bytes))), _) => self.array(index, *shape, bytes),
            (Err(_), _) => Err(self.unreadable(index, Carrier::Text)),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.columns().get(index).map(Column::name)
    }
}

impl<'r> PostgresRow<'r> {
    pub(crate) fn new(row: &'r RawRow, shapes: &'r [Shape]) -> Self {
        let has_arrays = shapes.iter().any(|shape| matches!(shape, Shape::Array(_) | Shape::TextOfArray(_)));
        let arrays = if has_arrays { shapes.iter().map(|_| OnceCell::new()).collect() } else { Box::default() };
        PostgresRow { row, shapes, arrays }
    }

    /// The elements of an array. They are stored next to the row, so that they can be borrowed like its other values.
    fn array(&self, index: usize, shape: Shape, bytes: &'r [u8]) -> Result<ValueRef<'_>, Mismatch> {
        let (element, values) = match shape {
            Shape::Array(element) => (element, array::decode(element, bytes)),
            Shape::TextOfArray(delimiter) => {
                let parsed = text(bytes).map(|text| array::parse(text, delimiter));
                (Carrier::Text, parsed.unwrap_or_else(|mismatch| Some(Err(mismatch))))
            }
            Shape::One(carrier) => (carrier, None),
            Shape::Text => (Carrier::Text, None),
        };
        let Some(cell) = self.arrays.get(index) else { return Err(self.unreadable(index, element)) };
        let values = values.unwrap_or_else(|| Err(self.unreadable(index, element)))?;
        Ok(ValueRef::Array(cell.get_or_init(|| values)))
    }

    #[cold]
    fn unreadable(&self, index: usize, carrier: Carrier) -> Mismatch {
        let name = self.row.columns().get(index).map_or("", |column| column.type_().name());
        Mismatch::Refused(match carrier {
            Carrier::None => format!("values of type `{name}` cannot be read; cast the column to another type").into(),
            _ => format!("the bytes are not a value of type `{name}`").into(),
        })
    }
}
