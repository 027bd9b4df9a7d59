//! What a session reads from the catalog of the live database, once, when it is first needed.

use std::sync::Arc;

use super::Session;
use crate::ast::{Expr, Select};
use crate::error::{Error, Result};
use crate::live::{Indexes, Known, Needs, References, Sample, Seen, Writable, WritableColumns};
use crate::observe::StatementKind;
use crate::prefetch::Context;
use crate::row::{Row, RowSink};
use crate::schema::{ColumnDef, RelationDef, Table};
use crate::sql::{self, Request, Single, Sql, Used};

impl Session<'_> {
    /// Returns what loading relations needs to know of the database; only this is looked up.
    ///
    /// # Errors
    ///
    /// Returns an error if the catalog cannot be read.
    pub fn context(&mut self, needs: Needs) -> Result<Context> {
        let known = if needs.is_nothing() { Known::default() } else { self.known(needs)? };
        let (indexes, references) = (known.indexes.unwrap_or_default(), known.references.unwrap_or_default());
        Ok(Context { dialect: self.dialect(), indexes, references })
    }

    /// The indexes as they are now, or as they were when they were first read.
    pub(crate) fn indexes(&mut self) -> Result<Arc<Indexes>> {
        Ok(self.known(Needs::INDEXES)?.indexes.unwrap_or_default())
    }

    /// Whether the database generates a key that an insert leaves out, or fails.
    pub(crate) fn assigns_key(&mut self, table: &'static Table, key: usize) -> Result<bool> {
        let catalog = self.db().catalog();
        if let Some(assigns) = catalog.assigns_keys.get(table) {
            return Ok(assigns);
        }
        let mut unassigned = Found(false);
        if let Some(sql) = self.dialect().unassigned_key(table, table.columns[key].name) {
            self.look_up(&sql.text, &sql.params, &mut unassigned)?;
        }
        Ok(catalog.assigns_keys.remember(table, !unassigned.0))
    }

    /// Whether the database guarantees that the primary key of a table is unique.
    pub(crate) fn tells_apart(&mut self, table: &'static Table) -> Result<bool> {
        let catalog = self.db().catalog();
        if let Some(tells) = catalog.tells_apart.get(table) {
            return Ok(tells);
        }
        let tells = self.indexes()?.tells_apart(table, self.dialect());
        Ok(catalog.tells_apart.remember(table, tells))
    }

    /// Which rows a write to the table can return reliably, as the table is now, or as it was when it was first looked
    /// up.
    pub(crate) fn writable(&mut self, table: &'static Table) -> Result<Arc<Writable>> {
        let catalog = self.db().catalog();
        if let Some(writable) = catalog.writable.get(table) {
            return Ok(writable);
        }
        let writable = self.look_up_writable(table)?;
        Ok(catalog.writable.remember(table, Arc::new(writable)))
    }

    /// Refuses a statement that relies on properties which the tables do not have.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`check_forms`](Self::check_forms) and [`check_single`](Self::check_single), and an error
    /// that [`is_invalid`](Error::is_invalid) for a statement that cannot be sent at all.
    pub(super) fn check_trusted(&mut self, sql: &Sql) -> Result<()> {
        if let Some(refused) = &sql.refused {
            return Err(Error::invalid(refused.clone()));
        }
        self.check_forms(&sql.used)?;
        sql.single.iter().try_for_each(|Single(relation)| self.check_single(relation))
    }

    /// Refuses a statement that relies on a relation to lead to at most one row, if the database does not guarantee it.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_schema_mismatch`](Error::is_schema_mismatch), which says what to do, or the error of
    /// reading the catalog.
    fn check_single(&mut self, relation: &'static RelationDef) -> Result<()> {
        let (to, columns) = ((relation.to)(), relation.single_by());
        let promised = if relation.leads_to_a_key() {
            self.tells_apart(to)?
        } else {
            self.indexes()?.tell_apart(to, &columns, self.dialect())
        };
        if promised { Ok(()) } else { Err(Error::not_single(relation, &columns)) }
    }

    /// Refuses a statement that relies on a stored form which the columns do not have.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_other_form`](Error::is_other_form), with the attribute to write, or the error of
    /// reading the table.
    pub(crate) fn check_forms(&mut self, used: &[Used]) -> Result<()> {
        used.iter().try_for_each(|used| self.check_form(used.table, used.column))
    }

    /// Does the same for some columns of a table, for a statement whose SQL is kept.
    pub(crate) fn check_columns(&mut self, table: &'static Table, columns: &[usize]) -> Result<()> {
        if !table.may_have_forms {
            return Ok(());
        }
        let trusts = |&&column: &&usize| table.columns.get(column).is_some_and(ColumnDef::trusts_form);
        if !columns.iter().any(|column| trusts(&column)) || !self.dialect().has_forms() {
            return Ok(());
        }
        let used: Vec<Used> = columns.iter().filter(trusts).map(|&column| Used { table, column }).collect();
        self.check_forms(&used)
    }

    /// Reads the columns of a table whose type has several stored forms, in its first and its last rows.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be read.
    pub(crate) fn sample(&mut self, table: &'static Table) -> Result<Sample> {
        let mut sample = Sample::of(table);
        let rows = self.db().pool().sampled_rows();
        if rows == 0 || sample.columns.is_empty() {
            sample.rows = 1;
            return Ok(sample);
        }
        let texts = self.dialect().samples(table, &sample.columns, rows);
        for (position, text) in texts.iter().enumerate() {
            let read = self.look_up(text, &[], &mut sample);
            // If the table or its columns are wrong, the statement itself will return the error. And not every table
            // has a last row that can be found without reading all of it.
            if let Err(error) = read
                && (error.is_interrupted() || error.is_busy() || error.is_statement_timeout())
                && position == 0
            {
                return Err(error);
            }
        }
        Ok(sample)
    }

    /// Whether a column is `NULL` in some row.
    pub(crate) fn holds_null(&mut self, table: &'static Table, column: usize) -> Result<bool> {
        let mut rows = Select::new(table);
        rows.filter.push(Expr::IsNull(Box::new(Expr::Column(column))));
        rows.limit = Some(1);
        let mut found = Found(false);
        let sql = sql::select(&rows, self.dialect());
        self.look_up(&sql.text, &sql.params, &mut found)?;
        Ok(found.0)
    }

    fn check_form(&mut self, table: &'static Table, column: usize) -> Result<()> {
        let seen = match self.db().catalog().seen(table, column) {
            Some(seen) => seen,
            None => self.look_at_forms(table, column)?,
        };
        match seen {
            Seen::Same => Ok(()),
            Seen::Other(other) => Err(Error::other_form(table, &table.columns[column], other)),
        }
    }

    fn look_at_forms(&mut self, table: &'static Table, column: usize) -> Result<Seen> {
        let sample = self.sample(table)?;
        let columns = sample.seen();
        let seen = columns.get(column).copied().unwrap_or_default();
        // A table without rows is sampled again, because other programs may insert rows.
        if sample.rows > 0 {
            self.db().catalog().remember_seen(table, columns);
        }
        Ok(seen)
    }

    fn look_up_writable(&mut self, table: &'static Table) -> Result<Writable> {
        let dialect = self.dialect();
        let Some(sql) = dialect.writable_columns(table) else { return Ok(Writable::default()) };
        let mut live = WritableColumns::default();
        self.look_up(&sql.text, &sql.params, &mut live)?;
        Ok(Writable::of(table, &live, dialect))
    }

    /// What is needed, as it is now or as it was when it was first read, and nothing more.
    fn known(&mut self, needs: Needs) -> Result<Known> {
        let known = self.db().catalog().known();
        let missing = Needs {
            indexes: needs.indexes && known.indexes.is_none(),
            references: needs.references && known.references.is_none(),
        };
        if missing.is_nothing() {
            return Ok(known);
        }
        let read = self.look_up_known(missing)?;
        let known = Known { indexes: known.indexes.or(read.indexes), references: known.references.or(read.references) };
        self.db().catalog().remember(known.clone());
        Ok(known)
    }

    /// Looks up what is needed; the statements are sent together.
    fn look_up_known(&mut self, needs: Needs) -> Result<Known> {
        let (mut indexes, mut references) = (Indexes::default(), References::default());
        let [of_indexes, of_references] = [self.dialect().indexes(), self.dialect().references()].map(Sql::fixed);
        let mut requests = Vec::new();
        if needs.indexes {
            requests.push(Request { sql: &of_indexes, sink: &mut indexes });
        }
        if needs.references {
            requests.push(Request { sql: &of_references, sink: &mut references });
        }
        self.run_as(StatementKind::Schema, &mut requests)?;
        Ok(Known {
            indexes: needs.indexes.then(|| Arc::new(indexes)),
            references: needs.references.then(|| Arc::new(references)),
        })
    }
}

/// Notes whether a row is returned.
struct Found(bool);

impl RowSink for Found {
    fn row(&mut self, _: Row<'_>) -> Result<()> {
        self.0 = true;
        Ok(())
    }
}
