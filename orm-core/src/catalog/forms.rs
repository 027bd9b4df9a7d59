//! The forms in which columns of the live database store their values, as a sample of its rows shows them.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use foldhash::fast::RandomState;

use crate::driver::Session;
use crate::error::{Error, Result};
use crate::row::{Row, RowSink};
use crate::schema::{ColumnDef, Table};
use crate::sql::Used;
use crate::types::{Form, SqlType};
use crate::value::{Mismatch, Value};

/// What the columns of tables were seen to hold. A table is looked at when a statement first trusts one of its columns to
/// hold the form that its model says.
#[derive(Default)]
pub(crate) struct Forms(RwLock<HashMap<usize, Vec<Seen>, RandomState>>);

/// What the values of a column that were seen say of its form.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Seen {
    /// They are in the form that the model says.
    #[default]
    Same,
    /// They are not.
    Other(Other),
}

/// A column that holds values in another form than its model says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Other {
    /// All values that were seen are in this form.
    Form(Form),
    /// Numbers, whose unit they do not tell.
    Numbers,
    /// Values that no form can read.
    Unknown,
}

impl Forms {
    /// Refuses columns that hold another form than their models say.
    ///
    /// # Errors
    ///
    /// [`is_other_form`](Error::is_other_form), with the attribute to write; and those of reading the table.
    pub(crate) fn check(&self, used: &[Used], session: &mut Session<'_>) -> Result<()> {
        for used in used {
            self.check_column(used.table, used.column, session)?;
        }
        Ok(())
    }

    fn check_column(&self, table: &'static Table, column: usize, session: &mut Session<'_>) -> Result<()> {
        let seen = match self.known(table, column) {
            Some(seen) => seen,
            None => self.look(table, column, session)?,
        };
        match seen {
            Seen::Same => Ok(()),
            Seen::Other(other) => Err(Error::other_form(table, &table.columns[column], other)),
        }
    }

    /// What is known of a column, if its table was looked at.
    fn known(&self, table: &'static Table, column: usize) -> Option<Seen> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&address(table)).map(|columns| columns.get(column).copied().unwrap_or_default())
    }

    fn look(&self, table: &'static Table, column: usize, session: &mut Session<'_>) -> Result<Seen> {
        let sample = Sample::of(table, session)?;
        let mut columns = vec![Seen::Same; table.columns.len()];
        for (position, other) in sample.others() {
            columns[position] = Seen::Other(other);
        }
        let seen = columns.get(column).copied().unwrap_or_default();
        // A table without rows is looked at again: other programs may fill it.
        if sample.rows > 0 {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(address(table), columns);
        }
        Ok(seen)
    }

    /// Forgets what is known, after tables were created.
    pub(super) fn forget(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Tables are constants. Two that were merged are equal in every respect.
fn address(table: &'static Table) -> usize {
    std::ptr::from_ref(table).addr()
}

/// The values of some columns in the first and the last rows of a table.
pub(crate) struct Sample {
    pub(crate) table: &'static Table,
    columns: Vec<usize>,
    values: Vec<Vec<Value<'static>>>,
    rows: usize,
}

impl Sample {
    /// Reads the columns of a table whose values are stored in one of several forms.
    ///
    /// # Errors
    ///
    /// Those of reading them.
    pub(crate) fn of(table: &'static Table, session: &mut Session<'_>) -> Result<Self> {
        let has_forms = |column: &ColumnDef| column.trusts_form();
        let columns: Vec<usize> = (0..table.columns.len()).filter(|&at| has_forms(&table.columns[at])).collect();
        let values = vec![Vec::new(); columns.len()];
        let mut sample = Sample { table, columns, values, rows: 0 };
        let rows = session.db().pool().sampled_rows();
        if rows == 0 || sample.columns.is_empty() {
            sample.rows = 1;
            return Ok(sample);
        }
        let texts = session.dialect().samples(table, &sample.columns, rows);
        for (position, text) in texts.iter().enumerate() {
            let read = session.look_up(text, &[], &mut sample);
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

    /// The columns that hold another form than their model says.
    pub(crate) fn others(&self) -> impl Iterator<Item = (usize, Other)> {
        self.columns.iter().zip(&self.values).filter_map(|(&at, values)| {
            let column = &self.table.columns[at];
            let is_other = values.iter().any(|value| !column.form.wrote(value.as_value_ref(), column.sql_type));
            is_other.then(|| (at, Other::of(column, values)))
        })
    }
}

impl Other {
    fn of(column: &ColumnDef, values: &[Value<'_>]) -> Self {
        let is_number = |value: &Value<'_>| matches!(value, Value::Int(_) | Value::Real(_) | Value::Null);
        match Form::detect(column.sql_type, values) {
            Some(form) => Other::Form(form),
            None if values.iter().all(is_number) => Other::Numbers,
            None => Other::Unknown,
        }
    }

    /// What a column holds, and the attribute to write.
    pub(crate) fn describe(self, column: &ColumnDef) -> String {
        let (kind, own) = (column.sql_type.describe(), column.form);
        match self {
            Other::Form(Form::Mixed) => format!(
                "holds each {kind} in one of several forms, and not always in `{own}`; \
                 write `#[model(stored = mixed)]` on the field, or give all values one form"
            ),
            Other::Form(form) => format!(
                "holds each {kind} in the form `{form}`, and not in `{own}`; write `#[model(stored = {form})]` on the field"
            ),
            Other::Numbers if matches!(column.sql_type, SqlType::DateTime | SqlType::Timestamp) => {
                "holds numbers, which do not tell their unit; write `#[model(stored = unix_seconds)]` on the field, or \
                 `unix_milliseconds`, `unix_microseconds` or `julian_day`"
                    .to_owned()
            }
            Other::Numbers | Other::Unknown => format!(
                "holds a value that is no {kind} in any known form; give the field another type, or \
                 `#[model(with = ..)]` for a codec"
            ),
        }
    }
}

impl RowSink for Sample {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.rows += 1;
        for (at, values) in self.values.iter_mut().enumerate() {
            match row.value(at) {
                Ok(value) if value.is_null() => {}
                Ok(value) => values.push(value.to_owned()),
                // Text that is not UTF-8 is in no form.
                Err(Mismatch::InvalidUtf8) => values.push(Value::Blob(Vec::new().into())),
                Err(mismatch) => {
                    return Err(Error::decode(self.table, &self.table.columns[self.columns[at]], mismatch));
                }
            }
        }
        Ok(())
    }
}
