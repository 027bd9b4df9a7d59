//! Comparing models with the live database: their structures, and what models need beyond a structure.

mod forms;
mod join_tables;
mod needs;
mod null_keys;
mod structures;

pub(crate) use forms::other_forms;
pub(crate) use null_keys::{null_key, nullable_keys};
pub(crate) use structures::lacking;

use self::structures::{Lack, Structures};
use super::{Live, LiveKind, LiveTable};
use crate::live::difference::difference;
use crate::live::names::unusable;
use crate::live::{Difference, Mismatched};
use crate::schema::{Table, bare_links};
use crate::sql::Dialect;
use crate::sql::ddl::{link_table_of, table_of};
use crate::structure::{self, Schema};

/// Every difference between some tables and the live database.
pub(crate) fn differences(tables: &[&'static Table], live: &Live, dialect: &dyn Dialect) -> Vec<Difference> {
    let links = bare_links(tables);
    let of_models = tables.iter().map(|table| asked_by(table, dialect));
    let of_links = links.iter().map(|(relation, through)| link_table_of(relation, through, dialect));
    let wanted = Schema { tables: of_models.chain(of_links).collect(), ..Schema::default() };
    let found = live.structure(&wanted, dialect);
    let structures = Structures { found: &found, dialect };
    let check = Check { tables, live, structures };
    let (of_models, of_links) = wanted.tables.split_at(tables.len());
    let mut differences = unusable(tables, dialect);
    differences.extend(tables.iter().zip(of_models).flat_map(|(table, wanted)| check.table(table, wanted)));
    differences.extend(links.iter().zip(of_links).flat_map(|(link, wanted)| check.links(*link, wanted)));
    differences
}

/// What a model needs. The indexes for the keys of relations are left out, because any order of their columns is
/// sufficient.
fn asked_by(table: &'static Table, dialect: &dyn Dialect) -> structure::Table {
    let mut wanted = table_of(table, &[], dialect);
    wanted.indexes.truncate(table.indexes.len() + table.partial_indexes.len());
    wanted
}

struct Check<'c> {
    tables: &'c [&'static Table],
    live: &'c Live,
    structures: Structures<'c>,
}

/// A model with the table that it needs, and the existing table.
#[derive(Clone, Copy)]
struct Compared<'c> {
    model: &'static Table,
    wanted: &'c structure::Table,
    found: &'c structure::Table,
}

impl Check<'_> {
    fn table(&self, model: &'static Table, wanted: &structure::Table) -> Vec<Difference> {
        let dialect = self.structures.dialect;
        let long = long_names(model, dialect);
        if !long.is_empty() {
            return long;
        }
        let live = self.live.table(model.schema, model.name, dialect);
        if let Some(problem) = live.and_then(|live| live.problem.clone()) {
            return vec![difference(model, Mismatched::Unreadable { problem }, None)];
        }
        let lacking = match (live, self.structures.table(&wanted.name)) {
            (Some(live), Some(found)) => self.lacking(live, Compared { model, wanted, found }),
            _ => vec![self.structures.no_table(wanted)],
        };
        lacking.into_iter().map(|(what, fix)| difference(model, what, fix)).collect()
    }

    fn lacking(&self, live: &LiveTable, both: Compared<'_>) -> Vec<Lack> {
        let Compared { wanted, found, .. } = both;
        let mut lacking = self.columns(both);
        if live.kind == LiveKind::Table {
            lacking.extend(self.structures.primary_key(wanted, found));
            lacking.extend(self.assignment(both));
            lacking.extend(self.structures.unique(wanted, found));
            lacking.extend(replaceable(live, self.structures.foreign_keys(wanted, found)));
            lacking.extend(self.structures.conditions(wanted, found));
        }
        if live.kind != LiveKind::View {
            lacking.extend(self.indexes(both));
        }
        lacking
    }
}

fn long_names(table: &'static Table, dialect: &dyn Dialect) -> Vec<Difference> {
    let Some(most) = dialect.longest_name() else { return Vec::new() };
    let names = table.schema.into_iter().chain([table.name]).chain(table.columns.iter().map(|column| column.name));
    let long = names.filter(|name| name.len() > most);
    long.map(|name| difference(table, Mismatched::LongName { name: name.to_owned(), most }, None)).collect()
}

/// Missing foreign keys; a table on several servers cannot replace one in a single statement.
fn replaceable(live: &LiveTable, lacking: Vec<Lack>) -> impl Iterator<Item = Lack> {
    let scattered = live.scattered;
    lacking.into_iter().map(move |(what, fix)| {
        let is_replaced = matches!(what, Mismatched::ForeignKey { .. } | Mismatched::OnDelete { .. });
        let fix = fix.filter(|_| !(scattered && is_replaced));
        (what, fix)
    })
}
