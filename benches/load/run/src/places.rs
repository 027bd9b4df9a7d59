//! The databases: a file of `SQLite` that each turn has a fresh copy of, and a schema of PostgreSQL.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use load_common::{Database, Result};

/// The server that most installations offer to tests.
const LOCAL: &str = "postgres://postgres@127.0.0.1:5432/postgres";

const SCHEMA: &str = "orm_load";

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Where the databases are.
pub(crate) struct Places {
    directory: PathBuf,
    postgres: Option<Database>,
}

impl Engine {
    /// The name in the table.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }
}

impl Places {
    /// Creates the databases again.
    pub(crate) fn make(directory: &Path, engines: &[Engine]) -> Result<Places> {
        fs::create_dir_all(directory)?;
        let places = Places { directory: directory.to_owned(), postgres: None };
        let original = places.original();
        remove(&original)?;
        load_orm::file(&original)?;
        if !engines.contains(&Engine::Postgres) {
            return Ok(places);
        }
        let postgres = load_orm::schema(&server(), SCHEMA)
            .map_err(|error| format!("there is no PostgreSQL server to measure with: {error}"))?;
        Ok(Places { postgres: Some(postgres), ..places })
    }

    pub(crate) fn database(&self, engine: Engine) -> Result<Database> {
        match engine {
            Engine::Sqlite => Ok(Database::Sqlite(self.copy())),
            Engine::Postgres => Ok(self.postgres.clone().ok_or("the schema was not made")?),
        }
    }

    /// Makes a database what it was at first.
    pub(crate) fn reset(&self, engine: Engine) -> Result<()> {
        match engine {
            Engine::Sqlite => {
                remove(&self.copy())?;
                fs::copy(self.original(), self.copy())?;
                Ok(())
            }
            Engine::Postgres => load_orm::remove_inserted(self.database(engine)?.url()?),
        }
    }

    fn original(&self) -> PathBuf {
        self.directory.join("original.db")
    }

    fn copy(&self) -> PathBuf {
        self.directory.join("copy.db")
    }
}

fn server() -> String {
    std::env::var("ORM_TEST_POSTGRES").ok().filter(|url| !url.is_empty()).unwrap_or_else(|| LOCAL.to_owned())
}

/// Removes a file of `SQLite`, with its log.
fn remove(path: &Path) -> Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let mut path = path.as_os_str().to_owned();
        path.push(ending);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
