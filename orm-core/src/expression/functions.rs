//! Functions of texts and numbers.

use std::any::TypeId;

use super::{Expression, Refusal};
use crate::ast::{Call, Expr, Scalar};
use crate::column::{Column, Operand};
use crate::mapped::Mapped;
use crate::types::{Alike, ColumnType, OfBoth, Presence, Required, SqlType, Summable, TextType};
use crate::value::Mismatch;

/// What functions make of a value: the same of a column and of an expression, of each row or of each group.
macro_rules! functions {
    ($(<$($of:ident)?> $type:ident of $each:ty;)*) => {$(
        /// Functions of texts. They give a `String`, also of a newtype, and `NULL` where the text is.
        impl<M: Mapped, T: ColumnType, $($of)?> $type<M, T, $($of)?> {
            /// The text in small letters.
            ///
            /// SQLite changes ASCII letters alone. PostgreSQL changes those that the collation of the column has in two cases:
            /// in a column that `create_tables` created, ASCII letters alone too.
            ///
            /// ```
            /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
            /// # fn main() -> Result<()> {
            /// # let db = school()?;
            /// let ada = Student::query().filter(Student::email().lower().eq("ada@example.org")).one(&db)?;
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// An index of the same function of the column is used: `CREATE INDEX … ON students (lower(email))`.
            ///
            /// SQL: `lower("email")`; on PostgreSQL `lower(CAST("email" AS text))`
            #[doc(alias = "to_lowercase")]
            pub fn lower(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::Lower)
            }

            /// The text in capital letters. Which letters these are is as with [`lower`](Self::lower).
            ///
            /// SQL: `upper("email")`; on PostgreSQL `upper(CAST("email" AS text))`
            #[doc(alias = "to_uppercase")]
            pub fn upper(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::Upper)
            }

            /// The text without spaces at its start and its end. Tabs, line breaks and other blanks stay.
            ///
            /// SQL: `trim("name")`; on PostgreSQL `trim(CAST("name" AS text))`
            #[doc(alias = "btrim")]
            pub fn trim(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::Trim)
            }

            /// The text without spaces at its start.
            ///
            /// SQL: `ltrim("name")`; on PostgreSQL `ltrim(CAST("name" AS text))`
            #[doc(alias = "ltrim")]
            pub fn trim_start(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::TrimStart)
            }

            /// The text without spaces at its end.
            ///
            /// SQL: `rtrim("name")`; on PostgreSQL `rtrim(CAST("name" AS text))`
            #[doc(alias = "rtrim")]
            pub fn trim_end(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::TrimEnd)
            }

            /// The number of characters of the text: of Unicode scalar values, as `text.chars().count()` says it. A NUL, which
            /// texts of SQLite can hold, is one of them.
            ///
            /// ```
            /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
            /// # fn main() -> Result<()> {
            /// # let db = school()?;
            /// let lengths: Vec<(String, i64)> =
            ///     Course::query().select((Course::title(), Course::title().length())).all(&db)?;
            /// let longest: Option<i64> = Course::query().select(Course::title().length().max()).one(&db)?;
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// SQL: on SQLite `orm_length("title")`, on PostgreSQL `CAST(length(CAST("title" AS text)) AS bigint)`
            #[doc(alias = "len")]
            #[doc(alias = "char_length")]
            pub fn length(self) -> Expression<M, Alike<T, i64>, $each>
            where
                T: TextType,
            {
                let text: Expression<M, T, $each> = self.into();
                let call = text.expr.map(|text| call(Scalar::Length, vec![text], SqlType::Int64));
                Expression::composed(call, None, text.depth.saturating_add(1))
            }

            /// The text and another behind it; `NULL` where one of them is.
            ///
            /// ```
            /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
            /// # fn main() -> Result<()> {
            /// # let db = school()?;
            /// let names: Vec<String> = Student::query()
            ///     .select(Student::first_name().concat(" ").concat(Student::last_name()))
            ///     .all(&db)?;
            /// assert_eq!(names, ["Ada Byron"]);
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// SQL: `("first_name" || ? || "last_name")`; on PostgreSQL each is a `CAST(… AS text)`
            #[doc(alias = "||")]
            #[doc(alias = "append")]
            pub fn concat<O: Operand<M, Option<String>>>(
                self,
                other: O,
            ) -> Expression<M, OfBoth<T::Presence, O::Presence, String>, $each>
            where
                T: TextType,
            {
                let text: Expression<M, T, $each> = self.into();
                let depth = text.depth.max(other.depth()).saturating_add(1);
                let both = both(text.expr, other.into_expr());
                Expression::composed(both.map(|[text, other]| concatenated(text, other)), of_strings::<T>(text.column), depth)
            }
        }

        /// Functions of numbers.
        impl<M: Mapped, T: ColumnType, $($of)?> $type<M, T, $($of)?> {
            /// The number without its sign; `NULL` where there is none. The least integer of a type has no such number, and is
            /// an error.
            ///
            /// SQL: `abs("balance")`
            pub fn abs(self) -> Expression<M, T, $each>
            where
                T: Summable,
            {
                number(self.into(), Scalar::Absolute)
            }

            /// The number with so many digits after the point, the nearest one; where two are equally near, the one away from
            /// zero. `NULL` where there is no number.
            ///
            /// A floating-point number is rounded as it is written, by the fewest digits that stand for it: `2.675` becomes
            /// `2.68`, although the number that is stored is a little less.
            ///
            /// ```
            /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
            /// # fn main() -> Result<()> {
            /// # let db = school()?;
            /// let average: Option<f64> = Student::query().select(Student::age().avg().round(1)).one(&db)?;
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// SQL: `round("price", 2)` of a decimal on PostgreSQL, where a floating-point number is made one:
            /// `CAST(round(CAST(CAST("price" AS text) AS numeric), 2) AS double precision)`. On SQLite `orm_round_double("price", 2)`,
            /// or `orm_round_decimal("price", 2)`, which are functions of this library.
            pub fn round(self, digits: u8) -> Expression<M, T, $each>
            where
                T: Summable,
            {
                number(self.into(), Scalar::Round(digits))
            }
        }

        impl<M: Mapped, T: ColumnType<Presence = Required>, $($of)?> $type<M, Option<T>, $($of)?> {
            /// The value, or another where it is `NULL`. With a value or a column that is required the result is required too;
            /// with an optional one it is an `Option`.
            ///
            /// ```
            /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
            /// # fn main() -> Result<()> {
            /// # let db = school()?;
            /// let grades: Vec<i32> = Enrollment::query().select(Enrollment::grade().coalesce(0)).all(&db)?;
            /// let total: i64 = Enrollment::query().select(Enrollment::grade().sum().coalesce(0)).one(&db)?;
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// SQL: `coalesce("grade", ?)`
            #[doc(alias = "ifnull")]
            #[doc(alias = "nvl")]
            #[doc(alias = "unwrap_or")]
            #[doc(alias = "or")]
            pub fn coalesce<O: Operand<M, Option<T>>>(
                self,
                fallback: O,
            ) -> Expression<M, <O::Presence as Presence>::Of<T>, $each> {
                let value: Expression<M, Option<T>, $each> = self.into();
                let depth = value.depth.max(fallback.depth()).saturating_add(1);
                let both = both(value.expr, fallback.into_expr());
                let expr = both.map(|both| call(Scalar::Coalesce, both.into(), T::SQL_TYPE));
                Expression::composed(expr, value.column, depth)
            }
        }
    )*};
}

functions! {
    <> Column of crate::column::EachRow;
    <Of> Expression of Of;
}

/// A text that is made of another.
fn text<M: Mapped, T: TextType, Of>(
    text: Expression<M, T, Of>,
    function: Scalar,
) -> Expression<M, Alike<T, String>, Of> {
    let expr = text.expr.map(|text| call(function, vec![text], SqlType::Text));
    Expression::composed(expr, of_strings::<T>(text.column), text.depth.saturating_add(1))
}

/// A number that is made of another.
fn number<M: Mapped, T: ColumnType, Of>(number: Expression<M, T, Of>, function: Scalar) -> Expression<M, T, Of> {
    let expr = number.expr.map(|number| call(function, vec![number], T::SQL_TYPE));
    Expression::composed(expr, number.column, number.depth.saturating_add(1))
}

/// One text behind the other, kept flat.
fn concatenated(text: Expr, other: Expr) -> Expr {
    match text {
        Expr::Call(Call { function: Scalar::Concat, mut arguments, sql_type }) => {
            arguments.push(other);
            call(Scalar::Concat, arguments, sql_type)
        }
        text => call(Scalar::Concat, vec![text, other], SqlType::Text),
    }
}

fn call(function: Scalar, arguments: Vec<Expr>, sql_type: SqlType) -> Expr {
    Expr::Call(Call { function, arguments, sql_type })
}

/// Both values, unless one is refused.
fn both(left: Result<Expr, Refusal>, right: Result<Expr, Mismatch>) -> Result<[Expr; 2], Refusal> {
    Ok([left?, right.map_err(Refusal::Value)?])
}

/// The column that a text begins with, where a change of it can be a `String`.
fn of_strings<T: 'static>(column: Option<usize>) -> Option<usize> {
    let is_string = [TypeId::of::<String>(), TypeId::of::<Option<String>>()].contains(&TypeId::of::<T>());
    column.filter(|_| is_string)
}
