//! Join tables without a model: their columns, key, foreign keys and indexes.

use super::structures::Lack;
use super::{Check, replaceable};
use crate::live::{Difference, LiveKind, LiveTable, Mismatched};
use crate::schema::{ColumnDef, RelationDef, Through};
use crate::sql::ddl::index_of;
use crate::structure::Table;

/// A relation and its join table.
type Link = (&'static RelationDef, &'static Through);

impl Check<'_> {
    pub(super) fn links(&self, link: Link, wanted: &Table) -> Vec<Difference> {
        let (relation, through) = link;
        let live = self.live.table(through.schema, through.table, self.structures.dialect);
        let lacking = match (live, self.structures.table(&wanted.name)) {
            (Some(LiveTable { problem: Some(problem), .. }), _) => {
                vec![(Mismatched::Unreadable { problem: problem.clone() }, None)]
            }
            (Some(live), Some(found)) => self.link_lacks(link, wanted, live, found),
            _ => vec![self.structures.no_table(wanted)],
        };
        let told = |(what, fix)| Difference { model: relation.path(), table: through.table.to_owned(), what, fix };
        lacking.into_iter().map(told).collect()
    }

    fn link_lacks(&self, link: Link, wanted: &Table, live: &LiveTable, found: &Table) -> Vec<Lack> {
        let (_, through) = link;
        let mut lacking: Vec<Lack> = self.link_columns(link, found).into_iter().map(|what| (what, None)).collect();
        let is_complete = lacking.iter().all(|(what, _)| !matches!(what, Mismatched::NoColumn { .. }));
        if !is_complete || live.kind != LiveKind::Table {
            return lacking;
        }
        let columns: Vec<&str> = through.columns().collect();
        let has_key = self.structures.is_unique(found, &columns);
        if !has_key {
            lacking.push(self.structures.not_unique(wanted, &columns));
        }
        let keys = wanted.foreign_keys.iter().filter_map(|key| self.structures.foreign_key(wanted, key, found));
        // No model declares what a deletion does to links, so each database may have its own action.
        let keys = keys.filter(|(what, _)| !matches!(what, Mismatched::OnDelete { .. }));
        lacking.extend(replaceable(live, keys.collect()));
        // The key begins with the left side.
        let sides = [through.left, through.right].into_iter().skip(usize::from(!has_key));
        let unindexed =
            sides.filter(|_| through.indexed).filter(|side| !self.structures.is_searched_by_all(found, side));
        lacking.extend(unindexed.map(|side| {
            let index = index_of(through.table, side, self.structures.dialect);
            self.structures.no_index(wanted, &index)
        }));
        lacking
    }

    /// Columns that are missing, or whose type does not fit the keys that they refer to.
    fn link_columns(&self, (relation, through): Link, found: &Table) -> Vec<Mismatched> {
        let (from, to) = ((relation.from)(), (relation.to)());
        let left = through.left.iter().zip(relation.from_columns.iter().map(|&column| &from.columns[column]));
        let right = through.right.iter().zip(relation.to_columns.iter().map(|&column| &to.columns[column]));
        let differing = |(&name, key): (&&'static str, &'static ColumnDef)| match self.structures.column(found, name) {
            None => Some(Mismatched::NoColumn { column: name.to_owned() }),
            Some(found) => self.type_lacks(key, name, found),
        };
        // Both sides may hold the same column, as the key of a tenant.
        let right = right.filter(|(name, _)| !through.left.contains(name));
        left.chain(right).filter_map(differing).collect()
    }
}
