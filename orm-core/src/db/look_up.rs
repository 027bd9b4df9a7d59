//! What a session asks the live database about itself: once, when it first matters.

use std::sync::Arc;

use super::Session;
use crate::error::{Error, Result};
use crate::live::{Indexes, Known, Needs, References, Sample, Seen, Writable, WritableColumns};
use crate::observe::StatementKind;
use crate::prefetch::Context;
use crate::row::{Row, RowSink};
use crate::schema::{ColumnDef, RelationDef, Table};
use crate::sql::{Request, Single, Sql, Used};
use crate::types::Param;
use crate::value::Value;

impl Session<'_> {
    /// What loading relations needs to know of the database: nothing of its catalog but what is asked for.
    ///
    /// # Errors
    ///
    /// Returns the database's error if the catalog cannot be read.
    pub fn context(&mut self, needs: Needs) -> Result<Context> {
        let known = if needs.is_nothing() { Known::default() } else { self.known(needs)? };
        let (indexes, references) = (known.indexes.unwrap_or_default(), known.references.unwrap_or_default());
        Ok(Context { dialect: self.dialect(), indexes, references })
    }

    /// The indexes as they are now, or were when first asked for.
    pub(crate) fn indexes(&mut self) -> Result<Arc<Indexes>> {
        Ok(self.known(Needs::INDEXES)?.indexes.unwrap_or_default())
    }

    /// Whether the database assigns a key that an insert leaves out, or refuses to leave it out.
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

    /// Whether the database promises that no two rows of a table have its primary key in common.
    pub(crate) fn tells_apart(&mut self, table: &'static Table) -> Result<bool> {
        let catalog = self.db().catalog();
        if let Some(tells) = catalog.tells_apart.get(table) {
            return Ok(tells);
        }
        let tells = self.indexes()?.tells_apart(table, self.dialect());
        Ok(catalog.tells_apart.remember(table, tells))
    }

    /// Which rows come back from a write to the table so that they can be read for certain, as the table is now or was when
    /// first asked for.
    pub(crate) fn writable(&mut self, table: &'static Table) -> Result<Arc<Writable>> {
        let catalog = self.db().catalog();
        if let Some(writable) = catalog.writable.get(table) {
            return Ok(writable);
        }
        let writable = self.look_up_writable(table)?;
        Ok(catalog.writable.remember(table, Arc::new(writable)))
    }

    /// Refuses a statement that trusts the tables in what they do not keep.
    ///
    /// # Errors
    ///
    /// Those of [`check_forms`](Self::check_forms) and [`check_single`](Self::check_single), and
    /// [`is_invalid`](Error::is_invalid) for a statement that cannot be sent at all.
    pub(super) fn check_trusted(&mut self, sql: &Sql) -> Result<()> {
        if let Some(refused) = &sql.refused {
            return Err(Error::invalid(refused.clone()));
        }
        self.check_forms(&sql.used)?;
        sql.single.iter().try_for_each(|Single(relation)| self.check_single(relation))
    }

    /// Refuses a statement that trusts a relation to lead to one row at most, where the database does not promise it.
    ///
    /// # Errors
    ///
    /// [`is_schema_mismatch`](Error::is_schema_mismatch), with what to do; and those of reading the catalog.
    fn check_single(&mut self, relation: &'static RelationDef) -> Result<()> {
        let (to, columns) = ((relation.to)(), relation.single_by());
        let promised = if relation.leads_to_a_key() {
            self.tells_apart(to)?
        } else {
            self.indexes()?.tell_apart(to, &columns, self.dialect())
        };
        if promised { Ok(()) } else { Err(Error::not_single(relation, &columns)) }
    }

    /// Refuses a statement that trusts columns to hold a form which they do not hold.
    ///
    /// # Errors
    ///
    /// [`is_other_form`](Error::is_other_form), with the attribute to write; and those of reading the table.
    pub(crate) fn check_forms(&mut self, used: &[Used]) -> Result<()> {
        used.iter().try_for_each(|used| self.check_form(used.table, used.column))
    }

    /// The same for some columns of a table, whose statement is kept as a text.
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

    /// Reads the columns of a table whose values are stored in one of several forms, in its first and its last rows.
    ///
    /// # Errors
    ///
    /// Those of reading them.
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
            // What is wrong with the table or its columns, the statement itself will say; and not every table has an end
            // that is found without reading all of it.
            if let Err(error) = read
                && (error.is_interrupted() || error.is_busy() || error.is_statement_timeout())
                && position == 0
            {
                return Err(error);
            }
        }
        Ok(sample)
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
        // A table without rows is looked at again: other programs may fill it.
        if sample.rows > 0 {
            self.db().catalog().remember_seen(table, columns);
        }
        Ok(seen)
    }

    fn look_up_writable(&mut self, table: &'static Table) -> Result<Writable> {
        let dialect = self.dialect();
        let Some(text) = dialect.writable_columns() else { return Ok(Writable::default()) };
        let mut live = WritableColumns::default();
        let name = Value::Text(table.quoted(dialect).into());
        self.look_up(text, &[Param::Value(name)], &mut live)?;
        Ok(Writable::of(table, &live, dialect))
    }

    /// What is needed, as it is now or was when first asked for; nothing of the rest.
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

/// Notes whether a row comes.
struct Found(bool);

impl RowSink for Found {
    fn row(&mut self, _: Row<'_>) -> Result<()> {
        self.0 = true;
        Ok(())
    }
}
