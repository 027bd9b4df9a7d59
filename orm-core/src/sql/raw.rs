//! Raw SQL, with its bound values.

mod lists;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use super::{Dialect, statements};
use crate::access::Blocking;
use crate::error::{Error, Result};
use crate::types::{ColumnType, Param};
use crate::value::{Mismatch, Value};

/// A raw SQL statement, in the dialect of the database.
///
/// The text is a literal, so no value can get into it (no SQL injection); values are bound:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// # let ada = ada(&db)?;
/// let adults: Vec<Student> = orm::sql("SELECT * FROM students WHERE age >= $1").bind(18).rows(&db)?;
/// let counts: Vec<(String, i64)> =
///     orm::sql("SELECT last_name, count(*) FROM students GROUP BY last_name").tuples(&db)?;
/// let changed = orm::sql("UPDATE students SET age = age + 1 WHERE id = $1").bind(ada.id).execute(&db)?;
/// let ids: Vec<(i64,)> = orm::sql("DELETE FROM enrollments RETURNING student_id").writing().tuples(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// Models are read by column name, in any order of the columns and with any other columns between them. To prefetch
/// relations, call [`query`](RawSql::query), or later [`prefetch`](crate::query::prefetch).
#[doc(alias = "raw")]
#[doc(alias = "execute")]
#[doc(alias = "query")]
#[doc(alias = "raw_sql")]
pub fn sql<Mode>(text: impl SqlText) -> RawSql<Mode> {
    RawSql { text: text.into_text(), params: Vec::new(), error: None, writes: false, mode: PhantomData }
}

/// A raw SQL statement: the result of [`sql`]. `Mode` is the mode of the database that it runs on.
///
/// The mode is a parameter of the type because the types of rows are parameters of the methods:
/// `.tuples::<(i64,)>(&db)`.
#[must_use = "a statement does nothing until it is run"]
pub struct RawSql<Mode = Blocking> {
    pub(crate) text: Cow<'static, str>,
    params: Vec<Param<'static>>,
    error: Option<Error>,
    /// Whether it may write, although its rows are read.
    pub(crate) writes: bool,
    mode: PhantomData<fn() -> Mode>,
}

/// A raw SQL statement in the form of a database.
pub(crate) struct RawStatement<'s> {
    pub(crate) text: Cow<'s, str>,
    /// The values, in the order in which they are bound.
    pub(crate) params: Vec<Param<'static>>,
    /// Whether it may write, although its rows are read.
    pub(crate) writes: bool,
}

/// Text that may be run as SQL: a literal, or text that the program marks as trusted.
///
/// This is a trait so that a `String` is not accepted.
#[diagnostic::on_unimplemented(
    message = "SQL that is built at run time is not accepted",
    label = "not a literal",
    note = "write a literal with parameters and bind the values: `orm::sql(\"… WHERE id = $1\").bind(id)`",
    note = "if no part of the SQL comes from outside the program, mark it as trusted: `orm::sql(orm::TrustedSql(text))`"
)]
pub trait SqlText {
    /// Returns the text.
    #[doc(hidden)]
    fn into_text(self) -> Cow<'static, str>;
}

impl SqlText for &'static str {
    fn into_text(self) -> Cow<'static, str> {
        Cow::Borrowed(self)
    }
}

/// SQL that is built at run time, and of which no part comes from outside the program.
#[derive(Clone, Debug)]
pub struct TrustedSql(pub String);

impl SqlText for TrustedSql {
    fn into_text(self) -> Cow<'static, str> {
        Cow::Owned(self.0)
    }
}

impl<T: SqlText, Mode> From<T> for RawSql<Mode> {
    fn from(text: T) -> Self {
        sql(text)
    }
}

impl<Mode> RawSql<Mode> {
    /// Binds the next parameter: the first call binds `$1`, the second `$2`.
    ///
    /// Every database accepts `$1`, in any order and any number of times. SQLite also accepts `?1` and `?`.
    pub fn bind(mut self, value: impl Bound) -> Self {
        match value.into_value() {
            Ok(value) => self.params.push(Param::Value(value)),
            Err(mismatch) => self.refuse(mismatch),
        }
        self
    }

    /// Binds a list of any length to the next parameter: `IN $1` matches values that are equal to one in the list, and
    /// `NOT IN $1` those that are different from all of them. The list is one parameter, without parentheses.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let ids = [1, 2, 3];
    /// let students: Vec<Student> = orm::sql("SELECT * FROM students WHERE id IN $1").bind_list(ids).rows(&db)?;
    /// # assert_eq!(students.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `… WHERE id IN (SELECT "value" FROM rarray($1))` on SQLite, and `… WHERE id = ANY($1)` on PostgreSQL
    ///
    /// An empty list contains nothing. A list with `NULL` is an error when the statement runs, because `NOT IN` would
    /// match no row, and so is a list in any other place.
    #[doc(alias = "in")]
    #[doc(alias = "any")]
    #[doc(alias = "expanding")]
    pub fn bind_list<T: Bound>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        match values.into_iter().map(Bound::into_value).collect::<Result<Vec<_>, _>>() {
            Ok(values) => {
                if values.iter().any(Value::is_null) {
                    let number = self.params.len() + 1;
                    self.error.get_or_insert_with(|| Error::invalid(holds_null(number)));
                }
                self.params.push(Param::List(values));
            }
            Err(mismatch) => self.refuse(mismatch),
        }
        self
    }

    fn refuse(&mut self, mismatch: Mismatch) {
        let place = format!("parameter {}", self.params.len() + 1);
        self.error.get_or_insert_with(|| Error::encode_bound(place, mismatch));
    }

    /// Allows [`rows`](RawSql::rows) and [`tuples`](RawSql::tuples) to run a statement that writes: `INSERT …
    /// RETURNING`, or a `SELECT` of a function that writes, such as `nextval` on PostgreSQL.
    ///
    /// Without it the statement runs on a connection or replica that cannot write. If its rows cannot be read, nothing
    /// is written.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let insert = orm::sql("INSERT INTO departments (name) VALUES ('Physics') RETURNING id");
    /// let ids: Vec<(i64,)> = insert.writing().tuples(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn writing(mut self) -> Self {
        self.writes = true;
        self
    }

    /// The statement in the form of a database, if it can be sent.
    pub(crate) fn statement(&self, dialect: &dyn Dialect) -> Result<RawStatement<'_>> {
        self.check()?;
        self.check_is_one(dialect)?;
        let text = lists::with_lists(&self.text, &self.params, dialect)?;
        let mut params = self.params.clone();
        dialect.order_params(&text, &mut params)?;
        Ok(RawStatement { text, params, writes: self.writes })
    }

    /// Checks that the text is one statement. The database would prepare a later one before the first has run, and report
    /// what that one needs from the first.
    fn check_is_one(&self, dialect: &dyn Dialect) -> Result<()> {
        if !self.text.trim_end().trim_end_matches(';').contains(';') {
            return Ok(());
        }
        match statements(&self.text, dialect.quotes()) {
            Ok(found) if found.len() > 1 => Err(Error::several_statements()),
            _ => Ok(()),
        }
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

fn holds_null(number: usize) -> String {
    format!(
        "the list that is bound to `${number}` holds NULL, so `NOT IN` would match no row; leave NULL out, and write \
         a separate `IS NULL`"
    )
}

/// A value that can be bound: of a column type, or borrowed text.
///
/// This is a trait besides [`ColumnType`], which borrowed text cannot implement, because it could not be read from a
/// row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound to a parameter",
    label = "not a column type",
    note = "a value is bound by value, and not by reference: `.bind(id)`, `.bind_list(ids.iter().copied())`, `.bind_list(names.iter().cloned())`"
)]
pub trait Bound {
    /// Returns the value.
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

impl<Mode> Clone for RawSql<Mode> {
    fn clone(&self) -> Self {
        RawSql {
            text: self.text.clone(),
            params: self.params.clone(),
            error: self.error.clone(),
            writes: self.writes,
            mode: PhantomData,
        }
    }
}

impl<Mode> fmt::Debug for RawSql<Mode> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -- {} bound", self.text, self.params.len())
    }
}
