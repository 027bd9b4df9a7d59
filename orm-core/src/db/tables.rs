//! Creating the tables of models, and comparing them with those that are there.

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
    /// Creates the tables of some models that are not there yet, with their keys, references and indexes, and the join
    /// tables of their many-to-many relations. Tables that exist are left as they are.
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
    /// Those of the database; [`is_invalid`](crate::error::Error::is_invalid) for names that it keeps to itself, or takes for one and the
    /// same.
    #[doc(alias = "migrate")]
    #[doc(alias = "create_all")]
    pub fn create_tables<M: Models>(&self) -> Result<()> {
        write(self, (), create_missing::<M>)
    }

    /// The statements that create the tables of some models, each a whole statement without a semicolon.
    #[must_use]
    pub fn create_sql<M: Models>(&self) -> Vec<String> {
        let tables: Vec<&'static Table> = M::tables();
        ddl::create(&tables, self.dialect())
    }

    /// Compares some models with the live database and lists every difference, with the statement that fixes it where a
    /// single one does. Nothing is changed.
    ///
    /// It compares tables and columns with their types, nullability and defaults; primary and unique keys, and whether the
    /// database assigns the key; foreign keys with their targets and `ON DELETE`; indexes; `CHECK`s, which are reported when
    /// the table has none that could be it, since two conditions may say the same in other words; and join tables without a
    /// model. Of a view it compares the columns alone: nothing tells what its keys are. Tables that no model names are not
    /// looked at. On SQLite it also reads the first and the last rows of each table, and lists columns that store dates, UUIDs,
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
    /// Those of the database.
    #[doc(alias = "validate")]
    pub fn check<M: Models>(&self) -> Result<Vec<Difference>> {
        read(self, (), differences::<M>)
    }

    /// Reads the structure of the database: its tables with their columns, keys, constraints and indexes, its enums, and the names of
    /// its views. On PostgreSQL it is that of the schemas that are searched (`search_path`), on SQLite that of the main database.
    /// What extensions made is left out, and so are virtual tables.
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
    /// Those of the database.
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

/// Creates the tables of some models that are not there yet.
pub(crate) fn create_missing<M: Models>((): (), on: On<'_>) -> Result<()> {
    let tables = M::tables();
    names::check(&tables, on.dialect())?;
    let statements = ddl::create_missing(&tables, on.dialect());
    on.db().catalog().forget();
    on.run(Access::Write, |session| {
        let create = |session: &mut Session<'_>| {
            statements.iter().try_for_each(|statement| session.batch(StatementKind::Schema, statement))
        };
        // What is there is left as it is, so that a part that was created does not keep the rest from being.
        if session.dialect().defines_in_transactions() { session.atomic(create) } else { create(session) }
    })
}

/// Compares some models with the live database.
pub(crate) fn differences<M: Models>((): (), on: On<'_>) -> Result<Vec<Difference>> {
    let tables = M::tables();
    // Who looks at what was changed wants queries to know it too.
    on.db().catalog().forget();
    on.run(Access::Read, |session| {
        let live = session.tables(&tables)?;
        let mut found = check::differences(&tables, &live, session.dialect());
        for table in tables {
            found.extend(check::other_forms(&session.sample(table)?));
        }
        Ok(found)
    })
}
