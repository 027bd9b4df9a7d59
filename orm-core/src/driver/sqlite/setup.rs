//! A new connection to SQLite, for the program's hook: statements, functions and collations.

use std::cmp::Ordering;
use std::error::Error as StdError;
use std::fmt;

use rusqlite::functions::{Context, FunctionFlags};

use super::connection::SqliteConnection;
use super::value::{owned, shared};
use crate::driver::setup;
use crate::error::{Error, Result};
use crate::row::FromRow;
use crate::sql::sqlite::Sqlite;
use crate::sql::{Bound, RawSql};
use crate::types::ColumnType;
use crate::value::{Mismatch, ValueRef};

/// A new connection to SQLite, before its first use: the argument of the function of
/// [`on_connect`](super::SqliteOptions::on_connect).
pub struct SqliteSetup<'c> {
    connection: &'c mut SqliteConnection,
}

/// The error of a function that SQL calls: every error converts with `?`, and a text with `into`.
type FunctionError = Box<dyn StdError + Send + Sync>;

impl<'c> SqliteSetup<'c> {
    pub(super) fn new(connection: &'c mut SqliteConnection) -> Self {
        SqliteSetup { connection }
    }

    /// Runs a statement on the connection and discards its rows: SQL text, or [`orm::sql`](crate::sql::sql) with bound
    /// values.
    ///
    /// ```no_run
    /// # use orm::{Db, Result};
    /// # fn main() -> Result<()> {
    /// # let path = "archive.db";
    /// # let db = Db::sqlite().on_connect(move |connection| {
    /// connection.execute("PRAGMA cache_size = -64000")?;
    /// connection.execute(orm::sql("ATTACH $1 AS archive").bind(path))?;
    /// # Ok(())
    /// # }).memory()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    pub fn execute(&mut self, statement: impl Into<RawSql>) -> Result<()> {
        setup::execute(self.connection, &Sqlite, &statement.into())
    }

    /// Runs a statement on the connection and reads its rows as tuples.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails, or if a column does not fit its type.
    pub fn tuples<T: FromRow>(&mut self, statement: impl Into<RawSql>) -> Result<Vec<T>> {
        setup::tuples(self.connection, &Sqlite, &statement.into())
    }

    /// Defines a function that SQL can call, with this number of arguments, or with any number for `None`.
    ///
    /// ```
    /// # use orm::{Db, Result};
    /// # fn main() -> Result<()> {
    /// # let db = Db::sqlite().on_connect(|connection| {
    /// // `name REGEXP 'da'` calls `regexp('da', name)`.
    /// connection.function("regexp", 2, |arguments| {
    ///     let (pattern, text): (String, String) = (arguments.get(0)?, arguments.get(1)?);
    ///     Ok(text.contains(&pattern))
    /// })?;
    /// # Ok(())
    /// # }).memory()?;
    /// # assert_eq!(orm::sql("SELECT 'Ada' REGEXP 'da'").tuples::<(bool,)>(&db)?, [(true,)]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An error of the function becomes the error of the statement; a text converts with `.into()`.
    ///
    /// A trigger, view, index, generated column or `CHECK` of the file cannot call it; define a
    /// [`pure_function`](SqliteSetup::pure_function) for these.
    ///
    /// # Errors
    ///
    /// Returns an error if SQLite refuses the name or the number of arguments.
    #[doc(alias = "create_scalar_function")]
    pub fn function<R: Bound>(
        &mut self,
        name: &str,
        arguments: impl Into<Option<usize>>,
        function: impl Fn(&SqliteArguments<'_>) -> Result<R, FunctionError> + Send + 'static,
    ) -> Result<()> {
        self.define(name, arguments.into(), FunctionFlags::empty(), function)
    }

    /// Defines a function as [`function`](SqliteSetup::function) does, which is deterministic and has no side effects.
    /// The triggers, views, indexes, generated columns and `CHECK`s of the file can call it too, so it must do no harm
    /// with any argument.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`function`](SqliteSetup::function).
    pub fn pure_function<R: Bound>(
        &mut self,
        name: &str,
        arguments: impl Into<Option<usize>>,
        function: impl Fn(&SqliteArguments<'_>) -> Result<R, FunctionError> + Send + 'static,
    ) -> Result<()> {
        let flags = FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
        self.define(name, arguments.into(), flags, function)
    }

    /// Defines a collation: an order of text, for `COLLATE` in statements and in the tables of the file.
    ///
    /// The order must be total and constant, and must not panic, because indexes use it.
    ///
    /// # Errors
    ///
    /// Returns an error if SQLite refuses the name.
    pub fn collation(&mut self, name: &str, compare: impl Fn(&str, &str) -> Ordering + Send + 'static) -> Result<()> {
        check_name(name)?;
        self.connection.raw().create_collation(name, compare).map_err(super::error::convert)
    }

    fn define<R: Bound>(
        &self,
        name: &str,
        arguments: Option<usize>,
        flags: FunctionFlags,
        function: impl Fn(&SqliteArguments<'_>) -> Result<R, FunctionError> + Send + 'static,
    ) -> Result<()> {
        check_name(name)?;
        // SQLite refuses a number above its limit.
        let number = arguments.map_or(-1, |number| i32::try_from(number).unwrap_or(i32::MAX));
        let called = name.to_owned();
        let compute = move |context: &Context<'_>| -> Result<_, FunctionError> {
            let value = function(&SqliteArguments { function: &called, context })?.into_value();
            let value = value.and_then(|value| owned(&value));
            Ok(value.map_err(|mismatch| unstorable(&called, &mismatch))?)
        };
        let flags = flags | FunctionFlags::SQLITE_UTF8;
        let defined = self.connection.raw().create_scalar_function(name, number, flags, move |context| {
            compute(context).map_err(rusqlite::Error::UserFunctionError)
        });
        defined.map_err(super::error::convert)
    }
}

/// The arguments of a function that SQL calls.
pub struct SqliteArguments<'a> {
    function: &'a str,
    context: &'a Context<'a>,
}

impl SqliteArguments<'_> {
    /// Returns the number of arguments.
    #[must_use]
    pub fn len(&self) -> usize {
        self.context.len()
    }

    /// Returns whether there are no arguments.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.context.is_empty()
    }

    /// Returns the argument at a position, counted from 0, as a column type. `NULL` is read as an `Option`.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such argument, or if it does not fit the type.
    pub fn get<T: ColumnType>(&self, position: usize) -> Result<T> {
        T::decode(self.value(position)?).map_err(|mismatch| self.refused(position, &mismatch))
    }

    /// Returns the argument at a position, counted from 0, as a borrowed value of any kind.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such argument, or if it is text that is not valid UTF-8.
    pub fn value(&self, position: usize) -> Result<ValueRef<'_>> {
        if position >= self.len() {
            let (name, number) = (self.function, self.len());
            return Err(Error::invalid(format!(
                "`{name}` was called with {number} arguments, and takes {}",
                position + 1
            )));
        }
        shared(self.context.get_raw(position)).map_err(|mismatch| self.refused(position, &mismatch))
    }

    fn refused(&self, position: usize, mismatch: &Mismatch) -> Error {
        Error::invalid(format!("argument {} of `{}`: {mismatch}", position + 1, self.function))
    }
}

impl fmt::Debug for SqliteArguments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} arguments of {}", self.len(), self.function)
    }
}

impl fmt::Debug for SqliteSetup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteSetup")
    }
}

fn unstorable(function: &str, mismatch: &Mismatch) -> Error {
    Error::invalid(format!("the result of `{function}` cannot be stored: {mismatch}"))
}

/// Functions of the driver cannot be redefined.
fn check_name(name: &str) -> Result<()> {
    match name.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("orm_") => {
            Err(Error::invalid(format!("names that begin with `orm_` are reserved for this library; rename `{name}`")))
        }
        _ => Ok(()),
    }
}
