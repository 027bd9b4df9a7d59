//! How the values of a column are received: as single values, or as the elements of arrays.

use tokio_postgres::Column;
use tokio_postgres::types::Type;

use super::carrier::{Carrier, delimiter, element};

/// How the values of a column are received: as single values, or as the elements of arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    One(Carrier),
    Array(Carrier),
    /// As text, which the server produces.
    Text,
    /// As the text of an array, which the server produces, with this separator.
    TextOfArray(char),
}

impl Shape {
    fn of(declared: &Type) -> Self {
        element(declared)
            .map_or_else(|| Shape::One(Carrier::of(declared)), |element| Shape::Array(Carrier::of(element)))
    }

    /// How the values of some columns are received.
    pub(crate) fn of_columns(columns: &[Column]) -> Box<[Shape]> {
        columns.iter().map(|column| Shape::of(column.type_())).collect()
    }

    /// How the values of some columns are received, if unsupported types are requested as text.
    pub(crate) fn of_columns_with_text(columns: &[Column]) -> Box<[Shape]> {
        let shape = |column: &Column| match Shape::of(column.type_()) {
            Shape::One(Carrier::None) => Shape::Text,
            Shape::Array(Carrier::None) => {
                delimiter(column.type_()).map_or(Shape::Array(Carrier::None), Shape::TextOfArray)
            }
            shape => shape,
        };
        columns.iter().map(shape).collect()
    }

    /// Whether the value is received as text.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Shape::Text | Shape::TextOfArray(_))
    }
}
