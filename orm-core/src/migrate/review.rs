//! What prevents a migration from being written: possible renames, data loss, and changes that existing rows do not
//! allow.

use super::kinds::KindChange;
use crate::structure::names::{quoted, quoted_table};
use crate::structure::{Alteration, ColumnSchema, Schema, SchemaChange, Step, Table};

/// The data that a change of the structure loses, unless it is allowed by name, and changes that are impossible.
pub(super) fn problems(
    changes: &[SchemaChange],
    kinds: &[KindChange],
    after: &Schema,
    allowed: &[String],
) -> Vec<String> {
    let mut review = Review { allowed, asked: Vec::new(), problems: Vec::new() };
    let created: Vec<&Table> = changes.iter().filter_map(created).collect();
    for change in changes {
        match change {
            SchemaChange::Drop(table) => review.dropped_table(table, &created),
            SchemaChange::Alter(alteration) => review.alteration(alteration),
            SchemaChange::Create(_) | SchemaChange::Rename { .. } => {}
        }
    }
    for change in kinds {
        review.kind(change, after);
    }
    review.swapped(after);
    review.needless();
    review.problems
}

/// What a change does, in words.
pub(super) fn describe(change: &SchemaChange) -> Vec<String> {
    match change {
        SchemaChange::Create(table) => vec![format!("create table {}", table.name)],
        SchemaChange::Rename { from, to } => vec![format!("rename table {from} to {to}")],
        SchemaChange::Drop(table) => vec![format!("drop table {}", table.name)],
        SchemaChange::Alter(alteration) => {
            alteration.steps.iter().map(|step| describe_step(alteration, step)).collect()
        }
    }
}

/// What a change of a kind of values does, in words.
pub(super) fn describe_kind(change: &KindChange) -> String {
    let KindChange { table, column, before, after } = change;
    format!("{table}: the values of column {column} become `{after}` from `{before}`")
}

fn describe_step(alteration: &Alteration, step: &Step) -> String {
    let words = match step {
        Step::RenameColumn { from, to } => format!("rename column {from} to {to}"),
        Step::AddColumn(column) => format!("add column {}", column.name),
        Step::DropColumn(column) => format!("drop column {}", column.name),
        Step::ChangeColumn { after, .. } => format!("change column {}", after.name),
        Step::ChangePrimaryKey => "change the primary key".to_owned(),
        Step::ChangeKind => "change the kind of the table".to_owned(),
        Step::AddUnique(unique) => format!("add a unique key of {}", unique.columns.join(", ")),
        Step::DropUnique(unique) => format!("drop the unique key of {}", unique.columns.join(", ")),
        Step::AddForeignKey(key) => format!("add a foreign key from {} to {}", key.columns.join(", "), key.table),
        Step::DropForeignKey(key) => format!("drop the foreign key from {} to {}", key.columns.join(", "), key.table),
        Step::AddCheck(check) => format!("add the check {}", check.condition),
        Step::DropCheck(check) => format!("drop the check {}", check.condition),
        Step::RenameConstraint { from, to } => format!("rename constraint {from} to {to}"),
        Step::AddIndex(index) => format!("create index {}", index.name),
        Step::DropIndex(index) => format!("drop index {}", index.name),
        Step::RenameIndex { from, to } => format!("rename index {from} to {to}"),
    };
    format!("{}: {words}", alteration.after.name)
}

fn created(change: &SchemaChange) -> Option<&Table> {
    match change {
        SchemaChange::Create(table) => Some(table),
        _ => None,
    }
}

struct Review<'a> {
    allowed: &'a [String],
    /// What has to be allowed.
    asked: Vec<String>,
    problems: Vec<String>,
}

impl Review<'_> {
    fn dropped_table(&mut self, table: &Table, created: &[&Table]) {
        let name = table.name.to_string();
        let is_like = |other: &&&Table| {
            let shared = other.columns.iter().filter(|column| table.column(&column.name).is_some()).count();
            2 * shared > table.columns.len().max(other.columns.len())
        };
        let why = match created.iter().find(is_like) {
            Some(other) => format!(
                "table `{name}` is dropped and `{}` is created, with mostly the same columns. If the table was \
                 renamed, write `#[model(renamed_from = \"{}\")]` on the struct; if you accept the loss of its rows",
                other.name, table.name.name
            ),
            None => format!("the rows of table `{name}` would be lost. If you accept that"),
        };
        self.ask(name, &why);
    }

    fn alteration(&mut self, alteration: &Alteration) {
        let table = &alteration.after.name;
        for step in &alteration.steps {
            match step {
                Step::DropColumn(column) if column.generated.is_none() => self.dropped_column(alteration, column),
                Step::ChangeColumn { before, after } if loses(before, after) => self.ask(
                    format!("{table}.{}", after.name),
                    &format!(
                        "column `{table}.{}` becomes `{}` from `{}`, which may lose values. If you accept that",
                        after.name, after.sql_type, before.sql_type
                    ),
                ),
                Step::AddColumn(column) if has_no_value(column) => self.problems.push(format!(
                    "column `{table}.{0}` must not be NULL and has no default, so existing rows have no value for it; \
                     write `#[model(db_default = ..)]` on its field, or make the field an `Option`, and required in a \
                     later migration once it is filled",
                    column.name
                )),
                _ => {}
            }
        }
    }

    fn dropped_column(&mut self, alteration: &Alteration, column: &ColumnSchema) {
        let name = format!("{}.{}", alteration.after.name, column.name);
        let is_like = |step: &&Step| matches!(step, Step::AddColumn(added) if added.sql_type == column.sql_type);
        let why = match alteration.steps.iter().find(is_like) {
            Some(Step::AddColumn(added)) => format!(
                "column `{name}` is dropped and `{}` is added, with the same type. If the column was renamed, write \
                 `#[model(renamed_from = \"{}\")]` on the field; if you accept the loss of its values",
                added.name, column.name
            ),
            _ => format!("the values of column `{name}` would be lost. If you accept that"),
        };
        self.ask(name, &why);
    }

    /// Existing values have another form. A change of the column's type has been asked for already.
    fn kind(&mut self, change: &KindChange, after: &Schema) {
        let KindChange { table, column, before, after: kind } = change;
        let name = format!("{table}.{column}");
        let Some(found) = after.table(table).and_then(|table| table.column(column)) else { return };
        if found.generated.is_some() || self.asked.contains(&name) {
            return;
        }
        self.ask(
            name.clone(),
            &format!(
                "the values of column `{name}` were written as `{before}`, and the field is now `{kind}`; the database stores both \
                 as `{}`, and does not convert them. Convert existing values in a migration that you write by hand: `UPDATE \
                 {} SET {} = ..;`. If you have done so, or if they fit",
                found.sql_type,
                quoted_table(table),
                quoted(column)
            ),
        );
    }

    /// Two columns cannot swap their names in one migration: in between both would have the same name.
    fn swapped(&mut self, after: &Schema) {
        for table in &after.tables {
            for column in &table.columns {
                let Some(other) = column.renamed_from.as_ref().and_then(|from| table.column(from)) else { continue };
                if other.renamed_from.as_ref() == Some(&column.name) && column.name < other.name {
                    self.problems.push(format!(
                        "columns `{0}` and `{1}` of table `{2}` were each renamed from the other; rename one of them to a third \
                         name in a migration, and to its last name in the next",
                        column.name, other.name, table.name
                    ));
                }
            }
        }
    }

    /// An unnecessary permission is probably a mistake.
    fn needless(&mut self) {
        let needless = self.allowed.iter().filter(|name| !self.asked.contains(name));
        let told: Vec<String> =
            needless.map(|name| format!("`--allow {name}` was given, and nothing of `{name}` would be lost")).collect();
        self.problems.extend(told);
    }

    fn ask(&mut self, name: String, why: &str) {
        if !self.allowed.contains(&name) {
            self.problems.push(format!("{why}, pass `--allow {name}`"));
        }
        self.asked.push(name);
    }
}

fn has_no_value(column: &ColumnSchema) -> bool {
    !column.nullable && column.default.is_none() && column.generated.is_none() && column.assigned.is_none()
}

/// Whether a change of the column may lose values.
fn loses(before: &ColumnSchema, after: &ColumnSchema) -> bool {
    const WIDER: [&[&str]; 2] = [&["smallint", "integer", "bigint"], &["real", "double precision"]];
    let (from, to) = (before.sql_type.to_lowercase(), after.sql_type.to_lowercase());
    let place = |types: &[&str], name: &str| types.iter().position(|sql_type| *sql_type == name);
    let widens = WIDER.iter().any(|types| match (place(types, &from), place(types, &to)) {
        (Some(from), Some(to)) => from <= to,
        _ => false,
    });
    from != to && !widens && to != "text" && before.generated.is_none()
}
