//! Conditions and values in raw SQL, with columns, expressions and bound values as arguments.

use std::fmt;
use std::marker::PhantomData;

use super::{Expression, Refusal};
use crate::ast::{Expr, SqlFragment};
use crate::column::{Column, Condition, EachGroup, EachRow, OrderBy, Together, check_depth};
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::sql::{Bound, SqlText, check_fragment, split_order};
use crate::types::ColumnType;

/// A condition in raw SQL, for what no method can express. Each `{}` in the text is replaced by one of the arguments,
/// in their order: a column, an expression or a condition of the model, or a value, which is bound.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let even = Student::query().filter(orm::sql_condition("{} % 2 = {}", (Student::age(), 0))).all(&db)?;
/// let short = orm::sql_condition("length({}) < {}", (Student::last_name(), 7)) & Student::age().ge(18);
/// let students = Student::query().filter(short).all(&db)?;
/// # assert_eq!((even.len(), students.len()), (1, 1));
/// # Ok(())
/// # }
/// ```
///
/// SQL: `WHERE (t0."age" % 2 = ?1)`
///
/// The text is a literal in the SQL dialect of the database, so no value can get into it (no SQL injection). The
/// statement contains it in parentheses. `{}` in a string, a quoted name or `$$ … $$` is not a placeholder. The query
/// returns an error that [`is_invalid`](Error::is_invalid) for a text with a parameter such as `$1`, a comment, a `;`
/// or unbalanced parentheses, and for a wrong number of arguments. The operator `?` of PostgreSQL is written `??`.
///
/// If one of the arguments is a value of groups, such as [`count`](super::count), this is a condition on groups, for
/// `having`.
///
/// A column with another stored form than new tables have is replaced by its value in the form of new tables.
#[doc(alias = "where")]
#[doc(alias = "literal")]
#[doc(alias = "RawSQL")]
pub fn sql_condition<M: Mapped, Of>(text: impl SqlText, arguments: impl SqlArguments<M, Of = Of>) -> Condition<M, Of> {
    let SqlValue { fragment, depth, .. } = sql_value(text, arguments);
    match fragment {
        Ok(fragment) => Condition::new(Expr::Fragment(fragment)).at_depth(depth),
        Err(error) => Condition::failed(Some(error)),
    }
}

/// A value in raw SQL, for what no method can express. The text and its arguments are the same as in [`sql_condition`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let initial = orm::sql_value("substr({}, 1, {})", (Student::last_name(), 1)).typed::<String>();
/// let initials: Vec<(i64, String)> = Student::query().select((Student::id(), initial)).all(&db)?;
///
/// let by_name = orm::sql_value("{} COLLATE NOCASE", Student::last_name()).desc();
/// let students = Student::query().order_by(by_name).all(&db)?;
/// # assert_eq!(initials, [(1, "B".to_owned())]);
/// # Ok(())
/// # }
/// ```
///
/// SQL: `SELECT t0."id", (substr(t0."last_name", 1, ?1)) …`, and `ORDER BY (t0."last_name" COLLATE NOCASE) DESC, …`
#[doc(alias = "literal")]
#[doc(alias = "RawSQL")]
#[doc(alias = "Func")]
pub fn sql_value<M: Mapped, Of>(text: impl SqlText, arguments: impl SqlArguments<M, Of = Of>) -> SqlValue<M, Of> {
    let text = text.into_text();
    let mut fragment = SqlFragment { text, arguments: Vec::new(), sql_type: None, is_aggregate: false };
    let depth = arguments.append_to(&mut fragment.arguments).map(|depth| depth + 1);
    let checked = depth.and_then(|depth| {
        check_depth(depth)?;
        check_fragment(&fragment)?;
        Ok(depth)
    });
    match checked {
        Ok(depth) => SqlValue { fragment: Ok(Box::new(fragment)), depth, types: PhantomData },
        Err(error) => SqlValue { fragment: Err(error), depth: 0, types: PhantomData },
    }
}

/// A term of an order in raw SQL: a value, and after it `ASC` or `DESC` and `NULLS FIRST` or `NULLS LAST`, as in an
/// `ORDER BY`. The text and its arguments are the same as in [`sql_condition`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let by_name = orm::sql_order("{} COLLATE NOCASE DESC", (Student::last_name(),));
/// let students = Student::query().order_by(by_name).all(&db)?;
///
/// let order = (orm::sql_order("{} % {} DESC", (Student::age(), 10)), Student::last_name().asc());
/// let page = Student::query().order_by(order).page(20).read(&db)?;
///
/// let any = Student::query().order_by(orm::sql_order("random()", ())).first(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// SQL: `ORDER BY (t0."last_name" COLLATE NOCASE) DESC, t0."id" DESC`
///
/// Without a direction the order is ascending. Without `NULLS FIRST` or `NULLS LAST`, `NULL`s come first in ascending
/// and last in descending order, on every database.
///
/// A text has one value: for several in one text, `"{}, {} DESC"`, the query returns an error that
/// [`is_invalid`](Error::is_invalid). Write a tuple with an `sql_order` for each. A bare number is an error too,
/// because databases treat it as the position of a column.
///
/// Pages and chunks continue after the value of the last row, so a text whose value differs in each statement, such as
/// `random()`, is an error there.
#[doc(alias = "order_by_raw")]
#[doc(alias = "orderByRaw")]
#[doc(alias = "collate")]
#[doc(alias = "nulls_last")]
#[doc(alias = "random")]
pub fn sql_order<M: Mapped, Of>(text: impl SqlText, arguments: impl SqlArguments<M, Of = Of>) -> OrderBy<M, Of> {
    let value = sql_value(text, arguments);
    let term = value.fragment.and_then(|fragment| {
        let (value, descending, nulls) = split_order(&fragment.text)?;
        let text = value.to_owned().into();
        Ok((Expr::Fragment(Box::new(SqlFragment { text, ..*fragment })), descending, nulls))
    });
    match term {
        Ok((by, descending, nulls)) => OrderBy::in_sql(by, descending, nulls),
        Err(error) => OrderBy::new(Err(error), false),
    }
}

/// A value in raw SQL without a type: the result of [`sql_value`].
#[must_use = "a value does nothing until it is selected, compared or ordered by"]
pub struct SqlValue<M, Of = EachRow> {
    /// The error is returned when the query runs, as that of a condition is.
    fragment: Result<Box<SqlFragment>>,
    depth: usize,
    types: PhantomData<fn() -> (M, Of)>,
}

impl<M: Mapped, Of> SqlValue<M, Of> {
    /// Returns the value as an expression of a type, to be selected, compared or computed with. Reading a value that
    /// does not fit the type returns an error that [`is_decode`](Error::is_decode).
    ///
    /// For a text that calls an aggregate function, such as `max` of one value, the query returns an error that
    /// [`is_invalid`](Error::is_invalid), because it would combine all rows: call [`aggregate`](SqlValue::aggregate).
    /// Window functions, `max({}) OVER (..)`, and aggregates of the rows of a subquery have a value for each row.
    /// User-defined aggregate functions of PostgreSQL are not recognized here; PostgreSQL refuses them itself, except
    /// for distinct rows.
    #[doc(alias = "output_field")]
    pub fn typed<T: ColumnType>(self) -> Expression<M, T, Of> {
        self.expression(false)
    }

    /// Returns the value as an aggregate of each group, computed by a function of the database such as `group_concat`
    /// or `string_agg`. A text without an aggregate function is an error; on SQLite it
    /// [`is_invalid`](Error::is_invalid) before anything is sent. PostgreSQL can have aggregate functions that the
    /// library does not know, so there the server refuses a value of single rows in a group.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let names = orm::sql_value("group_concat({}, {})", (Student::last_name(), ", ")).aggregate::<String>();
    /// let departments: Vec<(Option<i64>, String)> =
    ///     Student::query().group_by(Student::department_id()).select((Student::department_id(), names)).all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `SELECT t0."department_id", (group_concat(t0."last_name", ?1)) … GROUP BY t0."department_id"`
    pub fn aggregate<T: ColumnType>(self) -> Expression<M, T, EachGroup> {
        self.expression(true)
    }

    /// Orders by the value, ascending.
    pub fn asc(self) -> OrderBy<M, Of> {
        OrderBy::new(self.fragment.map(Expr::Fragment), false)
    }

    /// Orders by the value, descending.
    pub fn desc(self) -> OrderBy<M, Of> {
        OrderBy::new(self.fragment.map(Expr::Fragment), true)
    }

    fn expression<T: ColumnType, V>(self, is_aggregate: bool) -> Expression<M, T, V> {
        let expr = self.fragment.map(|fragment| {
            Expr::Fragment(Box::new(SqlFragment { sql_type: Some(T::SQL_TYPE), is_aggregate, ..*fragment }))
        });
        Expression { expr: expr.map_err(Refusal::Invalid), column: None, depth: self.depth, types: PhantomData }
    }
}

impl<M, Of> Clone for SqlValue<M, Of> {
    fn clone(&self) -> Self {
        SqlValue { fragment: self.fragment.clone(), depth: self.depth, types: PhantomData }
    }
}

impl<M, Of> fmt::Debug for SqlValue<M, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqlValue(..)")
    }
}

/// The arguments of raw SQL in a query of the model `M`: a column, an expression, a condition or a value, a tuple of up
/// to eight of them, or `()`. The elements of a tuple can be tuples too.
///
/// This is a trait because the elements of a tuple have different types, and because the result is a value of groups if
/// one of them is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot replace a `{{}}` in the SQL",
    label = "not a column or an expression of the same model, nor a value",
    note = "pass a column, an expression or a value for each `{{}}`, all of one model: `orm::sql_condition(\"{{}} % 2 = {{}}\", (Student::age(), 0))`",
    note = "a tuple has at most eight elements, which can be tuples too"
)]
pub trait SqlArguments<M> {
    /// [`EachGroup`] if one of them is of groups, and otherwise [`EachRow`].
    type Of;

    /// Adds them to a list, and returns how deep conditions and computations are nested.
    ///
    /// # Errors
    ///
    /// Returns an error if an expression or a value cannot be a part of a statement.
    #[doc(hidden)]
    fn append_to(self, arguments: &mut Vec<Expr>) -> Result<usize>;
}

#[diagnostic::do_not_recommend]
impl<M> SqlArguments<M> for () {
    type Of = EachRow;

    fn append_to(self, _: &mut Vec<Expr>) -> Result<usize> {
        Ok(0)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> SqlArguments<M> for Column<M, T> {
    type Of = EachRow;

    fn append_to(self, arguments: &mut Vec<Expr>) -> Result<usize> {
        arguments.push(self.expr());
        Ok(0)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType, Of> SqlArguments<M> for Expression<M, T, Of> {
    type Of = Of;

    fn append_to(self, arguments: &mut Vec<Expr>) -> Result<usize> {
        let (depth, expr) = self.into_related();
        arguments.push(expr?);
        Ok(depth)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, Of> SqlArguments<M> for Condition<M, Of> {
    type Of = Of;

    fn append_to(self, arguments: &mut Vec<Expr>) -> Result<usize> {
        let depth = self.depth();
        arguments.push(self.into_expr()?);
        Ok(depth)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> SqlArguments<M> for T {
    type Of = EachRow;

    fn append_to(self, arguments: &mut Vec<Expr>) -> Result<usize> {
        append_value(self, arguments)
    }
}

#[diagnostic::do_not_recommend]
impl<M> SqlArguments<M> for &str {
    type Of = EachRow;

    fn append_to(self, arguments: &mut Vec<Expr>) -> Result<usize> {
        append_value(self, arguments)
    }
}

fn append_value(value: impl Bound, arguments: &mut Vec<Expr>) -> Result<usize> {
    let place = || format!("number {} in the SQL", arguments.len() + 1);
    let value = value.into_value().map_err(|mismatch| Error::encode_bound(place(), mismatch))?;
    arguments.push(Expr::Value(value));
    Ok(0)
}

/// The first element, and then the others, which are a tuple too.
macro_rules! tuple {
    ($($other:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<M, First: SqlArguments<M>, $($other),*> SqlArguments<M> for (First, $($other,)*)
        where
            ($($other,)*): SqlArguments<M>,
            First::Of: Together<<($($other,)*) as SqlArguments<M>>::Of>,
        {
            type Of = <First::Of as Together<<($($other,)*) as SqlArguments<M>>::Of>>::Of;

            #[allow(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn append_to(self, arguments: &mut Vec<Expr>) -> Result<usize> {
                let (first, $($other,)*) = self;
                let depth = first.append_to(arguments)?;
                Ok(depth.max(($($other,)*).append_to(arguments)?))
            }
        }
    };
}

tuple!();
tuple!(B);
tuple!(B C);
tuple!(B C D);
tuple!(B C D E);
tuple!(B C D E F);
tuple!(B C D E F G);
tuple!(B C D E F G H);
