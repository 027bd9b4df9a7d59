//! A diagram of some models: their tables, the columns, and how rows refer to each other.

mod dot;
mod mermaid;

use std::borrow::Cow;

use super::{ForeignKey, RelationDef, RelationKind, Table, Through, bare_links};
use crate::types::SqlType;

/// A diagram of some models; what [`diagram`](crate::mapped::diagram) returns.
///
/// A line stands for each foreign key, and is solid; relations whose keys the database does not check have dotted ones. Join
/// tables without a model stand in it too. What refers to tables of other models is not drawn.
#[derive(Clone, Debug)]
pub struct Diagram {
    entities: Vec<Entity>,
    lines: Vec<Line>,
}

/// A table.
#[derive(Clone, Debug)]
struct Entity {
    name: String,
    attributes: Vec<Attribute>,
}

/// A column.
#[derive(Clone, Debug)]
struct Attribute {
    name: &'static str,
    kind: Cow<'static, str>,
    nullable: bool,
    keys: Vec<Key>,
}

/// What a column is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Primary,
    Foreign,
    /// A set of columns that is unique, and has no other.
    Unique,
}

/// How the rows of one table refer to those of another.
#[derive(Clone, Debug)]
struct Line {
    /// The positions of the tables: the one referred to, and the one that refers.
    ends: (usize, usize),
    /// How many rows of the first belong to one of the second.
    first: Count,
    /// How many rows of the second belong to one of the first.
    second: Count,
    /// Whether the database checks it.
    is_checked: bool,
    label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    One,
    NoneOrOne,
    Many,
}

impl Diagram {
    pub(crate) fn of(tables: &[&'static Table]) -> Self {
        let links = bare_links(tables);
        let mut entities: Vec<Entity> = tables.iter().map(|table| entity(table)).collect();
        entities.extend(links.iter().map(|(relation, through)| link_entity(relation, through)));
        let mut diagram = Diagram { entities, lines: Vec::new() };
        for (at, table) in tables.iter().enumerate() {
            diagram.references(tables, at, table);
        }
        for (at, (relation, _)) in links.iter().enumerate() {
            diagram.link_references(tables, tables.len() + at, relation);
        }
        for (at, table) in tables.iter().enumerate() {
            diagram.unchecked_relations(tables, at, table);
        }
        diagram
    }

    fn references(&mut self, tables: &[&'static Table], at: usize, table: &'static Table) {
        for key in table.foreign_keys {
            let Some(target) = place(tables, (key.target)()) else { continue };
            let is_optional = key.columns.iter().any(|&column| table.columns[column].nullable);
            self.lines.push(Line {
                ends: (target, at),
                first: if is_optional { Count::NoneOrOne } else { Count::One },
                second: if is_unique(table, key.columns) { Count::NoneOrOne } else { Count::Many },
                is_checked: true,
                label: reference_label(table, key),
            });
        }
    }

    fn link_references(&mut self, tables: &[&'static Table], at: usize, relation: &'static RelationDef) {
        for end in [(relation.from)(), (relation.to)()] {
            let Some(target) = place(tables, end) else { continue };
            let label = relation.path();
            let (first, second) = (Count::One, Count::Many);
            self.lines.push(Line { ends: (target, at), first, second, is_checked: true, label });
        }
    }

    /// The relations whose keys no foreign key checks. Both sides of one may be relations, and make one line.
    fn unchecked_relations(&mut self, tables: &[&'static Table], at: usize, table: &'static Table) {
        for &relation in table.relations {
            let target = (relation.to)();
            let Some(other) = place(tables, target) else { continue };
            let (first, second) = match (relation.kind, &relation.through) {
                (RelationKind::HasOne, None) => (Count::One, Count::NoneOrOne),
                (RelationKind::HasMany, None) => (Count::One, Count::Many),
                (RelationKind::ManyToMany, Some(through)) if through.model.is_some() => (Count::Many, Count::Many),
                // Foreign keys have been drawn, and so have the ways that lead over them.
                _ => continue,
            };
            let is_drawn = match &relation.through {
                None => target
                    .foreign_keys
                    .iter()
                    .any(|key| key.columns == relation.to_columns && (key.target)().is_same(table)),
                Some(through) => through.model.is_some_and(|model| links_are_checked(model(), table, target)),
            };
            let mirrored = |line: &Line| !line.is_checked && line.ends == (other, at) && line.second == first;
            let is_drawn = is_drawn || relation.through.is_some() && self.lines.iter().any(mirrored);
            if !is_drawn {
                self.lines.push(Line {
                    ends: (at, other),
                    first,
                    second,
                    is_checked: false,
                    label: relation.name.to_owned(),
                });
            }
        }
    }
}

fn place(tables: &[&'static Table], wanted: &Table) -> Option<usize> {
    tables.iter().position(|table| table.is_same(wanted))
}

fn links_are_checked(between: &Table, from: &Table, to: &Table) -> bool {
    let refers = |end: &Table| between.foreign_keys.iter().any(|key| (key.target)().is_same(end));
    refers(from) && refers(to)
}

fn is_unique(table: &Table, columns: &[usize]) -> bool {
    let keys = table.unique.iter().copied().chain([table.primary_key]);
    keys.into_iter().any(|key| !key.is_empty() && key.iter().all(|column| columns.contains(column)))
}

/// The name of the relation that follows a foreign key, or else those of its columns.
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

fn entity(table: &'static Table) -> Entity {
    let attributes = table.columns.iter().enumerate().map(|(at, column)| Attribute {
        name: column.name,
        kind: kind(column.sql_type),
        nullable: column.nullable,
        keys: keys(table, at),
    });
    Entity { name: full_name(table.schema, table.name), attributes: attributes.collect() }
}

fn keys(table: &'static Table, column: usize) -> Vec<Key> {
    let is_foreign = table.foreign_keys.iter().any(|key| key.columns.contains(&column));
    let all = [
        table.primary_key.contains(&column).then_some(Key::Primary),
        is_foreign.then_some(Key::Foreign),
        table.unique.iter().any(|unique| *unique == [column]).then_some(Key::Unique),
    ];
    all.into_iter().flatten().collect()
}

fn link_entity(relation: &'static RelationDef, through: &'static Through) -> Entity {
    let (from, to) = ((relation.from)(), (relation.to)());
    let left = through.left.iter().zip(relation.from_columns.iter().map(|&column| &from.columns[column]));
    let right = through.right.iter().zip(relation.to_columns.iter().map(|&column| &to.columns[column]));
    let attributes = left.chain(right).map(|(&name, key)| Attribute {
        name,
        kind: kind(key.sql_type),
        nullable: false,
        keys: vec![Key::Primary, Key::Foreign],
    });
    Entity { name: full_name(through.schema, through.table), attributes: attributes.collect() }
}

fn full_name(schema: Option<&str>, name: &str) -> String {
    schema.map_or_else(|| name.to_owned(), |schema| format!("{schema}.{name}"))
}

/// What a column holds, in the words of no particular database.
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
