//! Values computed from others by a function or by cases.

use super::Expr;
use crate::schema::Table;
use crate::types::SqlType;

/// A call of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub function: Scalar,
    /// Its arguments.
    pub arguments: Vec<Expr>,
    /// The type of its result.
    pub sql_type: SqlType,
}

/// A function of values. Its result is `NULL` if an argument is `NULL`, except for `Coalesce`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// The text in lower case.
    Lower,
    /// The text in upper case.
    Upper,
    /// The text without spaces at its start and its end.
    Trim,
    /// The text without spaces at its start.
    TrimStart,
    /// The text without spaces at its end.
    TrimEnd,
    /// The number of characters of the text.
    Length,
    /// The texts, one after the other.
    Concat,
    /// The first of the values that is not `NULL`.
    Coalesce,
    /// The number without its sign.
    Absolute,
    /// The number rounded to this many decimal places; halves are rounded away from zero.
    Round(u8),
}

/// A value chosen by conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Conditions, each with the value where it is the first that holds.
    pub branches: Vec<(Expr, Expr)>,
    /// The value if no condition holds; `NULL` if it is missing.
    pub otherwise: Option<Box<Expr>>,
    /// The type of the values.
    pub sql_type: SqlType,
}

impl Scalar {
    /// Whether the result is text.
    pub(crate) fn is_text(self) -> bool {
        use Scalar::{Concat, Lower, Trim, TrimEnd, TrimStart, Upper};
        matches!(self, Lower | Upper | Trim | TrimStart | TrimEnd | Concat)
    }
}

impl Call {
    pub(super) fn is_nullable(&self, table: &Table) -> bool {
        let mut arguments = self.arguments.iter().map(|argument| argument.is_nullable(table));
        if self.function == Scalar::Coalesce { arguments.all(|is| is) } else { arguments.any(|is| is) }
    }
}

impl Case {
    /// The values, one of which is chosen.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Expr> {
        self.branches.iter().map(|(_, value)| value).chain(self.otherwise.as_deref())
    }

    /// The conditions and the values.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Expr> {
        self.branches.iter().flat_map(|(condition, value)| [condition, value]).chain(self.otherwise.as_deref())
    }

    pub(super) fn is_nullable(&self, table: &Table) -> bool {
        self.otherwise.is_none() || self.values().any(|value| value.is_nullable(table))
    }
}
