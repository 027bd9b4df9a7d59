//! Column types that can be computed with.

use super::{ColumnType, Required};
use crate::value::Decimal;

/// Column types whose values can be added.
///
/// This is a trait because the type of the sum follows from the type of the column.
#[diagnostic::on_unimplemented(
    message = "values of type `{Self}` are not numbers",
    label = "not a number",
    note = "sums, rounding and arithmetic need an integer, decimal or floating-point column",
    note = "to compute with dates, write SQL: `orm::sql_value(\"{{}} - {{}}\", (Loan::returned_on(), Loan::lent_on())).typed::<Option<i32>>()` on PostgreSQL, and `\"julianday({{}}) - julianday({{}})\"` with `Option<f64>` on SQLite"
)]
pub trait Summable: ColumnType {
    /// The type of the sum.
    type Sum: ColumnType<Presence = Required> + Clone;
}

/// Column types that have a minimum and a maximum.
///
/// This is a trait because the type of a minimum is the type of the column without its `Option`.
pub trait Comparable: ColumnType {
    /// The type of a minimum or a maximum.
    type Value: ColumnType<Presence = Required> + Clone;
}

macro_rules! summable {
    ($($type:ty => $sum:ty),* $(,)?) => {$(
        impl Summable for $type {
            type Sum = $sum;
        }

        impl Summable for Option<$type> {
            type Sum = $sum;
        }
    )*};
}

// If an integer sum does not fit 64 bits, the database returns an error, and not a wrapped number.
summable! {
    i8 => i64, i16 => i64, i32 => i64, i64 => i64, isize => i64,
    u8 => i64, u16 => i64, u32 => i64, u64 => i64, usize => i64,
    f32 => f64, f64 => f64,
    Decimal => Decimal,
}

#[cfg(feature = "rust_decimal-1")]
summable! {
    rust_decimal::Decimal => rust_decimal::Decimal,
}

impl<T: ColumnType<Presence = Required> + Clone> Comparable for T {
    type Value = T;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Presence = Required> + Clone> Comparable for Option<T> {
    type Value = T;
}
