//! SQL that the user writes: literal text, bound parameters, and rows decoded by column name.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::db::{Access, Executor};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::row::{Columns, Row, RowSink};
use crate::sql::Param;
use crate::types::ColumnType;
use crate::value::{Mismatch, Value, ValueRef};

/// A statement of the user's own, in the SQL of the database at hand.
///
/// The text is a literal, so that no value can find its way into it; values are bound:
///
/// ```text
/// let adults: Vec<Student> = orm::sql("SELECT * FROM students WHERE age >= ?1").bind(18).rows(&db)?;
/// let counts: Vec<(String, i64)> =
///     orm::sql("SELECT last_name, count(*) FROM students GROUP BY last_name").tuples(&db)?;
/// let changed = orm::sql("UPDATE students SET age = age + 1 WHERE id = ?1").bind(ada.id).execute(&db)?;
/// ```
///
/// Models are read by column name, in whatever order the columns come and whatever others stand between; then relations
/// can be loaded onto them with [`prefetch`](crate::query::prefetch).
pub fn sql(text: impl SqlText) -> RawSql {
    RawSql { text: text.into_text(), params: Vec::new(), error: None }
}

/// A statement of the user's own; what [`sql`] returns.
#[must_use = "a statement does nothing until it is run"]
pub struct RawSql {
    text: Cow<'static, str>,
    params: Vec<Param<'static>>,
    error: Option<Error>,
}

/// Text that may be run as SQL: a literal, or text that someone vouches for.
#[diagnostic::on_unimplemented(
    message = "SQL text made at run time is not run",
    label = "not a literal",
    note = "write a literal with parameters and bind the values: `orm::sql(\"… WHERE id = ?1\").bind(id)`",
    note = "if nothing in the text comes from outside, say so: `orm::sql(orm::TrustedSql(text))`"
)]
pub trait SqlText {
    /// The text.
    #[doc(hidden)]
    fn into_text(self) -> Cow<'static, str>;
}

impl SqlText for &'static str {
    fn into_text(self) -> Cow<'static, str> {
        Cow::Borrowed(self)
    }
}

/// SQL text made at run time of which the program says that nothing in it comes from outside.
#[derive(Clone, Debug)]
pub struct TrustedSql(pub String);

impl SqlText for TrustedSql {
    fn into_text(self) -> Cow<'static, str> {
        Cow::Owned(self.0)
    }
}

impl RawSql {
    /// Binds the next parameter.
    pub fn bind(mut self, value: impl Bound) -> Self {
        match value.into_value() {
            Ok(value) => self.params.push(Param::Value(value)),
            Err(mismatch) => {
                let place = format!("parameter {}", self.params.len() + 1);
                self.error.get_or_insert_with(|| Error::encode_bound(place, mismatch));
            }
        }
        self
    }

    /// Runs the statement and reads each row as a model, by column name.
    ///
    /// # Errors
    ///
    /// Those of the statement, and of columns that are missing or hold what does not fit their Rust types.
    /// [`is_read_only`](Error::is_read_only) for a statement that writes: run it by [`returning`](RawSql::returning).
    pub fn rows<M: Model>(self, on: &impl Executor) -> Result<Vec<M>> {
        let mut rows = ByName::<M>::new();
        self.run(on, Access::Read, &mut rows)?;
        Ok(rows.rows)
    }

    /// As [`rows`](RawSql::rows), for a statement that writes and returns rows.
    ///
    /// # Errors
    ///
    /// As [`rows`](RawSql::rows).
    pub fn returning<M: Model>(self, on: &impl Executor) -> Result<Vec<M>> {
        let mut rows = ByName::<M>::new();
        self.run(on, Access::Write, &mut rows)?;
        Ok(rows.rows)
    }

    /// Runs the statement and reads each row as a tuple, by position.
    ///
    /// # Errors
    ///
    /// Those of the statement, and of columns that are missing or hold what does not fit their Rust types.
    pub fn tuples<T: FromRow>(self, on: &impl Executor) -> Result<Vec<T>> {
        let mut rows = Tuples(Vec::new());
        self.run(on, Access::Read, &mut rows)?;
        Ok(rows.0)
    }

    /// Runs a statement that returns no rows, and counts the rows that it changed.
    ///
    /// # Errors
    ///
    /// Those of the statement.
    pub fn execute(self, on: &impl Executor) -> Result<u64> {
        self.check()?;
        on.run(Access::Write, |session| session.execute_text(&self.text, &self.params))
    }

    fn run(&self, on: &impl Executor, access: Access, sink: &mut dyn RowSink) -> Result<()> {
        self.check()?;
        on.run(access, |session| session.query_text(&self.text, &self.params, sink))
    }

    fn check(&self) -> Result<()> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        if self.text.contains('\0') {
            return Err(Error::invalid("the SQL text holds a NUL character, where the database would cut it off"));
        }
        if self.text.trim().is_empty() {
            return Err(Error::invalid("the SQL text is empty"));
        }
        Ok(())
    }
}

/// A value that can be bound: of a column type, or borrowed text.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be bound to a parameter", label = "not a column type")]
pub trait Bound {
    /// The value.
    #[doc(hidden)]
    fn into_value(self) -> Result<Value<'static>, Mismatch>;
}

impl<T: ColumnType> Bound for T {
    fn into_value(self) -> Result<Value<'static>, Mismatch> {
        Ok(self.encode()?.into_owned())
    }
}

#[diagnostic::do_not_recommend]
impl Bound for &str {
    fn into_value(self) -> Result<Value<'static>, Mismatch> {
        Ok(Value::Text(self.to_owned().into()))
    }
}

impl fmt::Debug for RawSql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -- {} bound", self.text, self.params.len())
    }
}

/// A tuple that a row can be read as, by position.
#[diagnostic::on_unimplemented(
    message = "a row cannot be read as `{Self}`",
    label = "not a tuple of column types",
    note = "rows are read as tuples of up to eight column types; for one column, write `(T,)`"
)]
pub trait FromRow: Sized {
    /// Reads the row.
    #[doc(hidden)]
    fn from_row(row: Row<'_>) -> Result<Self>;
}

macro_rules! from_row_tuple {
    ($($name:ident $at:literal),*) => {
        impl<$($name: ColumnType),*> FromRow for ($($name,)*) {
            fn from_row(row: Row<'_>) -> Result<Self> {
                Ok(($(decode_at::<$name>(row, $at)?,)*))
            }
        }
    };
}

from_row_tuple!(A 0);
from_row_tuple!(A 0, B 1);
from_row_tuple!(A 0, B 1, C 2);
from_row_tuple!(A 0, B 1, C 2, D 3);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

fn decode_at<T: ColumnType>(row: Row<'_>, at: usize) -> Result<T> {
    row.value(at).and_then(T::decode).map_err(|mismatch| {
        let column = row.name(at).map_or_else(|| format!("number {}", at + 1), ToOwned::to_owned);
        Error::decode_result(column, std::any::type_name::<T>(), mismatch)
    })
}

struct Tuples<T>(Vec<T>);

impl<T: FromRow> RowSink for Tuples<T> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.0.push(T::from_row(row)?);
        Ok(())
    }
}

/// Reads models by column name.
struct ByName<M> {
    rows: Vec<M>,
    /// Where each of the model's columns stands; found at the first row.
    positions: Vec<usize>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> ByName<M> {
    fn new() -> Self {
        ByName { rows: Vec::new(), positions: Vec::new(), model: PhantomData }
    }

    fn find_columns(&mut self, row: Row<'_>) -> Result<()> {
        let names: Vec<&str> = (0..).map_while(|at| row.name(at)).collect();
        for column in M::TABLE.columns {
            let at = names.iter().position(|name| *name == column.name);
            self.positions.push(at.ok_or_else(|| Error::not_returned(M::TABLE, column))?);
        }
        Ok(())
    }
}

impl<M: Model> RowSink for ByName<M> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if self.positions.is_empty() {
            self.find_columns(row)?;
        }
        let reordered = Reordered { row, positions: &self.positions };
        self.rows.push(M::decode(Row::new(&reordered), 0)?);
        Ok(())
    }
}

/// A row whose columns stand in another order.
struct Reordered<'a> {
    row: Row<'a>,
    positions: &'a [usize],
}

impl Columns for Reordered<'_> {
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch> {
        self.row.value(self.positions[index])
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.name(*self.positions.get(index)?)
    }
}
