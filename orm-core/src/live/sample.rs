//! The forms in which columns of the live database store their values, according to a sample of its rows.

use crate::error::{Error, Result};
use crate::row::{Row, RowSink};
use crate::schema::{ColumnDef, Table};
use crate::types::{Form, OtherForm};
use crate::value::{Mismatch, Value};

/// The form of a column's values, as far as they were seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Seen {
    /// They have the form that the model declares.
    #[default]
    Same,
    /// They have another form.
    Other(OtherForm),
}

/// The values of some columns in the first and the last rows of a table.
pub(crate) struct Sample {
    pub(crate) table: &'static Table,
    pub(crate) columns: Vec<usize>,
    values: Vec<Vec<Value<'static>>>,
    /// How many rows were read.
    pub(crate) rows: usize,
}

impl Sample {
    /// An empty sample of the columns whose type has several stored forms.
    pub(crate) fn of(table: &'static Table) -> Self {
        let has_forms = |column: &ColumnDef| column.trusts_form();
        let columns: Vec<usize> = (0..table.columns.len()).filter(|&at| has_forms(&table.columns[at])).collect();
        let values = vec![Vec::new(); columns.len()];
        Sample { table, columns, values, rows: 0 }
    }

    /// What was observed of each column of the table.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let mut columns = vec![Seen::Same; self.table.columns.len()];
        for (position, other) in self.others() {
            columns[position] = Seen::Other(other);
        }
        columns
    }

    /// The columns that store another form than their model declares.
    pub(crate) fn others(&self) -> impl Iterator<Item = (usize, OtherForm)> {
        self.columns.iter().zip(&self.values).filter_map(|(&at, values)| {
            let column = &self.table.columns[at];
            let is_other = values.iter().any(|value| !column.form.wrote(value.as_value_ref(), column.sql_type));
            is_other.then(|| (at, of_values(column, values)))
        })
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

fn of_values(column: &ColumnDef, values: &[Value<'_>]) -> OtherForm {
    let is_number = |value: &Value<'_>| matches!(value, Value::Int(_) | Value::Real(_) | Value::Null);
    match Form::detect(column.sql_type, values) {
        Some(form) => OtherForm::Form(form),
        None if values.iter().all(is_number) => OtherForm::Numbers,
        None => OtherForm::Unknown,
    }
}
