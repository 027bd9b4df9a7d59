//! A diagram of a structure: its tables with their columns, its foreign keys, and its views.

mod dot;
mod mermaid;

use super::{ColumnSchema, ForeignKey, Name, Schema, Table};

/// An entity-relationship diagram of some models: the result of [`diagram`](crate::mapped::diagram).
///
/// Each foreign key is a solid line. A relation whose keys the database does not check is a dotted line. Join tables without a model
/// are drawn as tables. Foreign keys to tables of other models are left out.
#[derive(Clone, Debug)]
pub struct Diagram {
    entities: Vec<Entity>,
    lines: Vec<Line>,
}

impl Schema {
    /// Draws the structure as a Mermaid `erDiagram`, which many sites render within Markdown.
    ///
    /// Each table has its columns, with their types in the database, and marks for primary keys (`PK`), foreign keys
    /// (`FK`) and unique columns (`UK`). Each foreign key is a line with the names of its columns. The ends of a line
    /// show the cardinality: a nullable foreign key leads to zero or one row, and a unique one is one-to-one. A table
    /// with only two foreign keys is drawn as one many-to-many line with the name of the table. Views are boxes without
    /// columns. Foreign keys to tables outside the structure are left out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let diagram = db.schema()?.mermaid();
    /// assert!(diagram.contains(r#""departments" |o--o{ "students" : "department_id""#));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`diagram`](crate::mapped::diagram) draws models, with the names of their relations.
    #[doc(alias = "diagram")]
    #[doc(alias = "erd")]
    #[must_use]
    pub fn mermaid(&self) -> String {
        Diagram::of(self).mermaid()
    }

    /// Draws the structure in Graphviz's language, for `dot -Tsvg`. It shows the same as [`mermaid`](Self::mermaid);
    /// primary keys are underlined, and a `?` follows the type of a nullable column.
    #[doc(alias = "graphviz")]
    #[must_use]
    pub fn dot(&self) -> String {
        Diagram::of(self).dot()
    }
}

/// A table or a view.
#[derive(Clone, Debug)]
struct Entity {
    name: String,
    is_view: bool,
    attributes: Vec<Attribute>,
}

/// A column.
#[derive(Clone, Debug)]
struct Attribute {
    name: String,
    kind: String,
    nullable: bool,
    keys: Vec<Key>,
}

/// The key that a column belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Primary,
    Foreign,
    /// A single unique column.
    Unique,
}

/// How the rows of two tables refer to each other.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The positions of the referenced table and of the table that refers.
    pub(crate) ends: (usize, usize),
    /// How many rows of the first belong to one of the second.
    pub(crate) first: Count,
    /// How many rows of the second belong to one of the first.
    pub(crate) second: Count,
    /// Whether the database checks it.
    pub(crate) is_checked: bool,
    pub(crate) label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    One,
    NoneOrOne,
    Many,
}

impl Diagram {
    /// The diagram of a whole structure.
    fn of(schema: &Schema) -> Self {
        let (joins, tables): (Vec<&Table>, Vec<&Table>) =
            schema.tables.iter().partition(|table| joins_two(table, schema));
        let mut diagram = Diagram::of_tables(&tables, |table, key| tables[table].foreign_keys[key].columns.join(", "));
        diagram.lines.extend(joins.iter().filter_map(|join| many_to_many(join, &tables)));
        diagram.entities.extend(schema.views.iter().map(view));
        diagram
    }

    /// The diagram of some tables and of the foreign keys between them. `label` returns the text of a line, by the
    /// positions of the table and of its foreign key.
    pub(crate) fn of_tables(tables: &[&Table], label: impl Fn(usize, usize) -> String) -> Self {
        let mut lines = Vec::new();
        for (at, table) in tables.iter().enumerate() {
            for (nth, key) in table.foreign_keys.iter().enumerate() {
                let Some(target) = place(tables, &key.table) else { continue };
                let (first, second) = counts(table, key);
                lines.push(Line { ends: (target, at), first, second, is_checked: true, label: label(at, nth) });
            }
        }
        Diagram { entities: tables.iter().map(|table| entity(table)).collect(), lines }
    }

    /// The lines that are drawn so far.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Draws another line.
    pub(crate) fn add(&mut self, line: Line) {
        self.lines.push(line);
    }
}

/// Whether a table only joins two others: it has only two foreign keys. A table that others refer to is drawn, so that
/// their line has an end.
fn joins_two(table: &Table, schema: &Schema) -> bool {
    let [left, right] = &table.foreign_keys[..] else { return false };
    let both = [left, right];
    let is_part = |column: &ColumnSchema| both.iter().any(|key| key.columns.contains(&column.name));
    let is_between_many = |key: &&ForeignKey| schema.table(&key.table).is_some() && !is_unique(table, &key.columns);
    let is_referred_to = schema.tables.iter().flat_map(|other| &other.foreign_keys).any(|key| key.table == table.name);
    table.columns.iter().all(is_part) && both.iter().all(is_between_many) && !is_referred_to
}

fn many_to_many(join: &Table, tables: &[&Table]) -> Option<Line> {
    let [left, right] = &join.foreign_keys[..] else { return None };
    Some(Line {
        ends: (place(tables, &left.table)?, place(tables, &right.table)?),
        first: Count::Many,
        second: Count::Many,
        is_checked: true,
        label: join.name.to_string(),
    })
}

fn place(tables: &[&Table], wanted: &Name) -> Option<usize> {
    tables.iter().position(|table| table.name == *wanted)
}

/// The cardinalities of a foreign key: of its target, and of the table with the key.
fn counts(table: &Table, key: &ForeignKey) -> (Count, Count) {
    let is_optional = key.columns.iter().any(|name| table.column(name).is_some_and(|column| column.nullable));
    (
        if is_optional { Count::NoneOrOne } else { Count::One },
        if is_unique(table, &key.columns) { Count::NoneOrOne } else { Count::Many },
    )
}

/// Whether these columns are a unique key.
fn is_unique(table: &Table, columns: &[String]) -> bool {
    table.unique_sets().any(|set| set.iter().all(|name| columns.iter().any(|column| column == name)))
}

fn entity(table: &Table) -> Entity {
    let attribute = |column: &ColumnSchema| Attribute {
        name: column.name.clone(),
        kind: column.sql_type.clone(),
        nullable: column.nullable,
        keys: keys(table, &column.name),
    };
    Entity { name: table.name.to_string(), is_view: false, attributes: table.columns.iter().map(attribute).collect() }
}

fn keys(table: &Table, column: &str) -> Vec<Key> {
    let has = |columns: &[String]| columns.iter().any(|name| name == column);
    let is_foreign = table.foreign_keys.iter().any(|key| has(&key.columns));
    let all = [
        has(&table.primary_key).then_some(Key::Primary),
        is_foreign.then_some(Key::Foreign),
        table.other_unique_sets().any(|set| set == [column]).then_some(Key::Unique),
    ];
    all.into_iter().flatten().collect()
}

fn view(name: &Name) -> Entity {
    Entity { name: name.to_string(), is_view: true, attributes: Vec::new() }
}
