//! PostgreSQL as the database of the suite.

use orm::{Db, TrustedSql, sql};

use crate::server;

/// A fresh, empty database: a schema of its own, gone when the test ends.
pub(crate) fn db() -> Db {
    Shared::new().open()
}

/// A fresh database that others can look at.
pub(crate) struct Shared(String);

impl Shared {
    pub(crate) fn new() -> Self {
        Shared(server::schema())
    }

    pub(crate) fn open(&self) -> Db {
        Db::connect(&self.0).expect("the server is there")
    }

    /// The pairs of numbers that a statement of the test's own returns.
    pub(crate) fn pairs(&self, text: &str) -> Vec<(i64, i64)> {
        sql(TrustedSql(text.to_owned())).tuples(&self.open()).expect("the statement runs")
    }
}

/// What an error calls the constraint of a primary key.
pub(crate) fn primary_key_name(table: &str, _column: &str) -> String {
    format!("{table}_pkey")
}

/// What an error calls the constraint of a unique key.
pub(crate) fn unique_name(table: &str, columns: &[&str]) -> String {
    format!("{table}_{}_key", columns.join("_"))
}

/// The one of the two that is meant for this database: the text of a statement, where the dialects differ.
pub(crate) fn either<T>(_sqlite: T, postgres: T) -> T {
    postgres
}
