//! Creating the tables of models, and comparing them with the live database.

mod live;
mod structure;

use super::{Db, On, Session, read, write};
use crate::access::Access;
use crate::error::Result;
use crate::live::{Difference, check, names};
use crate::mapped::Models;
use crate::observe::StatementKind;
use crate::schema::Table;
use crate::sql::ddl;
use crate::structure::Schema;

impl Db {
    /// Creates the missing tables of some models, with their keys, foreign keys and indexes, and the join tables of
    /// their many-to-many relations. Existing tables are not changed.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = Db::memory()?;
    /// db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a statement fails, or an error that [`is_invalid`](crate::error::Error::is_invalid) if the
    /// database reserves a name, or treats two names as equal.
    #[doc(alias = "migrate")]
    #[doc(alias = "create_all")]
    pub fn create_tables<M: Models>(&self) -> Result<()> {
        write(self, (), create_missing::<M>)
    }

    /// Returns the statements that create the tables of some models, each without a semicolon.
    #[must_use]
    pub fn create_sql<M: Models>(&self) -> Vec<String> {
        let tables: Vec<&'static Table> = M::tables();
        ddl::create(&tables, self.dialect())
    }

    /// Compares some models with the live database and lists every difference, with the statement that fixes it if a
    /// single one does. Nothing is changed.
    ///
    /// It compares tables and columns with their types, nullability and defaults; primary and unique keys, and whether
    /// the database generates the key; foreign keys with their targets and `ON DELETE`; indexes; and join tables
    /// without a model. A missing `CHECK` is reported only if no condition of the table may be the same in other words.
    /// Only the columns of a view are compared, because a view has no keys. Tables without a model are ignored. On
    /// SQLite it also reads the first and the last rows of each table, and lists columns that store dates, UUIDs,
    /// booleans or decimals in another form than their fields say.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// for difference in db.check::<(Department, Course, Student)>()? {
    ///     println!("{difference}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    #[doc(alias = "validate")]
    pub fn check<M: Models>(&self) -> Result<Vec<Difference>> {
        read(self, (), differences::<M>)
    }

    /// Reads the structure of the database: its tables with their columns, keys, constraints and indexes, its enums,
    /// and the names of its views. On PostgreSQL it reads the schemas of the `search_path`, on SQLite the main
    /// database. Tables of extensions and virtual tables are left out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let schema = db.schema()?;
    /// let names: Vec<String> = schema.tables.iter().map(|table| table.name.to_string()).collect();
    /// assert_eq!(names, ["courses", "departments", "enrollments", "students"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    #[doc(alias = "introspect")]
    #[doc(alias = "inspectdb")]
    pub fn schema(&self) -> Result<Schema> {
        read(self, (), structure)
    }
}

/// The structure of the live database.
pub(crate) fn structure((): (), on: On<'_>) -> Result<Schema> {
    on.run(Access::Read, |session: &mut Session<'_>| session.structure())
}

/// Creates the missing tables of some models.
pub(crate) fn create_missing<M: Models>((): (), on: On<'_>) -> Result<()> {
    let tables = M::tables();
    names::check(&tables, on.dialect())?;
    let statements = ddl::create_missing(&tables, on.dialect());
    on.db().catalog().forget();
    on.run(Access::Write, |session| {
        let create = |session: &mut Session<'_>| {
            statements.iter().try_for_each(|statement| session.batch(StatementKind::Schema, statement))
        };
        // Existing tables stay as they are, so a part that was created earlier does not prevent the rest.
        if session.dialect().defines_in_transactions() { session.atomic(create) } else { create(session) }
    })
}

/// Compares some models with the live database.
pub(crate) fn differences<M: Models>((): (), on: On<'_>) -> Result<Vec<Difference>> {
    let tables = M::tables();
    // A caller who compares tables that were changed expects queries to know the change too.
    on.db().catalog().forget();
    on.run(Access::Read, |session| {
        let live = session.tables(&tables)?;
        let mut found = check::differences(&tables, &live, session.dialect());
        for table in tables {
            found.extend(check::other_forms(&session.sample(table)?));
            for column in check::nullable_keys(table, &live, session.dialect()) {
                found.extend(session.holds_null(table, column)?.then(|| check::null_key(table, column)));
            }
        }
        Ok(found)
    })
}
