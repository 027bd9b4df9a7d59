//! The case of a measurement: the database, the request, the number of tasks, and the time.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use crate::Result;

/// The request that each task sends repeatedly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// One student by key.
    Find,
    /// 100 students by a condition, with their courses.
    Request,
    /// One new student, which comes back as stored.
    Insert,
}

/// A database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file of `SQLite`.
    Sqlite(PathBuf),
    /// The URL of a schema of PostgreSQL.
    Postgres(String),
}

/// The load of one contender.
#[derive(Clone, Debug)]
pub struct Case {
    /// Where.
    pub database: Database,
    /// The request of each task.
    pub item: Item,
    /// The number of tasks that send requests at the same time.
    pub tasks: usize,
    /// The measured time, after a warm-up.
    pub time: Duration,
}

impl Item {
    /// All of them.
    pub const ALL: [Item; 3] = [Item::Find, Item::Request, Item::Insert];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Item::Find => "find",
            Item::Request => "request",
            Item::Insert => "insert",
        }
    }

    /// What is done, for the table.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Item::Find => "one row by key",
            Item::Request => "100 students by a condition, with their courses",
            Item::Insert => "insert one, row returned",
        }
    }
}

impl FromStr for Item {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        let named = Item::ALL.into_iter().find(|item| item.name() == name);
        named.ok_or_else(|| format!("no item is called {name}; there are find, request and insert"))
    }
}

impl Case {
    /// Reads what [`Case::to_args`] wrote.
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Case> {
        let mut next = |what: &str| args.next().ok_or_else(|| format!("the {what} is missing"));
        let database = Database::named(&next("database")?);
        let item = next("item")?.parse()?;
        let tasks = next("number of tasks")?.parse()?;
        Ok(Case { database, item, tasks, time: Duration::from_secs_f64(next("number of seconds")?.parse()?) })
    }

    /// The arguments of a contender's program.
    #[must_use]
    pub fn to_args(&self) -> [String; 4] {
        let seconds = self.time.as_secs_f64().to_string();
        [self.database.to_string(), self.item.name().to_owned(), self.tasks.to_string(), seconds]
    }
}

impl Database {
    fn named(name: &str) -> Database {
        match name.strip_prefix("sqlite:") {
            Some(path) => Database::Sqlite(path.into()),
            None => Database::Postgres(name.to_owned()),
        }
    }

    /// The path of the file.
    ///
    /// # Errors
    ///
    /// Returns an error for another database, which the contender does not support.
    pub fn path(&self) -> Result<&Path> {
        match self {
            Database::Sqlite(path) => Ok(path),
            Database::Postgres(_) => Err("it takes part on SQLite alone".into()),
        }
    }

    /// The URL of the server.
    ///
    /// # Errors
    ///
    /// Returns an error for another database, which the contender does not support.
    pub fn url(&self) -> Result<&str> {
        match self {
            Database::Sqlite(_) => Err("it takes part on PostgreSQL alone".into()),
            Database::Postgres(url) => Ok(url),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Database::Postgres(url) => f.write_str(url),
        }
    }
}
