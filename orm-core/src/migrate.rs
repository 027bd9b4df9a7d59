//! Migrations: files of SQL and functions that bring a database from one version of its schema to the next.
//!
//! [`Migrations`] is an ordered list of them, and [`run`](Migrations::run) applies those that the database does not
//! have yet. The database keeps a history of applied migrations in the table `refinery_schema_history`. It is the table
//! of [refinery](https://docs.rs/refinery), so a project can move from refinery to this library and back.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod by_hand;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod command;
mod dependents;
mod failure;
mod foreign_keys;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod generate;
mod history;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod kinds;
mod lock;
mod name;
mod objects;
mod outside;
mod plan;
mod read;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod review;
mod run;
mod script;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod state;
mod status;
mod step;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::access::Access;
use crate::db::{On, Performs, Run, Transaction};
use crate::error::{Error, Result};
use history::History;
use name::File;
use plan::Plan;
use step::Step;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use command::main;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use generate::Generator;
pub use status::{Applied, State, Status};

/// The migrations of a program: files of SQL, and functions.
///
/// ```
/// # use orm::{Db, Result, Transaction};
/// use orm::migrate::Migrations;
///
/// # fn main() -> Result<()> {
/// # let db = Db::memory()?;
/// let migrations = Migrations::new()
///     .file("V1__create_students.sql", "CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT NOT NULL, slug TEXT);")
///     .step(2, "fill_slugs", |tx: &Transaction<'_>| {
///         orm::sql("UPDATE students SET slug = lower(name)").execute(tx)?;
///         Ok(())
///     });
/// for applied in migrations.run(&db)? {
///     println!("applied {applied}");
/// }
/// # assert!(migrations.run(&db)?.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// Files are usually read from a folder, by [`read`](Migrations::read) at run time or by `orm::migrations!` at compile time.
///
/// # Files
///
/// A file is named `V1__create_students.sql`: a `V`, the version, two underscores, a name, and `.sql`. Versions are
/// compared as numbers. Each file runs in a transaction, which also records it in the history. If a statement fails,
/// all changes of the file are rolled back.
///
/// The first line of a file may change that:
///
/// - `-- orm: no transaction` runs the statements one by one outside of a transaction, which PostgreSQL requires for
///   `CREATE INDEX CONCURRENTLY`. If a statement fails, the statements before it stay applied, and the error lists
///   both.
/// - `-- orm: foreign keys off` is for a file of SQLite that rebuilds a table: `DROP TABLE` would delete the rows that refer to the
///   table with `ON DELETE CASCADE`. Foreign keys are off while the file runs, and are checked before it is committed.
///   The file fails if an index or a trigger vanishes with its table and the file does not drop it by name, or if a view
///   or a trigger names what does not exist any more.
///
/// A file with a lower version than an applied one is an error, because it comes from another branch and was not tested
/// after the applied files. A file that may run late begins with `U` in place of `V`.
///
/// # Several programs at once
///
/// One program migrates while the others wait. PostgreSQL has an advisory lock for that, which needs a connection to the server
/// itself or a pooler in session mode. SQLite has write transactions.
#[derive(Clone, Debug)]
#[must_use = "migrations do nothing until they `run`"]
pub struct Migrations {
    plan: Plan,
}

impl Migrations {
    /// Creates a list without migrations.
    #[expect(
        clippy::new_without_default,
        reason = "an empty list is where a chain of calls begins, and not a useful default"
    )]
    pub fn new() -> Self {
        let (lock_timeout, patience) = (Some(Duration::from_secs(5)), Duration::from_secs(600));
        Migrations {
            plan: Plan { steps: Vec::new(), problem: None, folder: None, lock_timeout, only_notes: false, patience },
        }
    }

    /// Reads the files of a folder and its subfolders. Files that are not `.sql` files with the name of a migration are
    /// left out.
    ///
    /// ```no_run
    /// # use orm::{Db, Result};
    /// use orm::migrate::Migrations;
    ///
    /// # fn main() -> Result<()> {
    /// # let db = Db::open("school.db")?;
    /// Migrations::read("migrations/sqlite")?.run(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_migration_failure`](Error::is_migration_failure) if the folder or a file cannot be read, or if a
    /// file is not named like a migration.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self> {
        let mut migrations = Migrations::new();
        migrations.plan.steps = read::read(folder.as_ref())?;
        Ok(migrations)
    }

    /// Adds a file with its name and its text. With a name that is not a migration's, [`run`](Migrations::run) returns
    /// an error.
    pub fn file(mut self, name: &str, sql: impl Into<Cow<'static, str>>) -> Self {
        match File::of(name) {
            File::Migration(file) => self.plan.steps.push(Step::of_file(file, sql.into())),
            File::Other | File::Misnamed | File::Rust => self.refuse(read::misnamed(Path::new(name))),
        }
        self
    }

    /// Adds a function, which runs in the transaction that records it in the history. In the history it is a file
    /// without text, so you may correct the function after it was applied.
    ///
    /// With a version below 0, or a name that does not consist of letters, digits and underscores,
    /// [`run`](Migrations::run) returns an error.
    pub fn step(
        mut self,
        version: i64,
        name: &str,
        function: impl Fn(&Transaction<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        if version >= 0 && name::is_name(name) {
            self.plan.steps.push(Step::of_function(version, name.to_owned(), Arc::new(function)));
        } else {
            self.refuse(Error::migration(format!(
                "a step cannot have the version {version} and the name `{name}`; give it a version from 0 on, and a name of letters, \
                 digits and underscores"
            )));
        }
        self
    }

    /// Limits how long a statement in a transaction may wait for a lock on PostgreSQL; the default is 5 seconds. While
    /// it waits, all later statements on the table wait too. `None` leaves the `lock_timeout` of the session unchanged.
    ///
    /// A migration that waited too long is rolled back, with an error that [`is_busy`](Error::is_busy). Run the
    /// migrations again when the table is less busy.
    pub fn lock_timeout(mut self, limit: Option<Duration>) -> Self {
        self.plan.lock_timeout = limit;
        self
    }

    /// Limits how long to wait while another program migrates; the default is 10 minutes.
    pub fn patience(mut self, limit: Duration) -> Self {
        self.plan.patience = limit;
        self
    }

    /// Sets the folder from which the files were compiled into the program.
    #[doc(hidden)]
    pub fn compiled_from(mut self, folder: &'static str) -> Self {
        self.plan.folder = Some(folder);
        self
    }

    /// Applies the migrations that the database does not have yet, in the order of their versions, and returns them. If there is
    /// nothing to do, nothing is locked or written.
    ///
    /// With an `AsyncDb`, await it: `migrations.run(&db).await?`.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_migration_failure`](Error::is_migration_failure):
    ///
    /// - before anything runs, if an applied migration was changed or is missing, if one comes from another branch, if
    ///   two have the same version, or if a file contains a statement that cannot run in it;
    /// - if a statement fails. The error names the file, the line and the statement. The migrations before this one stay applied.
    ///
    /// Returns the error of the connection if the database cannot be reached or is locked, and an error if you pass a
    /// transaction in place of the database.
    #[doc(alias = "migrate")]
    #[doc(alias = "up")]
    #[track_caller]
    pub fn run<'e, Mode: Performs<Self, Vec<Applied>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Vec<Applied>> {
        Mode::perform_with(on.place(), Access::Write, self, Self::apply)
    }

    /// Records the migrations that the database does not have yet as applied, without running them, and returns them.
    /// It is for a database whose tables were created in another way.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`run`](Self::run).
    #[doc(alias = "baseline")]
    #[doc(alias = "fake")]
    #[track_caller]
    pub fn mark<'e, Mode: Performs<Self, Vec<Applied>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Vec<Applied>> {
        Mode::perform_with(on.place(), Access::Write, self, |migrations, on| {
            let plan = Plan { only_notes: true, ..migrations.plan.clone() };
            Migrations { plan }.apply(on)
        })
    }

    /// Lists each migration and whether it was applied, by version. Nothing is changed or locked.
    ///
    /// ```
    /// # use orm::{Db, Result};
    /// # use orm::migrate::Migrations;
    /// # fn main() -> Result<()> {
    /// # let db = Db::memory()?;
    /// # let migrations = Migrations::new().file("V1__create_students.sql", "CREATE TABLE students (id INTEGER PRIMARY KEY)");
    /// for status in migrations.status(&db)? {
    ///     println!("{status}"); // V1__create_students: pending
    /// }
    /// # assert_eq!(migrations.status(&db)?[0].to_string(), "V1__create_students: pending");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_migration_failure`](Error::is_migration_failure) if two migrations have the same version, or if
    /// the history cannot be read.
    #[track_caller]
    pub fn status<'e, Mode: Performs<Self, Vec<Status>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Vec<Status>> {
        Mode::perform_with(on.place(), Access::Read, self, Self::list)
    }

    fn apply(&self, on: On<'_>) -> Result<Vec<Applied>> {
        let mut applied = Vec::new();
        run::run(&self.plan, on, |step| applied.push(Applied::of(step)))?;
        Ok(applied)
    }

    fn list(&self, on: On<'_>) -> Result<Vec<Status>> {
        let migrating = run::migrating(on)?;
        let history = on.run(Access::Read, |session| History::read(session, migrating))?;
        status::status(&self.plan, &history)
    }

    /// Stores the first problem until the migrations run.
    fn refuse(&mut self, problem: Error) {
        self.plan.problem.get_or_insert(problem);
    }
}
