//! What models need besides a structure: types that can store their values, keys that the database generates, and
//! indexes for relations.

use super::structures::Lack;
use super::{Check, Compared};
use crate::live::Mismatched;
use crate::schema::{ColumnDef, Generated, Table};
use crate::sql::ddl::{index_of, relation_keys};
use crate::structure::ColumnSchema;
use crate::types::SqlType;

impl Check<'_> {
    /// What the columns of a table lack: what the structure needs, and types that can store the values of fields.
    pub(super) fn columns(&self, both: Compared<'_>) -> Vec<Lack> {
        let columns = both.model.columns.iter().zip(&both.wanted.columns);
        columns.flat_map(|(column, wanted)| self.column(both, column, wanted)).collect()
    }

    fn column(&self, both: Compared<'_>, column: &'static ColumnDef, wanted: &ColumnSchema) -> Vec<Lack> {
        let Some(found) = self.structures.column(both.found, &wanted.name) else {
            return vec![self.structures.no_column(both.wanted, wanted)];
        };
        let mut lacking: Vec<Lack> = Vec::new();
        lacking.extend(self.type_lacks(column, column.name, found).map(|what| (what, None)));
        if !self.structures.is_view(&both.wanted.name) {
            let of_structures = self.structures.column_lacks(both.wanted, wanted, found);
            lacking
                .extend(of_structures.into_iter().filter(|(what, _)| !is_explained(what, both.model, column, found)));
        }
        lacking
    }

    /// A column whose type cannot store the values of a field. A database has several names and types for one field.
    pub(super) fn type_lacks(
        &self,
        column: &'static ColumnDef,
        name: &str,
        found: &ColumnSchema,
    ) -> Option<Mismatched> {
        let dialect = self.structures.dialect;
        let expected = dialect.column_type(column);
        // The model may declare a column that is narrower than the field.
        if found.sql_type == expected || dialect.holds(&found.sql_type, self.declared_as(column)) {
            return None;
        }
        Some(Mismatched::Type { column: name.to_owned(), found: found.sql_type.clone(), expected })
    }

    /// The type with which a column has to be declared for what it stores.
    fn declared_as(&self, column: &ColumnDef) -> SqlType {
        if self.structures.dialect.has_forms() { column.form.declared_as(column.sql_type) } else { column.sql_type }
    }

    /// A key that the model leaves to a database which does not generate it.
    pub(super) fn assignment(&self, both: Compared<'_>) -> Option<Lack> {
        let key = both.model.single_key()?;
        let found = self.structures.column(both.found, key.name)?;
        let expected = self.structures.dialect.assigned_column();
        let what = Mismatched::NotAssigned { column: key.name.to_owned(), expected };
        lacks_assignment(both.model, key, found).then_some((what, None))
    }

    /// The missing indexes: declared ones, and those for the keys of relations, with their columns in any order.
    pub(super) fn indexes(&self, both: Compared<'_>) -> Vec<Lack> {
        let Compared { model, wanted, found } = both;
        let mut missing = self.structures.indexes(wanted, found);
        for key in relation_keys(model, self.tables) {
            let columns: Vec<&str> = model.names(key).collect();
            let is_searched = self.structures.is_searched_by_all(found, &columns);
            let is_told = is_told(&missing, &columns) || self.is_told_as_key(both, key);
            if self.structures.has_columns(found, &columns) && !is_searched && !is_told {
                let index = index_of(model.name, &columns, self.structures.dialect);
                missing.push(self.structures.no_index(wanted, &index));
            }
        }
        missing
    }

    /// Whether a key that begins with some columns is missing, which is reported already.
    fn is_told_as_key(&self, Compared { model, found, .. }: Compared<'_>, columns: &[usize]) -> bool {
        let mut keys = model.unique.iter().copied().chain([model.primary_key]).filter(|key| key.starts_with(columns));
        keys.any(|key| self.structures.is_missing_key(found, &model.names(key).collect::<Vec<_>>()))
    }
}

/// Whether the model explains a difference of a column in a way that a structure cannot: the table generates the
/// column, or only the generation of the key is missing.
fn is_explained(what: &Mismatched, table: &Table, column: &ColumnDef, found: &ColumnSchema) -> bool {
    match what {
        Mismatched::Generated { .. } => matches!(column.generated, Some(Generated::Elsewhere)),
        Mismatched::MayBeNull { .. } => lacks_assignment(table, column, found),
        _ => false,
    }
}

/// Whether the model leaves the values of a column to a database that does not generate them.
fn lacks_assignment(table: &Table, column: &ColumnDef, found: &ColumnSchema) -> bool {
    let is_assigned = table.generated_key && table.single_key().is_some_and(|key| key.name == column.name);
    is_assigned && found.assigned.is_none()
}

/// Whether a missing index begins with these columns.
fn is_told(missing: &[Lack], columns: &[&str]) -> bool {
    let begins = |others: &[String]| {
        others.len() >= columns.len() && others.iter().zip(columns).all(|(one, other)| one == other)
    };
    missing.iter().any(|(what, _)| matches!(what, Mismatched::NoIndex { columns } if begins(columns)))
}
