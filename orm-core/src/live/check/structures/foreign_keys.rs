//! Foreign keys: whether they exist, what they refer to, and their `ON DELETE`.

use super::{Lack, Structures, borrowed, place};
use crate::live::Mismatched;
use crate::sql::ddl::{reference_sql, unique_index_sql};
use crate::structure::{ForeignKey, Table};

impl Structures<'_> {
    pub(in crate::live::check) fn foreign_keys(&self, wanted: &Table, found: &Table) -> Vec<Lack> {
        let lacking = wanted.foreign_keys.iter().filter_map(|key| self.foreign_key(wanted, key, found));
        lacking.chain(self.references_to_no_key(found)).collect()
    }

    /// What one foreign key lacks.
    pub(in crate::live::check) fn foreign_key(&self, of: &Table, wanted: &ForeignKey, found: &Table) -> Option<Lack> {
        // No foreign key can refer to a view, nor from a column that is missing.
        if self.is_view(&wanted.table) || !self.has_columns(found, &wanted.columns) {
            return None;
        }
        let columns = wanted.columns.clone();
        let expected = place(&wanted.table.name, &wanted.references);
        let of_columns: Vec<&ForeignKey> =
            found.foreign_keys.iter().filter(|key| self.starts_at(key, &wanted.columns)).collect();
        let Some(first) = of_columns.first() else {
            let fix = self.dialect.alters_columns().then(|| reference_sql(&of.name, wanted, None, self.dialect));
            return Some((Mismatched::NoForeignKey { columns, expected }, fix));
        };
        let replaced = |key: &ForeignKey| {
            let name = key.name.as_deref().filter(|_| self.dialect.replaces_keys())?;
            Some(reference_sql(&of.name, wanted, Some(name), self.dialect))
        };
        let leading_there = || of_columns.iter().filter(|key| self.leads_to(key, wanted));
        if leading_there().any(|key| key.on_delete == wanted.on_delete) {
            return None;
        }
        if let Some(key) = leading_there().next() {
            let (found, expected) = (key.on_delete.words().to_owned(), wanted.on_delete.words());
            return Some((Mismatched::OnDelete { columns, found, expected }, replaced(key)));
        }
        let found = place(&first.table.name, &self.referred_by(first, &wanted.columns));
        Some((Mismatched::ForeignKey { columns, found, expected }, replaced(first)))
    }

    /// The foreign keys of a table that refer to something missing, or to columns that are not a unique key.
    fn references_to_no_key(&self, found: &Table) -> Vec<Lack> {
        // If a database requires that the referenced table exists first, it was a key then, and has to stay one.
        if !self.dialect.declares_ahead() {
            return Vec::new();
        }
        let broken = found.foreign_keys.iter().filter_map(|key| {
            let referred = self.referred(key);
            let target = self.table(&key.table);
            if target.is_some_and(|target| self.is_unique(target, &referred)) {
                return None;
            }
            let can_be_unique = target.filter(|target| {
                !self.is_view(&target.name)
                    && referred.len() == key.columns.len()
                    && self.has_columns(target, &referred)
            });
            let fix = can_be_unique.map(|target| unique_index_sql(&target.name, &referred, self.dialect));
            let target = place(&key.table.name, &referred);
            Some((Mismatched::ForeignKeyToNoKey { columns: key.columns.clone(), target }, fix))
        });
        broken.collect()
    }

    /// Whether a foreign key consists of these columns.
    fn starts_at(&self, key: &ForeignKey, columns: &[String]) -> bool {
        let has = |name: &String| key.columns.iter().any(|column| self.dialect.same_name(column, name));
        key.columns.len() == columns.len() && columns.iter().all(has)
    }

    /// Whether a foreign key refers to the required table and columns, column by column.
    fn leads_to(&self, key: &ForeignKey, wanted: &ForeignKey) -> bool {
        let same = |one: &str, other: &str| self.dialect.same_name(one, other);
        let referred = self.referred(key);
        let pair = |(column, reference): (&String, &String)| {
            key.columns.iter().zip(&referred).any(|(from, to)| same(from, column) && same(to, reference))
        };
        self.is_same(&key.table, &wanted.table) && wanted.columns.iter().zip(&wanted.references).all(pair)
    }

    /// The columns that some columns of a foreign key refer to, in their order.
    fn referred_by<'k>(&'k self, key: &'k ForeignKey, columns: &[String]) -> Vec<&'k str> {
        let referred = self.referred(key);
        let of_column = |column: &String| {
            let at = key.columns.iter().position(|from| self.dialect.same_name(from, column))?;
            referred.get(at).copied()
        };
        columns.iter().filter_map(of_column).collect()
    }

    /// The columns that a foreign key refers to, in the order of its columns: the primary key if it names no columns.
    fn referred<'k>(&'k self, key: &'k ForeignKey) -> Vec<&'k str> {
        if !key.references.is_empty() {
            return borrowed(&key.references);
        }
        self.table(&key.table).map(|target| borrowed(&target.primary_key)).unwrap_or_default()
    }
}
