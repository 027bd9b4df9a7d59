//! What is known of a kind of database without a database.

use crate::mapped::Models;
use crate::sql::{Dialect, ddl};
use crate::structure::Schema;
#[cfg(feature = "migrate")]
use crate::structure::{Script, changes};

/// A kind of database. What models ask for, and the statements that change one structure into another, are known without a
/// connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite,
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres,
}

impl Engine {
    /// The structure that some models ask for.
    #[must_use]
    pub fn schema<M: Models>(self) -> Schema {
        ddl::schema_of(&M::tables(), self.dialect())
    }

    /// The statements that create all tables of a structure, each a whole statement without a semicolon. Constraints have names, so
    /// that later statements can drop them.
    #[cfg(feature = "migrate")]
    #[must_use]
    pub fn create_sql(self, schema: &Schema) -> Vec<String> {
        ddl::create_schema(schema, self.dialect())
    }

    /// The statements that change one structure into another.
    ///
    /// On SQLite these are one script. A table that `ALTER TABLE` cannot change is copied, while foreign keys are not enforced,
    /// since what refers to its rows would be deleted with the old table. On PostgreSQL there are up to three: one of changes that
    /// take a moment, one that creates indexes while others write, and one that looks at all rows to validate conditions.
    ///
    /// Columns and tables that are not in `after` are dropped.
    #[cfg(feature = "migrate")]
    #[must_use]
    pub fn scripts(self, before: &Schema, after: &Schema) -> Vec<Script> {
        let changes = changes(before, after);
        self.dialect().scripts(&changes, after, self.version()).unwrap_or_default()
    }

    fn dialect(self) -> &'static dyn Dialect {
        match self {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite => crate::driver::sqlite::DIALECT,
            #[cfg(feature = "postgres")]
            Engine::Postgres => crate::driver::postgres::DIALECT,
        }
    }

    /// The version of SQLite in this program.
    #[cfg(feature = "migrate")]
    fn version(self) -> i32 {
        match self {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite => crate::driver::sqlite::version(),
            #[cfg(feature = "postgres")]
            Engine::Postgres => 0,
        }
    }
}
