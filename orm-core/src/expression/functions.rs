//! Functions of text and numbers.

use std::any::TypeId;

use super::{Expression, Refusal};
use crate::ast::{Call, Expr, Scalar};
use crate::column::{Column, Operand};
use crate::mapped::Mapped;
use crate::types::{Alike, ColumnType, OfBoth, Presence, Required, SqlType, Summable, TextType};
use crate::value::Mismatch;

/// Functions of a value, for columns and for expressions, of each row or of each group.
macro_rules! functions {
    ($(<$($of:ident)?> $type:ident of $each:ty;)*) => {$(
        /// Functions of text. They return a `String`, also for a newtype, and `NULL` for `NULL`.
        impl<M: Mapped, T: ColumnType, $($of)?> $type<M, T, $($of)?> {
            /// Converts the text to lower case.
            ///
            /// SQLite converts only ASCII letters. PostgreSQL converts according to the collation of the column: in a
            /// column that `create_tables` created, only ASCII letters too.
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
            /// An index of the same expression is used: `CREATE INDEX … ON students (lower(email))`.
            ///
            /// SQL: `lower("email")`; on PostgreSQL `lower(CAST("email" AS text))`
            #[doc(alias = "to_lowercase")]
            pub fn lower(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::Lower)
            }

            /// Converts the text to upper case. Which letters are converted is the same as with [`lower`](Self::lower).
            ///
            /// SQL: `upper("email")`; on PostgreSQL `upper(CAST("email" AS text))`
            #[doc(alias = "to_uppercase")]
            pub fn upper(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::Upper)
            }

            /// Removes spaces at the start and the end of the text. Tabs, line breaks and other white space stay.
            ///
            /// SQL: `trim("name")`; on PostgreSQL `trim(CAST("name" AS text))`
            #[doc(alias = "btrim")]
            pub fn trim(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::Trim)
            }

            /// Removes spaces at the start of the text.
            ///
            /// SQL: `ltrim("name")`; on PostgreSQL `ltrim(CAST("name" AS text))`
            #[doc(alias = "ltrim")]
            pub fn trim_start(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::TrimStart)
            }

            /// Removes spaces at the end of the text.
            ///
            /// SQL: `rtrim("name")`; on PostgreSQL `rtrim(CAST("name" AS text))`
            #[doc(alias = "rtrim")]
            pub fn trim_end(self) -> Expression<M, Alike<T, String>, $each>
            where
                T: TextType,
            {
                text(self.into(), Scalar::TrimEnd)
            }

            /// The number of characters of the text: of Unicode scalar values, like `text.chars().count()`. A NUL,
            /// which text in SQLite can contain, counts as one.
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

            /// Concatenates the text and another one; the result is `NULL` if one of them is `NULL`.
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
            /// The absolute value of the number; `NULL` for `NULL`. The minimum integer of a type has no absolute value
            /// and is an error.
            ///
            /// SQL: `abs("balance")`
            pub fn abs(self) -> Expression<M, T, $each>
            where
                T: Summable,
            {
                number(self.into(), Scalar::Absolute)
            }

            /// Rounds the number to `digits` digits after the decimal point; halves are rounded away from zero. `NULL`
            /// for `NULL`.
            ///
            /// A floating-point number is rounded as its shortest decimal notation: `2.675` becomes `2.68`, although
            /// the stored number is slightly less.
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
            /// The value, or another one if it is `NULL`. The result is required if the other value or column is
            /// required, and otherwise an `Option`.
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

/// A text function.
fn text<M: Mapped, T: TextType, Of>(
    text: Expression<M, T, Of>,
    function: Scalar,
) -> Expression<M, Alike<T, String>, Of> {
    let expr = text.expr.map(|text| call(function, vec![text], SqlType::Text));
    Expression::composed(expr, of_strings::<T>(text.column), text.depth.saturating_add(1))
}

/// A number function.
fn number<M: Mapped, T: ColumnType, Of>(number: Expression<M, T, Of>, function: Scalar) -> Expression<M, T, Of> {
    let expr = number.expr.map(|number| call(function, vec![number], T::SQL_TYPE));
    Expression::composed(expr, number.column, number.depth.saturating_add(1))
}

/// The concatenation of two texts, kept flat.
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

/// The column that a text begins with, if the column can be set to a `String`.
fn of_strings<T: 'static>(column: Option<usize>) -> Option<usize> {
    let is_string = [TypeId::of::<String>(), TypeId::of::<Option<String>>()].contains(&TypeId::of::<T>());
    column.filter(|_| is_string)
}
