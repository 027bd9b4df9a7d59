//! Parts of dates and date-times, and the beginnings of months and other units.

use super::Expression;
use crate::ast::{Argument, Calendar, Expr};
use crate::column::{Column, EachRow};
use crate::mapped::Mapped;
use crate::types::{Alike, CalendarType, ColumnType, MomentType};
use crate::value::{DatePart, DateUnit, TimeUnit};

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident, $part:ident, $bound:ident;)*) => {
        parts!(@ <> Column of EachRow, $($(#[$doc])* $name, $part, $bound;)*);
        parts!(@ <Of> Expression of Of, $($(#[$doc])* $name, $part, $bound;)*);
    };
    (@ <$($of:ident)?> $type:ident of $each:ty, $($(#[$doc:meta])* $name:ident, $part:ident, $bound:ident;)*) => {
        /// Parts of dates and date-times. The parts of a date-time are in UTC, in any time zone of the session. The
        /// parts of `NULL` are `NULL`.
        impl<M: Mapped, T: ColumnType, $($of)?> $type<M, T, $($of)?> {
            $(
                $(#[$doc])*
                pub fn $name(self) -> Expression<M, Alike<T, i32>, $each>
                where
                    T: $bound,
                {
                    Expression::from(self).calendar(Calendar::Part(DatePart::$part))
                }
            )*
        }
    };
}

parts! {
    /// The year of a date or a date-time. The year before 1 is 0.
    ///
    /// ```
    /// use orm::{Db, Model};
    /// use orm::value::Timestamp;
    ///
    /// #[derive(Model)]
    /// struct Order {
    ///     id: i64,
    ///     placed_at: Timestamp,
    /// }
    ///
    /// # fn main() -> orm::Result<()> {
    /// # let db = Db::memory()?;
    /// # db.create_tables::<Order>()?;
    /// let decembers = Order::query().filter(Order::placed_at().year().ge(2020) & Order::placed_at().month().eq(12));
    /// let years: Vec<i32> = Order::query().select(Order::placed_at().year()).distinct().all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A condition on the year cannot use an index of the column. To read the rows of one year among many, compare the
    /// column: `Order::placed_at().ge(first) & Order::placed_at().lt(next)`.
    ///
    /// SQL: `orm_instant_part('year', "placed_at", 0)`; on PostgreSQL `EXTRACT(year FROM "placed_at" AT TIME ZONE 'UTC')` as an
    /// integer
    #[doc(alias = "extract")]
    #[doc(alias = "date_part")]
    #[doc(alias = "strftime")]
    year, Year, CalendarType;
    /// The month of a date or a date-time, from 1 to 12.
    ///
    /// SQL: as [`year`](Self::year), with `month`
    #[doc(alias = "extract")]
    month, Month, CalendarType;
    /// The day of the month of a date or a date-time, from 1 to 31.
    ///
    /// SQL: as [`year`](Self::year), with `day`
    #[doc(alias = "extract")]
    day, Day, CalendarType;
    /// The day of the week of a date or a date-time, from 1 for Monday to 7 for Sunday.
    ///
    /// SQL: as [`year`](Self::year), with `isodow`
    #[doc(alias = "dow")]
    #[doc(alias = "day_of_week")]
    weekday, Weekday, CalendarType;
    /// The ISO 8601 week of a date or a date-time, from 1 to 53. The first days of January may be in the last week of
    /// the previous year, and the last days of December in the first week of the next; to group by weeks, call
    /// [`truncate_to`](Self::truncate_to).
    ///
    /// SQL: as [`year`](Self::year), with `week`
    #[doc(alias = "week")]
    iso_week, IsoWeek, CalendarType;
    /// The hour of a date-time, from 0 to 23. Dates do not have it.
    ///
    /// SQL: as [`year`](Self::year), with `hour`
    #[doc(alias = "extract")]
    hour, Hour, MomentType;
    /// The minute of a date-time, from 0 to 59. Dates do not have it.
    ///
    /// SQL: as [`year`](Self::year), with `minute`
    minute, Minute, MomentType;
    /// The second of a date-time, from 0 to 59, without its fraction. Dates do not have it.
    ///
    /// SQL: as [`year`](Self::year), with `second`
    second, Second, MomentType;
}

macro_rules! starts {
    ($(<$($of:ident)?> $type:ident of $each:ty;)*) => {$(
        impl<M: Mapped, T: ColumnType, $($of)?> $type<M, T, $($of)?> {
            /// The beginning of the year, month, week or other unit that contains a date or a date-time, as a value of
            /// the same type, to group by. For a date-time it is in UTC. Weeks begin on Monday.
            ///
            /// ```
            /// use orm::{DateUnit, Db, Model};
            /// use orm::value::Timestamp;
            ///
            /// #[derive(Model)]
            /// struct Order {
            ///     id: i64,
            ///     placed_at: Timestamp,
            ///     total: i64,
            /// }
            ///
            /// # fn main() -> orm::Result<()> {
            /// # let db = Db::memory()?;
            /// # db.create_tables::<Order>()?;
            /// let month = || Order::placed_at().truncate_to(DateUnit::Month);
            /// let sales: Vec<(Timestamp, Option<i64>)> =
            ///     Order::query().group_by(month()).select((month(), Order::total().sum())).all(&db)?;
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// Months without rows have no group.
            ///
            /// SQL: `orm_instant_start('month', "placed_at", 0)`; on PostgreSQL
            /// `date_trunc('month', "placed_at" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`
            #[doc(alias = "date_trunc")]
            #[doc(alias = "trunc")]
            #[doc(alias = "start_of_month")]
            pub fn truncate_to(self, unit: DateUnit) -> Expression<M, T, $each>
            where
                T: CalendarType,
            {
                Expression::from(self).calendar(Calendar::Start(unit))
            }

            /// The beginning of the hour, minute or second that contains a date-time, like
            /// [`truncate_to`](Self::truncate_to). Dates do not have it.
            ///
            /// SQL: `orm_instant_start('hour', "placed_at", 0)`; on PostgreSQL
            /// `date_trunc('hour', "placed_at" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`
            #[doc(alias = "date_trunc")]
            pub fn truncate_time_to(self, unit: TimeUnit) -> Expression<M, T, $each>
            where
                T: MomentType,
            {
                Expression::from(self).calendar(Calendar::TimeStart(unit))
            }
        }
    )*};
}

starts! {
    <> Column of EachRow;
    <Of> Expression of Of;
}

impl<M: Mapped, T: ColumnType, Of> Expression<M, T, Of> {
    fn calendar<V>(self, calendar: Calendar) -> Expression<M, V, Of> {
        let argument = |value| Argument { value: Box::new(value), sql_type: T::SQL_TYPE };
        let expr = self.expr.map(|value| Expr::Calendar(calendar, argument(value)));
        // An update cannot set the column to a part of its value.
        let column = self.column.filter(|_| !calendar.is_part());
        Expression::composed(expr, column, self.depth.saturating_add(1))
    }
}
