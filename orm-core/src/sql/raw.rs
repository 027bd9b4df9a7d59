//! SQL that the user writes, with the values that are bound to it.

mod lists;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use super::Dialect;
use crate::access::Blocking;
use crate::error::{Error, Result};
use crate::types::{ColumnType, Param};
use crate::value::{Mismatch, Value};

/// A statement of the user's own, in the SQL of the database at hand.
///
/// The text is a literal, so that no value can find its way into it; values are bound:
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
/// Models are read by column name, in whatever order the columns come and whatever others stand between. Relations are loaded
/// with them by [`query`](RawSql::query), or later by [`prefetch`](crate::query::prefetch).
#[doc(alias = "raw")]
#[doc(alias = "execute")]
#[doc(alias = "query")]
#[doc(alias = "raw_sql")]
pub fn sql<Mode>(text: impl SqlText) -> RawSql<Mode> {
    RawSql { text: text.into_text(), params: Vec::new(), error: None, writes: false, mode: PhantomData }
}

/// A statement of the user's own; what [`sql`] returns. `Mode` is that of the database that it runs on.
///
/// The mode is a parameter of the type, since the types of rows stand in brackets where the statement runs:
/// `.tuples::<(i64,)>(&db)`.
#[must_use = "a statement does nothing until it is run"]
pub struct RawSql<Mode = Blocking> {
    pub(crate) text: Cow<'static, str>,
    params: Vec<Param<'static>>,
    error: Option<Error>,
    /// Whether it may write, though rows are read from it.
    pub(crate) writes: bool,
    mode: PhantomData<fn() -> Mode>,
}

/// A statement of the user's own as a database takes it.
pub(crate) struct RawStatement<'s> {
    pub(crate) text: Cow<'s, str>,
    /// The values, in the order in which they are bound.
    pub(crate) params: Vec<Param<'static>>,
    /// Whether it may write, though rows are read from it.
    pub(crate) writes: bool,
}

/// Text that may be run as SQL: a literal, or text that someone vouches for.
///
/// A trait, so that a `String` is not accepted by itself.
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

impl<T: SqlText, Mode> From<T> for RawSql<Mode> {
    fn from(text: T) -> Self {
        sql(text)
    }
}

impl<Mode> RawSql<Mode> {
    /// Binds the next parameter: the first call binds `$1`, the second `$2`.
    ///
    /// Every database takes `$1`, in any order and any number of times. SQLite takes `?1` and `?` too.
    pub fn bind(mut self, value: impl Bound) -> Self {
        match value.into_value() {
            Ok(value) => self.params.push(Param::Value(value)),
            Err(mismatch) => self.refuse(mismatch),
        }
        self
    }

    /// Binds a list to the next parameter, however long: `IN $1` is met by what is equal to one of the values, and `NOT IN $1`
    /// by what is different from all of them. The list is one parameter, and stands without parentheses.
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
    /// Nothing is in an empty list, and everything is not in it. A list that holds `NULL` is an error when the statement runs,
    /// since no row would be known not to be in it, and so is a list that stands anywhere else.
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

    /// Lets [`rows`](RawSql::rows) and [`tuples`](RawSql::tuples) run a statement that writes: `INSERT … RETURNING`, or a
    /// `SELECT` of a function that writes, such as `nextval` on PostgreSQL.
    ///
    /// Without it the statement runs where reading does, on a connection or replica that cannot write. If its rows cannot
    /// be read, nothing is written.
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

    /// The statement as a database takes it, if it can be sent.
    pub(crate) fn statement(&self, dialect: &dyn Dialect) -> Result<RawStatement<'_>> {
        self.check()?;
        let text = lists::with_lists(&self.text, &self.params, dialect)?;
        let mut params = self.params.clone();
        dialect.order_params(&text, &mut params)?;
        Ok(RawStatement { text, params, writes: self.writes })
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
        "the list that is bound to `${number}` holds NULL, beside which no row is known not to be in it; leave it out, and ask \
         for `IS NULL` by itself"
    )
}

/// A value that can be bound: of a column type, or borrowed text.
///
/// A trait beside [`ColumnType`], which borrowed text cannot implement: it could not be read from a row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound to a parameter",
    label = "not a column type",
    note = "a value is bound by itself and not by reference: `.bind(id)`, `.bind_list(ids.iter().copied())`, `.bind_list(names.iter().cloned())`"
)]
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
