//! Conditions on range columns.

use super::{Column, Condition};
use crate::ast::{Comparison, Expr};
use crate::error::Error;
use crate::mapped::Mapped;
use crate::types::{ColumnType, Range, RangeType, range_of_one};
use crate::value::{Mismatch, Value};

/// Conditions on ranges, which only PostgreSQL has. An index of the kind `gist` serves them.
impl<M: Mapped, T: ColumnType> Column<M, T> {
    /// Tests whether the range contains a value.
    #[doc(alias = "contains")]
    ///
    /// ```no_run
    /// # use orm::{Db, Model, Result};
    /// # #[derive(Model)] struct Booking { id: i64, days: orm::Range<orm::value::Date> }
    /// # fn main() -> Result<()> {
    /// # let db = Db::memory()?;
    /// # let today = orm::value::Date::new(2026, 11, 29).unwrap();
    /// let bookings = Booking::query().filter(Booking::days().includes(today)).all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    /// SQL: `"days" @> ?`, with a range that contains only this value
    #[expect(clippy::needless_pass_by_value, reason = "as all values of conditions are")]
    pub fn includes(self, value: T::Bound) -> Condition<M>
    where
        T: RangeType,
    {
        self.compare_range(Comparison::Contains, range_of_one(&value))
    }

    /// Tests whether the range contains all values of another range.
    ///
    /// SQL: `"days" @> ?`
    pub fn includes_all(self, range: impl Into<Range<T::Bound>>) -> Condition<M>
    where
        T: RangeType,
    {
        self.compare_range(Comparison::Contains, encoded(range.into()))
    }

    /// Tests whether the range has at least one value in common with another range.
    ///
    /// SQL: `"days" && ?`
    pub fn overlaps(self, range: impl Into<Range<T::Bound>>) -> Condition<M>
    where
        T: RangeType,
    {
        self.compare_range(Comparison::Overlaps, encoded(range.into()))
    }

    /// Tests whether all values of the range are in another range.
    ///
    /// SQL: `"days" <@ ?`
    #[doc(alias = "contained_in")]
    pub fn within(self, range: impl Into<Range<T::Bound>>) -> Condition<M>
    where
        T: RangeType,
    {
        self.compare_range(Comparison::ContainedIn, encoded(range.into()))
    }

    fn compare_range(self, comparison: Comparison, range: Result<Value<'static>, Mismatch>) -> Condition<M> {
        let range =
            range.map(Expr::Value).map_err(|mismatch| Error::encode(M::TABLE, &M::TABLE.columns[self.index], mismatch));
        Condition::compare(Ok(self.expr()), comparison, range)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what a condition was given")]
fn encoded<T: ColumnType>(range: Range<T>) -> Result<Value<'static>, Mismatch>
where
    Range<T>: ColumnType,
{
    range.encode().map(Value::into_owned)
}
