//! The changes from one structure to another.

use super::{Check, ColumnSchema, ForeignKey, Index, Name, Schema, Table, Unique, names};

/// A change of a structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaChange {
    /// A table is created.
    Create(Table),
    /// A table is renamed.
    Rename {
        /// Its old name.
        from: Name,
        /// Its new name.
        to: Name,
    },
    /// A table is altered.
    Alter(Box<Alteration>),
    /// A table is dropped, with its rows.
    Drop(Table),
}

/// The changes of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alteration {
    /// The table before the changes, with its new name, and with the new names of its columns.
    pub before: Table,
    /// The table after the changes.
    pub after: Table,
    /// The changes.
    pub steps: Vec<Step>,
}

/// A change of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A column is renamed.
    RenameColumn {
        /// Its old name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// A column is added.
    AddColumn(ColumnSchema),
    /// A column is dropped, with its values.
    DropColumn(ColumnSchema),
    /// A column is altered.
    ChangeColumn {
        /// The column before the change.
        before: Box<ColumnSchema>,
        /// The column after the change.
        after: Box<ColumnSchema>,
    },
    /// The primary key changes.
    ChangePrimaryKey,
    /// The kind of the table changes: `STRICT`, `WITHOUT ROWID`.
    ChangeKind,
    /// A unique constraint is added.
    AddUnique(Unique),
    /// A unique constraint is dropped.
    DropUnique(Unique),
    /// A foreign key is added.
    AddForeignKey(ForeignKey),
    /// A foreign key is dropped.
    DropForeignKey(ForeignKey),
    /// A `CHECK` condition is added.
    AddCheck(Check),
    /// A `CHECK` condition is dropped.
    DropCheck(Check),
    /// A constraint is renamed.
    RenameConstraint {
        /// Its old name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// An index is created.
    AddIndex(Index),
    /// An index is dropped.
    DropIndex(Index),
    /// An index is renamed.
    RenameIndex {
        /// Its old name.
        from: String,
        /// Its new name.
        to: String,
    },
}

/// Returns the changes from one structure to another, in an order in which they can be made: tables are renamed,
/// created, altered, and dropped. Views, enums, the order of columns, and the quotes of columns in checks and generated
/// columns are ignored.
///
/// A table or a column with another name is a new one, unless it declares its previous name.
#[must_use]
pub fn changes(before: &Schema, after: &Schema) -> Vec<SchemaChange> {
    let mut before = before.clone();
    let mut found = rename_tables(&mut before, after);
    let renamed = rename_columns(&mut before, after);
    let is_new = |table: &&Table| before.table(&table.name).is_none();
    found.extend(after.tables.iter().filter(is_new).cloned().map(SchemaChange::Create));
    found.extend(after.tables.iter().filter_map(|table| {
        let steps = renamed.iter().filter(|(of, _)| *of == table.name).map(|(_, step)| step.clone()).collect();
        alteration(before.table(&table.name)?, table, steps).map(|alteration| SchemaChange::Alter(Box::new(alteration)))
    }));
    // A table is dropped before the tables that it refers to.
    let dropped = before.tables.iter().rev().filter(|table| after.table(&table.name).is_none());
    found.extend(dropped.cloned().map(SchemaChange::Drop));
    found
}

fn rename_tables(before: &mut Schema, after: &Schema) -> Vec<SchemaChange> {
    let mut renames = Vec::new();
    for table in &after.tables {
        let Some(name) = &table.renamed_from else { continue };
        let from = Name { schema: table.name.schema.clone(), name: name.clone() };
        // After it was renamed, the declaration may stay.
        if before.table(&from).is_some() && before.table(&table.name).is_none() {
            before.rename_table(&from, &table.name);
            renames.push(SchemaChange::Rename { from, to: table.name.clone() });
        }
    }
    renames
}

/// Renames columns, and returns their tables. A column may get the name of another one that is renamed first.
fn rename_columns(before: &mut Schema, after: &Schema) -> Vec<(Name, Step)> {
    let mut renames = Vec::new();
    loop {
        let found = after.tables.iter().find_map(|table| {
            let there = |name: &str| before.table(&table.name).is_some_and(|table| table.column(name).is_some());
            let is_wanted =
                |from: &str| table.columns.iter().any(|column| column.name == from && column.renamed_from.is_none());
            table.columns.iter().find_map(|column| {
                let from = column.renamed_from.as_deref()?;
                let is_due = there(from) && !there(&column.name) && !is_wanted(from);
                is_due.then(|| (table.name.clone(), from.to_owned(), column.name.clone()))
            })
        });
        let Some((table, from, to)) = found else { return renames };
        before.rename_column(&table, &from, &to);
        renames.push((table, Step::RenameColumn { from, to }));
    }
}

fn alteration(before: &Table, after: &Table, mut steps: Vec<Step>) -> Option<Alteration> {
    columns(before, after, &mut steps);
    if before.primary_key != after.primary_key {
        steps.push(Step::ChangePrimaryKey);
    }
    if (before.without_rowid, before.strict) != (after.without_rowid, after.strict) {
        steps.push(Step::ChangeKind);
    }
    constraints(before, after, &mut steps);
    indexes(before, after, &mut steps);
    (!steps.is_empty()).then(|| Alteration { before: before.clone(), after: after.clone(), steps })
}

fn columns(before: &Table, after: &Table, steps: &mut Vec<Step>) {
    let dropped = before.columns.iter().filter(|column| after.column(&column.name).is_none());
    steps.extend(dropped.cloned().map(Step::DropColumn));
    for column in &after.columns {
        match before.column(&column.name) {
            None => steps.push(Step::AddColumn(column.clone())),
            Some(old) if !old.is_same(column, &after.columns) => {
                let (before, after) = (Box::new(old.clone()), Box::new(column.clone()));
                steps.push(Step::ChangeColumn { before, after });
            }
            Some(_) => {}
        }
    }
}

fn constraints(before: &Table, after: &Table, steps: &mut Vec<Step>) {
    let same = |one: &Unique, other: &Unique| one.columns == other.columns;
    difference(&before.unique, &after.unique, same, |unique| &unique.name, [Step::DropUnique, Step::AddUnique], steps);
    let same = |one: &ForeignKey, other: &ForeignKey| {
        (&one.columns, &one.table, &one.references) == (&other.columns, &other.table, &other.references)
            && (one.on_delete, one.on_update) == (other.on_delete, other.on_update)
    };
    let (old, new) = (&before.foreign_keys, &after.foreign_keys);
    difference(old, new, same, |key| &key.name, [Step::DropForeignKey, Step::AddForeignKey], steps);
    let same = |one: &Check, other: &Check| names::same(&one.condition, &other.condition, &after.columns);
    difference(&before.checks, &after.checks, same, |check| &check.name, [Step::DropCheck, Step::AddCheck], steps);
}

/// What is dropped, what is added, and what is only renamed.
fn difference<T: Clone>(
    before: &[T],
    after: &[T],
    same: impl Fn(&T, &T) -> bool,
    name: impl Fn(&T) -> &Option<String>,
    [dropped, added]: [fn(T) -> Step; 2],
    steps: &mut Vec<Step>,
) {
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    let mut left: Vec<&T> = after.iter().collect();
    for old in before {
        let Some(at) = left.iter().position(|new| same(old, new)) else {
            gone.push(dropped(old.clone()));
            continue;
        };
        if let (Some(from), Some(to)) = (name(old), name(left.swap_remove(at)))
            && from != to
        {
            new.push(Step::RenameConstraint { from: from.clone(), to: to.clone() });
        }
    }
    // In the requested order.
    let is_left = |one: &&T| left.iter().any(|other| std::ptr::eq(*other, *one));
    steps.extend(gone);
    steps.extend(new);
    steps.extend(after.iter().filter(is_left).cloned().map(added));
}

fn indexes(before: &Table, after: &Table, steps: &mut Vec<Step>) {
    let mut left: Vec<&Index> = after.indexes.iter().collect();
    let mut renamed = Vec::new();
    for old in &before.indexes {
        let named = left.iter().position(|new| old == *new);
        match named.or_else(|| left.iter().position(|new| old.is_alike(new))) {
            None => steps.push(Step::DropIndex(old.clone())),
            Some(at) => {
                let new = left.swap_remove(at);
                if new.name != old.name {
                    renamed.push(Step::RenameIndex { from: old.name.clone(), to: new.name.clone() });
                }
            }
        }
    }
    steps.extend(renamed);
    let is_left = |one: &&Index| left.iter().any(|other| std::ptr::eq(*other, *one));
    steps.extend(after.indexes.iter().filter(is_left).cloned().map(Step::AddIndex));
}

impl ColumnSchema {
    /// Whether both are the same to a database, in a table with some columns.
    fn is_same(&self, other: &ColumnSchema, columns: &[ColumnSchema]) -> bool {
        let rest = |column: &ColumnSchema| ColumnSchema {
            renamed_from: None,
            comment: None,
            generated: None,
            ..column.clone()
        };
        let is_generated_alike = match (&self.generated, &other.generated) {
            (Some(one), Some(other)) => {
                one.stored == other.stored && names::same(&one.expression, &other.expression, columns)
            }
            (one, other) => one == other,
        };
        is_generated_alike && rest(self) == rest(other)
    }
}
