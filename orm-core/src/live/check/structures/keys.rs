//! Primary and unique keys, and indexes.

use super::{Lack, Structures, borrowed, owned};
use crate::live::Mismatched;
use crate::sql::ddl::{index_sql, primary_key_sql, unique_index_sql};
use crate::structure::{Index, Table};

impl Structures<'_> {
    pub(in crate::live::check) fn primary_key(&self, wanted: &Table, found: &Table) -> Option<Lack> {
        let columns = borrowed(&wanted.primary_key);
        if columns.is_empty() || !self.is_missing_key(found, &columns) {
            return None;
        }
        let fix = if found.primary_key.is_empty() && self.dialect.alters_columns() {
            primary_key_sql(&wanted.name, &columns, self.dialect)
        } else {
            unique_index_sql(&wanted.name, &columns, self.dialect)
        };
        Some((Mismatched::PrimaryKey { found: found.primary_key.clone(), expected: owned(&columns) }, Some(fix)))
    }

    pub(in crate::live::check) fn unique(&self, wanted: &Table, found: &Table) -> Vec<Lack> {
        let missing = wanted.other_unique_sets().filter(|columns| self.is_missing_key(found, columns));
        missing.map(|columns| self.not_unique(wanted, &columns)).collect()
    }

    pub(in crate::live::check) fn not_unique(&self, wanted: &Table, columns: &[&str]) -> Lack {
        let fix = unique_index_sql(&wanted.name, columns, self.dialect);
        (Mismatched::NotUnique { columns: owned(columns) }, Some(fix))
    }

    /// Whether some existing columns are not a unique key.
    pub(in crate::live::check) fn is_missing_key(&self, found: &Table, columns: &[&str]) -> bool {
        self.has_columns(found, columns) && !self.is_unique(found, columns)
    }

    pub(in crate::live::check) fn indexes(&self, wanted: &Table, found: &Table) -> Vec<Lack> {
        let missing = wanted.indexes.iter().filter(|index| self.is_missing_index(found, index));
        missing.map(|index| self.no_index(wanted, index)).collect()
    }

    pub(in crate::live::check) fn no_index(&self, wanted: &Table, index: &Index) -> Lack {
        let columns = index.terms.iter().map(|term| term.value.clone()).collect();
        let what = match index.condition.clone() {
            Some(condition) => Mismatched::NoPartialIndex { columns, unique: index.unique, condition },
            None => Mismatched::NoIndex { columns },
        };
        (what, Some(index_sql(&wanted.name, index, self.dialect)))
    }

    fn is_missing_index(&self, found: &Table, wanted: &Index) -> bool {
        let is_of_all_rows = wanted.condition.is_none();
        match wanted.columns() {
            // It is a key, and is reported as one.
            Some(_) if is_of_all_rows && wanted.unique => false,
            Some(columns) if is_of_all_rows && wanted.method.is_none() => {
                self.has_columns(found, &columns) && !self.is_searched_by(found, &columns)
            }
            Some(columns) if !is_of_all_rows && wanted.method.is_none() => {
                self.has_columns(found, &columns) && !self.may_be_in_other_words(found, wanted, &columns)
            }
            // An index with the same name may be the same in other words.
            _ => !found.indexes.iter().any(|index| index.name == wanted.name || index.is_alike(wanted)),
        }
    }

    /// Whether some partial index of these columns may have the same condition in other words.
    fn may_be_in_other_words(&self, found: &Table, wanted: &Index, columns: &[&str]) -> bool {
        let is_of = |others: Vec<&str>| {
            others.len() == columns.len()
                && others.iter().zip(columns).all(|(one, other)| self.dialect.same_name(one, other))
        };
        let may_be = |index: &&Index| {
            index.condition.is_some() && index.unique == wanted.unique && index.columns().is_some_and(is_of)
        };
        found.indexes.iter().any(|index| may_be(&index))
    }

    /// Whether an index begins with these columns in this order.
    fn is_searched_by(&self, found: &Table, columns: &[&str]) -> bool {
        let begins = |list: Vec<&str>| {
            list.len() >= columns.len()
                && list.iter().zip(columns).all(|(one, other)| self.dialect.same_name(one, other))
        };
        found.searched().any(begins)
    }
}
