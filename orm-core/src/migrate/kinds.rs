//! The kinds of values that columns hold. A database stores several kinds alike, such as dates and timestamps on
//! SQLite, so the structure does not tell them apart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::mapped::Models;
use crate::schema::{ColumnDef, Table};
use crate::structure::Name;
use crate::types::{Form, SqlType};

/// The kinds of the columns, such as `Date` of `students.born`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Kinds(BTreeMap<String, String>);

/// A column whose existing values are of another kind.
pub(super) struct KindChange {
    pub(super) table: Name,
    pub(super) column: String,
    pub(super) before: String,
    pub(super) after: String,
}

impl Kinds {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The kinds that some models need.
    pub(super) fn of<M: Models>() -> Self {
        let columns = M::tables().into_iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        Kinds(columns.map(|(table, column)| (key(&name(table), column.name), kind(column))).collect())
    }

    /// The columns whose values change their kind for some models. A column of which nothing is known does not.
    pub(super) fn changes<M: Models>(&self) -> Vec<KindChange> {
        let mut found = Vec::new();
        for table in M::tables() {
            for column in table.columns {
                let (before, after) = (self.before(table, column), kind(column));
                if let Some(before) = before.filter(|before| !fits(before, &after)) {
                    let (table, column) = (name(table), column.name.to_owned());
                    found.push(KindChange { table, column, before: before.clone(), after });
                }
            }
        }
        found
    }

    /// The kind of a column, which may have had another name.
    fn before(&self, table: &Table, column: &ColumnDef) -> Option<&String> {
        let tables = [Some(table.name), table.renamed_from];
        let names = [Some(column.name), column.renamed_from];
        let keys = tables
            .into_iter()
            .flatten()
            .flat_map(|of| names.into_iter().flatten().map(move |column| key(&Name::new(table.schema, of), column)));
        keys.into_iter().find_map(|key| self.0.get(&key))
    }
}

fn name(table: &Table) -> Name {
    Name::new(table.schema, table.name)
}

fn key(table: &Name, column: &str) -> String {
    format!("{table}.{column}")
}

/// Integers of all sizes are one kind: whether they fit is a matter of the column's type.
fn kind(column: &ColumnDef) -> String {
    let kind = match column.sql_type {
        SqlType::Int16 | SqlType::Int32 | SqlType::Int64 => "Integer".to_owned(),
        SqlType::Real32 | SqlType::Real64 => "Real".to_owned(),
        other => format!("{other:?}"),
    };
    match column.form {
        Form::Native => kind,
        form => format!("{kind} stored as {form:?}"),
    }
}

/// Whether all values of a kind are values of the other.
fn fits(before: &str, after: &str) -> bool {
    before == after || (before == "Bool" && after == "Integer")
}
