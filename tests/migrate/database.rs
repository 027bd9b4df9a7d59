//! New databases of each kind, and the queries of the tests.

use orm::migrate::Migrations;
use orm::{Db, Engine, Executor, Result, TrustedSql, sql};

/// A new database, which is removed with this.
pub(crate) struct Fresh {
    pub(crate) address: String,
    #[cfg(feature = "sqlite")]
    _folder: Option<tempfile::TempDir>,
}

impl Fresh {
    #[cfg(feature = "sqlite")]
    pub(crate) fn file() -> Self {
        let folder = tempfile::tempdir().expect("a folder is created");
        let address = folder.path().join("school.db").to_str().expect("a path of text").to_owned();
        Fresh { address, _folder: Some(folder) }
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn schema() -> Self {
        Fresh {
            address: crate::server::schema(),
            #[cfg(feature = "sqlite")]
            _folder: None,
        }
    }

    pub(crate) fn open(&self) -> Db {
        open(&self.address)
    }
}

/// Opens the database at an address.
pub(crate) fn open(address: &str) -> Db {
    #[cfg(feature = "postgres")]
    if address.starts_with("postgres") {
        return Db::connect(address).expect("the server is there");
    }
    #[cfg(feature = "sqlite")]
    return Db::open(address).expect("the file is opened");
    #[cfg(not(feature = "sqlite"))]
    unreachable!("{address} is no server")
}

/// The kind of a database.
pub(crate) fn engine(fresh: &Fresh) -> Engine {
    #[cfg(not(feature = "postgres"))]
    let _ = fresh;
    #[cfg(feature = "postgres")]
    if fresh.address.starts_with("postgres") {
        return Engine::Postgres;
    }
    #[cfg(feature = "sqlite")]
    return Engine::Sqlite;
    #[cfg(not(feature = "sqlite"))]
    unreachable!("{} is no server", fresh.address)
}

/// Creates a test from each function, for each database.
macro_rules! on_each_database {
    ($($test:ident),* $(,)?) => {
        #[cfg(feature = "sqlite")]
        mod sqlite {
            $(#[test]
            fn $test() -> impl std::process::Termination {
                super::$test(&crate::database::Fresh::file())
            })*
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[test]
            fn $test() -> impl std::process::Termination {
                super::$test(&crate::database::Fresh::schema())
            })*
        }
    };
}
pub(crate) use on_each_database;

/// Runs a statement.
pub(crate) fn run(on: &impl Executor, text: &str) -> Result<u64> {
    sql(TrustedSql(text.to_owned())).execute(on)
}

/// Returns the first number of a statement's result.
pub(crate) fn number(on: &impl Executor, text: &str) -> Result<i64> {
    Ok(sql(TrustedSql(text.to_owned())).tuples::<(i64,)>(on)?[0].0)
}

/// Whether a table can be read.
pub(crate) fn exists(db: &Db, table: &str) -> bool {
    number(db, &format!("SELECT count(*) FROM {table}")).is_ok()
}

/// Returns the applied migrations: `V1__students`.
pub(crate) fn applied(migrations: &Migrations, db: &Db) -> Result<Vec<String>> {
    Ok(migrations.run(db)?.iter().map(ToString::to_string).collect())
}

/// The message of an error of migrations.
pub(crate) fn failure(migrations: &Migrations, db: &Db) -> String {
    let error = migrations.run(db).expect_err("the migrations fail");
    assert!(error.is_migration_failure(), "{error}");
    error.to_string()
}

/// The first migrations of a school.
pub(crate) fn students() -> Migrations {
    Migrations::new().file("V1__students.sql", "CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n")
}
