//! The diagram of models: their tables, with the names of relations, and with relations that have no foreign key.

use super::{ColumnDef, ForeignKey, RelationDef, RelationKind, Table, Through, bare_links};
use crate::structure::diagram::{Count, Line};
use crate::structure::{self, Action, ColumnSchema, Diagram, Name, Unique};
use crate::types::SqlType;
use std::borrow::Cow;

/// Draws some models: their tables, the join tables without a model, and the relations.
pub(crate) fn diagram_of(tables: &[&'static Table]) -> Diagram {
    let links = bare_links(tables);
    let of_links = links.iter().map(|(relation, through)| link_structure(relation, through));
    let structures: Vec<structure::Table> = tables.iter().map(|table| structure_of(table)).chain(of_links).collect();
    let mut diagram = Diagram::of_tables(&structures.iter().collect::<Vec<_>>(), |at, key| match tables.get(at) {
        Some(table) => reference_label(table, &table.foreign_keys[key]),
        None => links[at - tables.len()].0.path(),
    });
    for (at, table) in tables.iter().enumerate() {
        add_unchecked_relations(&mut diagram, tables, at, table);
    }
    diagram
}

/// The relations whose keys no foreign key checks. Both sides may declare one, which makes one line.
fn add_unchecked_relations(diagram: &mut Diagram, tables: &[&'static Table], at: usize, table: &'static Table) {
    for &relation in table.relations {
        let target = (relation.to)();
        let Some(other) = tables.iter().position(|table| table.is_same(target)) else { continue };
        let (first, second) = match (relation.kind, &relation.through) {
            (RelationKind::HasOne, None) => (Count::One, Count::NoneOrOne),
            (RelationKind::HasMany, None) => (Count::One, Count::Many),
            (RelationKind::ManyToMany, Some(through)) if through.model.is_some() => (Count::Many, Count::Many),
            // Foreign keys are drawn already, and so are relations that follow them.
            _ => continue,
        };
        let mirrored = |line: &Line| !line.is_checked && line.ends == (other, at) && line.second == first;
        let is_drawn = relation.through.is_some() && diagram.lines().iter().any(mirrored);
        if !is_drawn && !is_checked(relation, table, target) {
            let label = relation.name.to_owned();
            diagram.add(Line { ends: (at, other), first, second, is_checked: false, label });
        }
    }
}

/// Whether foreign keys check the keys of a relation.
fn is_checked(relation: &RelationDef, from: &Table, to: &Table) -> bool {
    let refers = |keys: &[ForeignKey], end: &Table| keys.iter().any(|key| (key.target)().is_same(end));
    match &relation.through {
        None => to.foreign_keys.iter().any(|key| key.columns == relation.to_columns && (key.target)().is_same(from)),
        Some(through) => through.model.is_some_and(|model| {
            let keys = model().foreign_keys;
            refers(keys, from) && refers(keys, to)
        }),
    }
}

/// The name of the relation that follows a foreign key, or otherwise the names of its columns.
fn reference_label(table: &'static Table, key: &'static ForeignKey) -> String {
    let follows = |relation: &&&RelationDef| {
        relation.kind == RelationKind::BelongsTo
            && relation.from_columns == key.columns
            && (relation.to)().is_same((key.target)())
    };
    match table.relations.iter().find(follows) {
        Some(relation) => relation.name.to_owned(),
        None => table.names(key.columns).collect::<Vec<_>>().join(", "),
    }
}

/// The table of a model, with what is drawn of it.
fn structure_of(table: &'static Table) -> structure::Table {
    let of_key = |key: &'static ForeignKey| reference(owned(table.names(key.columns)), (key.target)());
    structure::Table {
        name: Name::new(table.schema, table.name),
        columns: table.columns.iter().map(|column| drawn_column(column.name, column, column.nullable)).collect(),
        primary_key: owned(table.names(table.primary_key)),
        unique: table.unique.iter().map(|unique| Unique { name: None, columns: owned(table.names(unique)) }).collect(),
        foreign_keys: table.foreign_keys.iter().map(of_key).collect(),
        ..structure::Table::default()
    }
}

/// A join table without a model, with what is drawn of it.
fn link_structure(relation: &'static RelationDef, through: &'static Through) -> structure::Table {
    let (from, to) = ((relation.from)(), (relation.to)());
    let left = through.left.iter().zip(relation.from_columns.iter().map(|&column| &from.columns[column]));
    let right = through.right.iter().zip(relation.to_columns.iter().map(|&column| &to.columns[column]));
    // Both sides may have the same column, such as the key of a tenant.
    let right = right.filter(|(name, _)| !through.left.contains(name));
    structure::Table {
        name: Name::new(through.schema, through.table),
        columns: left.chain(right).map(|(name, key)| drawn_column(name, key, false)).collect(),
        primary_key: owned(through.columns()),
        foreign_keys: vec![
            reference(owned(through.left.iter().copied()), from),
            reference(owned(through.right.iter().copied()), to),
        ],
        ..structure::Table::default()
    }
}

fn drawn_column(name: &str, column: &ColumnDef, nullable: bool) -> ColumnSchema {
    let sql_type = kind(column.sql_type).into_owned();
    ColumnSchema { name: name.to_owned(), sql_type, nullable, ..ColumnSchema::default() }
}

fn reference(columns: Vec<String>, target: &Table) -> structure::ForeignKey {
    structure::ForeignKey {
        name: None,
        columns,
        table: Name::new(target.schema, target.name),
        references: Vec::new(),
        on_delete: Action::default(),
        on_update: Action::default(),
    }
}

fn owned<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}

/// The type of a column, independent of the database.
fn kind(sql_type: SqlType) -> Cow<'static, str> {
    let kind = match sql_type {
        SqlType::Bool => "bool",
        SqlType::Int16 => "int16",
        SqlType::Int32 => "int32",
        SqlType::Int64 => "int64",
        SqlType::Real32 => "real32",
        SqlType::Real64 => "real64",
        SqlType::Text => "text",
        SqlType::Blob => "bytes",
        SqlType::Uuid => "uuid",
        SqlType::Date => "date",
        SqlType::Time => "time",
        SqlType::DateTime => "datetime",
        SqlType::Timestamp => "timestamp",
        SqlType::Decimal => "decimal",
        SqlType::Interval => "interval",
        SqlType::Json => "json",
        SqlType::Inet => "inet",
        SqlType::Range(bound) => return format!("{}_range", kind(*bound)).into(),
        SqlType::Array(element) => return format!("{}[]", kind(*element)).into(),
    };
    kind.into()
}
