//! Opening SQLite databases.

use std::path::Path;

use super::super::Db;
use crate::driver::sqlite::SqliteOptions;
use crate::error::Result;

impl Db {
    /// Opens an SQLite database file, which is created if it is missing.
    ///
    /// The file is switched to write-ahead logging, so that readers and a writer do not wait for each other. Foreign
    /// keys are enforced, and a name in double quotes is never taken for a string.
    ///
    /// # Errors
    ///
    /// [`is_open_failure`](crate::error::Error::is_open_failure) when the path is a directory, cannot be read, or holds
    /// no SQLite database.
    #[doc(alias = "connect")]
    pub fn open(path: impl AsRef<Path>) -> Result<Db> {
        SqliteOptions::default().open(path)
    }

    /// Opens a new SQLite database in memory. It has a single connection and is gone with the last clone of the handle.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    #[doc(alias = "in_memory")]
    pub fn memory() -> Result<Db> {
        SqliteOptions::default().memory()
    }

    /// How an SQLite database is opened, to be changed from the defaults.
    pub fn sqlite() -> SqliteOptions {
        SqliteOptions::default()
    }
}

impl SqliteOptions {
    /// Opens a database file; `:memory:` opens a new database in memory, as everywhere with SQLite.
    ///
    /// # Errors
    ///
    /// As [`Db::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<Db> {
        // To SQLite it is a new database for each connection, of which there would be several.
        if path.as_ref() == Path::new(":memory:") {
            return self.memory();
        }
        let n_plus_one = self.n_plus_one;
        Ok(Db::new(self.pool_of_file(path.as_ref().to_owned())?, n_plus_one))
    }

    /// Opens a new database in memory.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    pub fn memory(self) -> Result<Db> {
        let n_plus_one = self.n_plus_one;
        Ok(Db::new(self.pool_in_memory()?, n_plus_one))
    }
}
