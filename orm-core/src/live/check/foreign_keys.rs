//! Foreign keys: whether they are there, what they refer to, and what a deletion does.

use super::{Check, has_columns, place};
use crate::live::difference::difference;
use crate::live::{Difference, LiveForeignKey, LiveKind, LiveTable, Mismatched};
use crate::schema::Table;
use crate::sql::ddl::{reference_sql, references, unique_index_sql};
use crate::structure::{ForeignKey, Name};

impl Check<'_> {
    pub(super) fn foreign_keys(&self, table: &'static Table, live: &LiveTable) -> Vec<Difference> {
        let told = |(what, fix)| difference(table, what, fix);
        let of = Name::new(table.schema, table.name);
        let wanted = references(table, self.dialect);
        let differing = wanted.iter().filter_map(|key| self.reference(&of, key, live));
        differing.chain(self.references_to_no_key(live)).map(told).collect()
    }

    /// What differs of a foreign key that a model asks for, and the statement that fixes it.
    pub(super) fn reference(
        &self,
        of: &Name,
        wanted: &ForeignKey,
        live: &LiveTable,
    ) -> Option<(Mismatched, Option<String>)> {
        let is_view = self.live.table(wanted.table.schema.as_deref(), &wanted.table.name, self.dialect);
        let is_view = is_view.is_some_and(|target| target.kind != LiveKind::Table);
        // No foreign key can refer to a view, nor from a column that is missing.
        if is_view || !has_columns(live, &wanted.columns, self.dialect) {
            return None;
        }
        let columns = wanted.columns.clone();
        let expected = place(&wanted.table.name, &wanted.references);
        let of_columns: Vec<&LiveForeignKey> =
            live.foreign_keys.iter().filter(|key| self.starts_at(key, &wanted.columns)).collect();
        let Some(first) = of_columns.first() else {
            let fix = self.dialect.alters_columns().then(|| reference_sql(of, wanted, None, self.dialect));
            return Some((Mismatched::NoForeignKey { columns, expected }, fix));
        };
        let replaced = |key: &LiveForeignKey| {
            let can_be_replaced = self.dialect.replaces_keys() && !live.scattered;
            can_be_replaced.then(|| reference_sql(of, wanted, Some(&key.name), self.dialect))
        };
        let leading_there = || of_columns.iter().filter(|key| self.leads_to(key, wanted));
        let on_delete = wanted.on_delete.words();
        if leading_there().any(|key| key.on_delete == on_delete) {
            return None;
        }
        if let Some(key) = leading_there().next() {
            let what = Mismatched::OnDelete { columns, found: key.on_delete.clone(), expected: on_delete };
            return Some((what, replaced(key)));
        }
        let found = place(&first.target.name, &self.referred_by(first, &wanted.columns));
        Some((Mismatched::ForeignKey { columns, found, expected }, replaced(first)))
    }

    /// The foreign keys of a table that refer to what is not there or no unique key.
    fn references_to_no_key(&self, live: &LiveTable) -> Vec<(Mismatched, Option<String>)> {
        // Where what is referred to must be there first, it was a key then, and has to stay one.
        if !self.dialect.declares_ahead() {
            return Vec::new();
        }
        let broken = live.foreign_keys.iter().filter_map(|key| {
            let referred = self.referred(key);
            let target = self.live.target(key, self.dialect);
            if target.is_some_and(|target| target.is_unique(&referred, self.dialect)) {
                return None;
            }
            let can_be_unique = target.filter(|target| {
                target.kind == LiveKind::Table
                    && referred.len() == key.columns.len()
                    && has_columns(target, &referred, self.dialect)
            });
            let fix = can_be_unique.map(|target| {
                let schema = Some(&*key.target.schema).filter(|_| !key.target.visible);
                unique_index_sql(schema, &target.name.name, &referred, self.dialect)
            });
            let columns = key.columns.iter().map(|(column, _)| column.clone()).collect();
            let target = place(&key.target.name, &referred);
            Some((Mismatched::ForeignKeyToNoKey { columns, target }, fix))
        });
        broken.collect()
    }

    /// Whether a foreign key consists of these columns.
    fn starts_at(&self, key: &LiveForeignKey, columns: &[String]) -> bool {
        let has = |name: &String| key.columns.iter().any(|(column, _)| self.dialect.same_name(column, name));
        key.columns.len() == columns.len() && columns.iter().all(has)
    }

    /// Whether a foreign key refers to what a model says, column by column.
    fn leads_to(&self, key: &LiveForeignKey, wanted: &ForeignKey) -> bool {
        let same = |one: &str, other: &str| self.dialect.same_name(one, other);
        let referred = self.referred(key);
        let pair = |(column, reference): (&String, &String)| {
            key.columns.iter().zip(&referred).any(|((from, _), to)| same(from, column) && same(to, reference))
        };
        key.target.is(wanted.table.schema.as_deref(), &wanted.table.name, self.dialect)
            && wanted.columns.iter().zip(&wanted.references).all(pair)
    }

    /// The columns that some columns of a foreign key refer to, in the order of these.
    fn referred_by<'k>(&'k self, key: &'k LiveForeignKey, columns: &[String]) -> Vec<&'k str> {
        let referred = self.referred(key);
        let of_column = |column: &String| {
            let at = key.columns.iter().position(|(from, _)| self.dialect.same_name(from, column))?;
            referred.get(at).copied()
        };
        columns.iter().filter_map(of_column).collect()
    }

    /// The columns that a foreign key refers to, in the order of its own; those of the primary key where it names none.
    fn referred<'k>(&'k self, key: &'k LiveForeignKey) -> Vec<&'k str> {
        if let Some(named) = key.columns.iter().map(|(_, to)| to.as_deref()).collect() {
            return named;
        }
        let primary = self.live.target(key, self.dialect).map_or(&[][..], LiveTable::primary_key);
        primary.iter().map(String::as_str).collect()
    }
}
