//! Opening SQLite databases.

use std::path::Path;

use super::super::Db;
use crate::driver::sqlite::SqliteOptions;
use crate::error::Result;

impl Db {
    /// Opens an SQLite database file, and creates it if it is missing.
    ///
    /// The file is switched to write-ahead logging (WAL), so readers and a writer do not wait for each other. Foreign
    /// keys are enforced, and a name in double quotes is never treated as a string.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_open_failure`](crate::error::Error::is_open_failure) if the path is a directory,
    /// cannot be read, or is not an SQLite database.
    #[doc(alias = "connect")]
    pub fn open(path: impl AsRef<Path>) -> Result<Db> {
        SqliteOptions::default().open(path)
    }

    /// Opens a new SQLite database in memory. It has a single connection, and is lost with the last clone of the
    /// handle.
    ///
    /// # Errors
    ///
    /// Returns an error if SQLite cannot open the database.
    #[doc(alias = "in_memory")]
    pub fn memory() -> Result<Db> {
        SqliteOptions::default().memory()
    }

    /// Returns the options for opening an SQLite database, with their defaults.
    pub fn sqlite() -> SqliteOptions {
        SqliteOptions::default()
    }
}

impl SqliteOptions {
    /// Opens a database file; `:memory:` opens a new database in memory, as usual with SQLite.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Db::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<Db> {
        // SQLite would open a separate database for each connection of the pool.
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
    /// Returns an error if SQLite cannot open the database.
    pub fn memory(self) -> Result<Db> {
        let n_plus_one = self.n_plus_one;
        Ok(Db::new(self.pool_in_memory()?, n_plus_one))
    }
}
