//! What is known of a kind of database without a connection.

use crate::live::{Difference, check};
use crate::mapped::Models;
use crate::sql::{Dialect, ddl};
use crate::structure::Schema;
#[cfg(feature = "migrate")]
use crate::structure::{Alteration, SchemaChange, Script, changes};

/// A kind of database. The structure that models need, and the statements that change one structure into another, are
/// known without a connection.
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
    /// Returns the structure that some models need.
    #[must_use]
    pub fn schema<M: Models>(self) -> Schema {
        ddl::schema_of(&M::tables(), self.dialect())
    }

    /// Lists what a structure lacks compared with another one, each difference with the statement that fixes it if a
    /// single one does. It compares tables and columns, nullability, generated columns, defaults, primary and unique
    /// keys, foreign keys with their `ON DELETE`, checks and indexes. It needs no connection. What `found` has in
    /// addition to `wanted` is not a difference.
    ///
    /// [`Db::check`](crate::db::Db::check) compares the structure of models with the structure of the database in this
    /// way. It also compares the types of columns with what the fields of models need. A structure contains types as
    /// one database writes them, and one field fits several types.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// use orm::Engine;
    ///
    /// let wanted = Engine::Sqlite.schema::<(Department, Student)>();
    /// let mut found = wanted.clone();
    /// found.tables[1].unique.clear();
    /// let differences = Engine::Sqlite.differences(&wanted, &found);
    /// assert_eq!(differences.len(), 1);
    /// assert!(differences[0].to_string().starts_with("`students`: table `students` has no unique key of (email); to fix it: CREATE"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn differences(self, wanted: &Schema, found: &Schema) -> Vec<Difference> {
        check::lacking(wanted, found, self.dialect())
    }

    /// Returns the statements that create all tables of a structure, each without a semicolon. Constraints have names,
    /// so that later statements can drop them.
    #[cfg(feature = "migrate")]
    #[must_use]
    pub fn create_sql(self, schema: &Schema) -> Vec<String> {
        ddl::create_schema(schema, self.dialect())
    }

    /// Returns the statements that change one structure into another.
    ///
    /// On SQLite these are one script. A table that `ALTER TABLE` cannot change is copied, while foreign keys are not
    /// enforced: otherwise dropping the old table would delete the rows that refer to it. On PostgreSQL there are up to
    /// three scripts: the first makes quick changes, the second creates indexes while others write, and the third reads
    /// all rows to validate constraints.
    ///
    /// Columns and tables that are not in `after` are dropped.
    #[cfg(feature = "migrate")]
    #[must_use]
    pub fn scripts(self, before: &Schema, after: &Schema) -> Vec<Script> {
        self.scripts_of(&changes(before, after), after)
    }

    /// The statements for some changes that lead to a structure.
    #[cfg(feature = "migrate")]
    pub(crate) fn scripts_of(self, changes: &[SchemaChange], after: &Schema) -> Vec<Script> {
        self.dialect().scripts(changes, after, self.version()).unwrap_or_default()
    }

    /// Whether a table has to be copied for some changes of it.
    #[cfg(feature = "migrate")]
    pub(crate) fn copies(self, alteration: &Alteration) -> bool {
        self.dialect().copies(alteration, self.version())
    }

    pub(crate) fn dialect(self) -> &'static dyn Dialect {
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
