//! SQL that the user writes: literal text, bound parameters, and rows decoded by column name.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::access::Access;
use crate::db::Executor;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
use crate::driver::Connection;
use crate::driver::Session;
use crate::error::{Error, Kind, Result};
use crate::loaded::{Name, Record};
use crate::mapped::Mapped;
use crate::prefetch;
use crate::query::Window;
use crate::row::{Columns, Row, RowSink, WrittenRows};
use crate::sql::{Dialect, transaction_control};
use crate::types::{ColumnType, Param};
use crate::value::{Mismatch, Value, ValueRef};
use crate::view::View;

/// A statement of the user's own, in the SQL of the database at hand.
///
/// The text is a literal, so that no value can find its way into it; values are bound:
///
/// ```text
/// let adults: Vec<Student> = orm::sql("SELECT * FROM students WHERE age >= $1").bind(18).rows(&db)?;
/// let counts: Vec<(String, i64)> =
///     orm::sql("SELECT last_name, count(*) FROM students GROUP BY last_name").tuples(&db)?;
/// let changed = orm::sql("UPDATE students SET age = age + 1 WHERE id = $1").bind(ada.id).execute(&db)?;
/// let ids: Vec<(i64,)> = orm::sql("DELETE FROM students RETURNING id").writing().tuples(&db)?;
/// ```
///
/// Models are read by column name, in whatever order the columns come and whatever others stand between; then relations
/// can be loaded onto them with [`prefetch`](crate::query::prefetch).
pub fn sql(text: impl SqlText) -> RawSql {
    RawSql { text: text.into_text(), params: Vec::new(), error: None, writes: false }
}

/// A statement of the user's own; what [`sql`] returns.
#[must_use = "a statement does nothing until it is run"]
pub struct RawSql {
    text: Cow<'static, str>,
    params: Vec<Param<'static>>,
    error: Option<Error>,
    /// Whether it may write, though rows are read from it.
    writes: bool,
}

/// Text that may be run as SQL: a literal, or text that someone vouches for.
#[diagnostic::on_unimplemented(
    message = "SQL text made at run time is not run",
    label = "not a literal",
    note = "write a literal with parameters and bind the values: `orm::sql(\"… WHERE id = $1\").bind(id)`",
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

impl<T: SqlText> From<T> for RawSql {
    fn from(text: T) -> Self {
        sql(text)
    }
}

impl RawSql {
    /// Binds the next parameter: the first call binds `$1`, the second `$2`.
    ///
    /// Every database takes `$1`, in any order and any number of times. SQLite takes `?1` and `?` too.
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

    /// Lets [`rows`](RawSql::rows) and [`tuples`](RawSql::tuples) run a statement that writes: `INSERT … RETURNING`, or a
    /// `SELECT` of a function that writes, such as `nextval` on PostgreSQL.
    ///
    /// Without it the statement runs where reading does, on a connection or replica that cannot write. If its rows cannot
    /// be read, nothing is written.
    ///
    /// ```text
    /// let ids: Vec<(i64,)> = orm::sql("INSERT INTO logs (text) VALUES ('x') RETURNING id").writing().tuples(&db)?;
    /// ```
    pub fn writing(mut self) -> Self {
        self.writes = true;
        self
    }

    /// Runs the statement and reads each row as a model or a view, by column name: those of the model, and those of a view's
    /// fields that are read through relations by the names of the fields. The relations of a view are loaded, by one statement
    /// for each; what they start at must be among the columns.
    ///
    /// # Errors
    ///
    /// Returns the error of the statement, or of a column that is missing or does not fit its Rust type.
    /// [`is_read_only`](Error::is_read_only) for a statement that writes without [`writing`](RawSql::writing).
    /// [`is_invalid`](Error::is_invalid) for a statement that begins or ends a transaction, such as `COMMIT`.
    pub fn rows<V: View>(self, on: &impl Executor) -> Result<Vec<V>> {
        let params = self.params_to_read(on.dialect())?;
        let loader = V::loader();
        loader.error().cloned().map_or(Ok(()), Err)?;
        let load = |session: &mut Session<'_>| {
            prefetch::load(session, &*loader, false, &mut Window::whole(), |session, sink| {
                self.send(session, &params, &mut ByName::<V::Base>::new(sink))
            })
        };
        self.run(on, |session| match self.writes {
            _ if loader.is_plain() => load(session),
            false => session.snapshot(load),
            true => session.atomic(load),
        })
    }

    /// Runs a statement that writes and returns rows: [`rows`](RawSql::rows) after [`writing`](RawSql::writing).
    ///
    /// # Errors
    ///
    /// As [`rows`](RawSql::rows); then nothing is written.
    pub fn returning<V: View>(self, on: &impl Executor) -> Result<Vec<V>> {
        self.writing().rows(on)
    }

    /// Runs the statement and reads each row as a tuple, by position.
    ///
    /// # Errors
    ///
    /// As [`rows`](RawSql::rows).
    pub fn tuples<T: FromRow>(self, on: &impl Executor) -> Result<Vec<T>> {
        let params = self.params_to_read(on.dialect())?;
        let mut rows = Tuples(Vec::new());
        self.run(on, |session| self.send(session, &params, &mut rows))?;
        Ok(rows.0)
    }

    /// Runs a statement that returns no rows, and counts the rows that it changed: 0 for a statement that changes none, such
    /// as `CREATE TABLE`.
    ///
    /// # Errors
    ///
    /// Returns the error of the statement. [`is_invalid`](Error::is_invalid) for a statement that returns rows, and for one
    /// that begins or ends a transaction or a savepoint, such as `COMMIT`; neither runs.
    pub fn execute(self, on: &impl Executor) -> Result<u64> {
        self.check_words()?;
        let params = self.params(on.dialect())?;
        let changed = on.run(Access::Write, |session| session.execute_text(&self.text, &params));
        if !on.dialect().writes(&self.text) {
            // It may have created or changed a table.
            on.db().catalog().forget();
        }
        changed
    }

    /// Runs the statement on a connection that is being set up.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn run_on(
        &self,
        connection: &mut dyn Connection,
        dialect: &dyn Dialect,
        sink: &mut dyn RowSink,
    ) -> Result<()> {
        let params = self.params(dialect)?;
        let written = connection.write(&self.text, &params, &mut AnyNumber(sink));
        written.map(|_| ()).map_err(|error| error.with_statement(&self.text))
    }

    /// As [`run_on`](RawSql::run_on), reading each row as a tuple.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn tuples_on<T: FromRow>(
        &self,
        connection: &mut dyn Connection,
        dialect: &dyn Dialect,
    ) -> Result<Vec<T>> {
        let mut rows = Tuples(Vec::new());
        self.run_on(connection, dialect, &mut rows)?;
        Ok(rows.0)
    }

    /// Does some work on a connection that may do what the statement does.
    fn run<T>(&self, on: &impl Executor, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> Result<T> {
        if self.writes {
            return on.run(Access::Write, |session| {
                if session.can_refuse() { work(session) } else { session.within_write(work) }
            });
        }
        let done = on.run(Access::Read, work);
        done.map_err(|error| if error.is_read_only() { Error::writes_unsaid(error) } else { error })
    }

    fn send(&self, session: &mut Session<'_>, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        if self.writes {
            session.write(&self.text, params, &mut AnyNumber(sink)).map(|_| ())
        } else {
            session.query_text(&self.text, params, sink)
        }
    }

    /// The values in the order in which they are bound, of a statement whose rows can be read.
    fn params_to_read(&self, dialect: &dyn Dialect) -> Result<Vec<Param<'static>>> {
        self.check_words()?;
        let params = self.params(dialect)?;
        // Where a connection does both, the database would let it through.
        if !self.writes && dialect.writes(&self.text) {
            return Err(Error::new(Kind::WritesUnsaid));
        }
        Ok(params)
    }

    /// The values in the order in which they are bound, of a statement that can be sent.
    fn params(&self, dialect: &dyn Dialect) -> Result<Vec<Param<'static>>> {
        self.check()?;
        let mut params = self.params.clone();
        dialect.order_params(&self.text, &mut params)?;
        Ok(params)
    }

    /// Refuses what would begin or end a transaction without its guard, or one of the pool's connection, knowing of it.
    fn check_words(&self) -> Result<()> {
        transaction_control(&self.text).map_or(Ok(()), |word| Err(Error::controls_transaction(word)))
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

/// Rows of a statement that writes, of which any number may come.
struct AnyNumber<'s>(&'s mut dyn RowSink);

impl RowSink for AnyNumber<'_> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.0.row(row)
    }
}

impl WrittenRows for AnyNumber<'_> {
    fn is_complete(&self) -> bool {
        true
    }

    fn incomplete(&self) -> Error {
        Error::invalid("the statement returned too few rows")
    }

    // What tells the rows again is not known.
    fn wants_stored(&self) -> bool {
        false
    }
}

struct Tuples<T>(Vec<T>);

impl<T: FromRow> RowSink for Tuples<T> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.0.push(T::from_row(row)?);
        Ok(())
    }
}

/// Finds the values of a record by column name, and hands them on in its order.
struct ByName<'s, B> {
    sink: &'s mut dyn RowSink,
    /// Where each value stands, if it comes at all; found at the first row.
    positions: Vec<Option<usize>>,
    record: PhantomData<fn() -> B>,
}

impl<'s, B: Record> ByName<'s, B> {
    fn new(sink: &'s mut dyn RowSink) -> Self {
        ByName { sink, positions: Vec::new(), record: PhantomData }
    }

    fn find_columns(&mut self, row: Row<'_>) -> Result<()> {
        let names: Vec<&str> = (0..).map_while(|at| row.name(at)).collect();
        let position = |name: &str| names.iter().position(|other| *other == name);
        for name in B::names() {
            self.positions.push(match name {
                Name::Required(name) => {
                    Some(position(name).ok_or_else(|| Error::not_returned(B::Model::TABLE.model, name))?)
                }
                Name::Optional(name) => position(name),
                Name::None => None,
            });
        }
        Ok(())
    }
}

impl<B: Record> RowSink for ByName<'_, B> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        if self.positions.is_empty() {
            self.find_columns(row)?;
        }
        let reordered = Reordered { row, positions: &self.positions };
        self.sink.row(Row::new(&reordered))
    }
}

/// A row whose values stand in another order; what does not come is `NULL`.
struct Reordered<'a> {
    row: Row<'a>,
    positions: &'a [Option<usize>],
}

impl Columns for Reordered<'_> {
    fn value(&self, index: usize) -> Result<ValueRef<'_>, Mismatch> {
        self.positions[index].map_or(Ok(ValueRef::Null), |position| self.row.value(position))
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.name((*self.positions.get(index)?)?)
    }
}
