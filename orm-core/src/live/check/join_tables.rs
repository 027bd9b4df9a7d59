//! Join tables without a model: their columns, key, foreign keys and indexes.

use super::{Check, owned};
use crate::live::{Difference, LiveKind, LiveTable, Mismatched};
use crate::schema::{ColumnDef, RelationDef, Through};
use crate::sql::ddl::{link_index_sql, link_references, link_table_sql, unique_index_sql};
use crate::structure::Name;

impl Check<'_> {
    pub(super) fn links(&self, relation: &'static RelationDef, through: &'static Through) -> Vec<Difference> {
        let told = |what, fix| Difference { model: relation.path(), table: through.table.to_owned(), what, fix };
        let Some(live) = self.live.table(through.schema, through.table, self.dialect) else {
            return vec![told(Mismatched::NoTable, Some(link_table_sql(relation, through, self.dialect)))];
        };
        if let Some(problem) = &live.problem {
            return vec![told(Mismatched::Unreadable { problem: problem.clone() }, None)];
        }
        let mut found: Vec<Difference> =
            self.link_columns(relation, through, live).into_iter().map(|what| told(what, None)).collect();
        let is_complete = found.iter().all(|difference| !matches!(difference.what, Mismatched::NoColumn { .. }));
        if !is_complete || live.kind != LiveKind::Table {
            return found;
        }
        let columns: Vec<&str> = through.columns().collect();
        let has_key = live.is_unique(&columns, self.dialect);
        if !has_key {
            let fix = unique_index_sql(through.schema, through.table, &columns, self.dialect);
            found.push(told(Mismatched::NotUnique { columns: owned(&columns) }, Some(fix)));
        }
        let of = Name::new(through.schema, through.table);
        let references = link_references(relation, through, self.dialect);
        let differing = references.iter().filter_map(|key| self.reference(&of, key, live));
        found.extend(differing.map(|(what, fix)| told(what, fix)));
        // The key begins with the left side.
        let sides = [through.left, through.right].into_iter().skip(usize::from(!has_key));
        let unindexed = sides.filter(|side| !live.begins_with_all(side, self.dialect));
        found.extend(unindexed.map(|side| {
            told(Mismatched::NoIndex { columns: owned(side) }, Some(link_index_sql(through, side, self.dialect)))
        }));
        found
    }

    /// Columns that are missing, or do not hold the keys that they refer to.
    fn link_columns(
        &self,
        relation: &'static RelationDef,
        through: &'static Through,
        live: &LiveTable,
    ) -> Vec<Mismatched> {
        let (from, to) = ((relation.from)(), (relation.to)());
        let left = through.left.iter().zip(relation.from_columns.iter().map(|&column| &from.columns[column]));
        let right = through.right.iter().zip(relation.to_columns.iter().map(|&column| &to.columns[column]));
        let differing = |(&name, key): (&&'static str, &'static ColumnDef)| {
            let column = name.to_owned();
            let Some(found) = live.column(name, self.dialect) else { return Some(Mismatched::NoColumn { column }) };
            let expected = self.dialect.column_type(key);
            let what = Mismatched::Type { column, found: found.declared.clone(), expected };
            (!self.dialect.holds(&found.declared, self.declared_as(key))).then_some(what)
        };
        // Both sides may hold the same column, as the key of a tenant.
        let right = right.filter(|(name, _)| !through.left.contains(name));
        left.chain(right).filter_map(differing).collect()
    }
}
