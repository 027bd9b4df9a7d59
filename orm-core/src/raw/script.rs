//! Scripts of raw SQL: several statements without parameters.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::access::{Access, Blocking};
use crate::db::{self as run, On, Performs, Run};
use crate::error::{Error, Result};
use crate::sql::{Dialect, SqlText, Statement, statements, transaction_control};

/// A script: SQL statements without parameters, each up to its semicolon, such as test data.
///
/// ```
/// # use orm::{Db, Model, Result};
/// # #[derive(Model)] struct Department { id: i64, name: String }
/// # fn main() -> Result<()> {
/// let db = Db::memory()?;
/// db.create_tables::<Department>()?;
/// orm::script(
///     "INSERT INTO departments (id, name) VALUES (1, 'Mathematics');
///      INSERT INTO departments (id, name) VALUES (2, 'Music');",
/// )
/// .execute(&db)?;
/// assert_eq!(Department::query().count(&db)?, 2);
/// # Ok(())
/// # }
/// ```
///
/// The text is a literal, as for [`sql`](crate::sql::sql), or a file of the program:
/// `orm::script(include_str!("fixtures/school.sql"))`. For text that is read at run time, write
/// [`TrustedSql(text)`](crate::sql::TrustedSql).
#[doc(alias = "execute_batch")]
#[doc(alias = "batch_execute")]
#[doc(alias = "fixture")]
#[doc(alias = "seed")]
pub fn script<Mode>(text: impl SqlText) -> Script<Mode> {
    Script { text: text.into_text(), mode: PhantomData }
}

/// Several SQL statements: the result of [`script`]. `Mode` is the mode of the database that they run on.
#[must_use = "a script does nothing until it is run"]
pub struct Script<Mode = Blocking> {
    text: Cow<'static, str>,
    mode: PhantomData<fn() -> Mode>,
}

impl<Mode: run::Mode> Script<Mode> {
    /// Runs the statements one after the other in one transaction, or in a savepoint if `on` is a transaction. Rows that
    /// a statement returns are discarded.
    ///
    /// # Errors
    ///
    /// Returns the error of the first statement that fails, with the line in which it begins; then the whole script is
    /// rolled back. Returns an error that [`is_invalid`](Error::is_invalid) for a script without statements, and for a
    /// statement that begins or ends a transaction, such as `COMMIT`; then nothing runs.
    #[track_caller]
    pub fn execute(self, on: &impl Run<Mode = Mode>) -> Mode::Outcome<'_, ()>
    where
        Mode: Performs<Self, ()>,
    {
        Mode::perform(on.place(), Access::Write, self, Self::run)
    }

    fn run(self, on: On<'_>) -> Result<()> {
        let found = self.statements(on.dialect())?;
        let done = on.run(Access::Write, |session| {
            session.atomic(|session| {
                found.iter().try_for_each(|statement| {
                    session.perform(statement.text).map_err(|error| error.of_raw_sql().in_script(statement.line))
                })
            })
        });
        // It may have created or changed a table.
        on.db().catalog().forget();
        done
    }

    /// The statements, if each of them can run in a transaction.
    fn statements(&self, dialect: &dyn Dialect) -> Result<Vec<Statement<'_>>> {
        if self.text.contains('\0') {
            return Err(Error::invalid("the script holds a NUL character, where the database would cut it off"));
        }
        let found = statements(&self.text, dialect.quotes()).map_err(|line| {
            Error::invalid(format!("the comment that begins in line {line} of the script is not closed"))
        })?;
        if found.is_empty() {
            return Err(Error::invalid("the script contains no statement"));
        }
        let control = found.iter().find_map(|statement| Some((transaction_control(statement.text)?, statement.line)));
        match control {
            Some((word, line)) => Err(Error::invalid(format!(
                "line {line} of the script is `{word}`, and a script runs in one transaction already; remove it"
            ))),
            None => Ok(found),
        }
    }
}

impl<Mode> Clone for Script<Mode> {
    fn clone(&self) -> Self {
        Script { text: self.text.clone(), mode: PhantomData }
    }
}

impl<Mode> fmt::Debug for Script<Mode> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Script of {} bytes", self.text.len())
    }
}
