//! The statements by which SQLite changes a structure: with `ALTER TABLE` if possible, and otherwise by copying a
//! table.

use crate::sql::Dialect;
use crate::sql::ddl::Parts;
use crate::structure::names::mentions;
use crate::structure::{Alteration, Check, ColumnSchema, Name, Runs, SchemaChange, Script, Step, Table};

/// The statements for some changes. `version` is the version of SQLite, as `3053000`.
pub(crate) fn scripts(changes: &[SchemaChange], dialect: &dyn Dialect, version: i32) -> Vec<Script> {
    let alter = Alter { parts: Parts::naming_keys(dialect), version };
    let statements: Vec<String> = changes.iter().flat_map(|change| alter.change(change)).collect();
    if statements.is_empty() {
        return Vec::new();
    }
    // While foreign keys are enforced, dropping a table deletes its rows first, and the rows that refer to them.
    let drops = |change: &SchemaChange| match change {
        SchemaChange::Drop(_) => true,
        SchemaChange::Alter(alteration) => !alter.alters_in_place(alteration),
        _ => false,
    };
    let runs = if changes.iter().any(drops) { Runs::WithoutForeignKeys } else { Runs::Atomically };
    vec![Script { runs, statements }]
}

/// Whether the table has to be copied.
pub(crate) fn copies(alteration: &Alteration, dialect: &dyn Dialect, version: i32) -> bool {
    !Alter { parts: Parts::naming_keys(dialect), version }.alters_in_place(alteration)
}

/// The first version whose `ALTER TABLE` adds and drops conditions, and `NOT NULL`.
const ALTERS_CONSTRAINTS: i32 = 3_053_000;

struct Alter<'d> {
    parts: Parts<'d>,
    version: i32,
}

impl Alter<'_> {
    fn change(&self, change: &SchemaChange) -> Vec<String> {
        match change {
            SchemaChange::Create(table) => {
                let mut statements = vec![self.parts.table("", table, &[])];
                statements.extend(self.indexes(table));
                statements
            }
            SchemaChange::Rename { from, to } => {
                vec![format!("ALTER TABLE {} RENAME TO {}", self.parts.name(from), self.quoted(&to.name))]
            }
            SchemaChange::Alter(alteration) if self.alters_in_place(alteration) => self.in_place(alteration),
            SchemaChange::Alter(alteration) => self.copy(alteration),
            SchemaChange::Drop(table) => vec![format!("DROP TABLE {}", self.parts.name(&table.name))],
        }
    }

    fn indexes(&self, table: &Table) -> Vec<String> {
        table.indexes.iter().map(|index| self.parts.create_index("", &table.name, index)).collect()
    }

    fn alters_in_place(&self, alteration: &Alteration) -> bool {
        alteration.steps.iter().all(|step| self.is_in_place(alteration, step))
    }

    fn is_in_place(&self, alteration: &Alteration, step: &Step) -> bool {
        let alters_constraints = self.version >= ALTERS_CONSTRAINTS;
        match step {
            Step::RenameColumn { .. }
            | Step::RenameConstraint { .. }
            | Step::RenameIndex { .. }
            | Step::AddIndex(_)
            | Step::DropIndex(_) => true,
            Step::AddColumn(column) => can_be_added(column, &alteration.after),
            Step::DropColumn(column) => can_be_dropped(column, &alteration.before),
            Step::ChangeColumn { before, after } => {
                let as_before =
                    ColumnSchema { nullable: before.nullable, renamed_from: None, ..ColumnSchema::clone(after) };
                alters_constraints && as_before == ColumnSchema { renamed_from: None, ..ColumnSchema::clone(before) }
            }
            Step::AddForeignKey(key) => adds_reference(alteration, &key.columns),
            Step::AddCheck(check) | Step::DropCheck(check) => {
                adds_with_column(alteration, check) || (alters_constraints && check.name.is_some())
            }
            Step::ChangePrimaryKey
            | Step::ChangeKind
            | Step::AddUnique(_)
            | Step::DropUnique(_)
            | Step::DropForeignKey(_) => false,
        }
    }

    fn in_place(&self, alteration: &Alteration) -> Vec<String> {
        let mut steps: Vec<&Step> = alteration.steps.iter().collect();
        // A column is dropped after its indexes, and an index is created after its columns.
        steps.sort_by_key(|step| match step {
            Step::RenameColumn { .. } => 0,
            Step::DropIndex(_) | Step::DropCheck(_) | Step::RenameIndex { .. } => 1,
            Step::AddIndex(_) => 3,
            _ => 2,
        });
        steps.into_iter().flat_map(|step| self.step(alteration, step)).collect()
    }

    fn step(&self, alteration: &Alteration, step: &Step) -> Vec<String> {
        let table = &alteration.after;
        let alter = |words: String| vec![format!("ALTER TABLE {} {words}", self.parts.name(&table.name))];
        match step {
            Step::RenameColumn { from, to } => {
                alter(format!("RENAME COLUMN {} TO {}", self.quoted(from), self.quoted(to)))
            }
            Step::AddColumn(column) => {
                let key = table.foreign_keys.iter().find(|key| key.columns == [column.name.as_str()]);
                let reference = key.map_or_else(String::new, |key| format!(" {}", self.parts.referred(key)));
                alter(format!("ADD COLUMN {}{reference}", self.parts.column(table, column)))
            }
            Step::DropColumn(column) => alter(format!("DROP COLUMN {}", self.quoted(&column.name))),
            Step::ChangeColumn { after, .. } => {
                let (warning, word) = if after.nullable {
                    (String::new(), "DROP")
                } else {
                    (self.parts.fails_with_null(&table.name, &after.name), "SET")
                };
                let statements = alter(format!("ALTER COLUMN {} {word} NOT NULL", self.quoted(&after.name)));
                statements.into_iter().map(|statement| format!("{warning}{statement}")).collect()
            }
            Step::AddCheck(check) if !adds_with_column(alteration, check) => {
                alter(format!("ADD {}", self.parts.check(check)))
            }
            Step::DropCheck(Check { name: Some(name), .. }) => alter(self.drop_constraint(name)),
            Step::RenameConstraint { from, to } if self.version >= ALTERS_CONSTRAINTS => {
                // Nothing uses the names of keys. The error of a check has its name.
                let renamed = table.checks.iter().find(|check| check.name.as_ref() == Some(to));
                let words =
                    renamed.map(|check| [self.drop_constraint(from), format!("ADD {}", self.parts.check(check))]);
                words.into_iter().flatten().flat_map(alter).collect()
            }
            Step::AddIndex(index) => vec![self.parts.create_index("", &table.name, index)],
            Step::DropIndex(index) => vec![format!("DROP INDEX {}", self.index_name(&table.name, &index.name))],
            Step::RenameIndex { from, to } => {
                let mut statements = vec![format!("DROP INDEX {}", self.index_name(&table.name, from))];
                let index = table.indexes.iter().find(|index| index.name == *to);
                statements.extend(index.map(|index| self.parts.create_index("", &table.name, index)));
                statements
            }
            _ => Vec::new(),
        }
    }

    /// Creates the new table with a temporary name, copies the rows, and replaces the old table.
    fn copy(&self, alteration: &Alteration) -> Vec<String> {
        let (before, after) = (&alteration.before, &alteration.after);
        let is_renaming = |step: &&Step| matches!(step, Step::RenameColumn { .. });
        let mut statements: Vec<String> =
            alteration.steps.iter().filter(is_renaming).flat_map(|step| self.step(alteration, step)).collect();
        statements.extend(self.dropped_indexes(before, after));
        let name = Name { schema: after.name.schema.clone(), name: format!("{}__new", after.name.name) };
        let copied = after.columns.iter().filter(|column| column.generated.is_none());
        let copied = copied.filter(|column| before.column(&column.name).is_some());
        let columns = self.parts.names(copied.map(|column| column.name.as_str()));
        let (new, old) = (self.parts.name(&name), self.parts.name(&after.name));
        let table = Table { name, ..after.clone() };
        statements.push(self.parts.table("", &table, &[]));
        let warnings = self.warnings(alteration);
        statements.push(format!("{warnings}INSERT INTO {new} ({columns}) SELECT {columns} FROM {old}"));
        statements.extend(self.used_keys(before, &table));
        statements.push(format!("DROP TABLE {old}"));
        // Otherwise a view of the table, which is missing at this time, would be an error.
        statements.push("PRAGMA legacy_alter_table = ON".to_owned());
        statements.push(format!("ALTER TABLE {new} RENAME TO {}", self.quoted(&after.name.name)));
        statements.push("PRAGMA legacy_alter_table = OFF".to_owned());
        statements.extend(self.indexes(after));
        statements
    }

    /// Comments on columns that become required.
    fn warnings(&self, alteration: &Alteration) -> String {
        let required = alteration.steps.iter().filter_map(|step| match step {
            Step::ChangeColumn { before, after } if before.nullable && !after.nullable => Some(&after.name),
            _ => None,
        });
        required.map(|column| self.parts.fails_with_null(&alteration.after.name, column)).collect()
    }

    /// They would vanish with the old table, and a file has to name what it drops.
    fn dropped_indexes(&self, before: &Table, after: &Table) -> Vec<String> {
        let is_dropped = |name: &&String| after.indexes.iter().all(|index| index.name != **name);
        let names = before.indexes.iter().map(|index| &index.name).filter(is_dropped);
        names.map(|name| format!("DROP INDEX IF EXISTS {}", self.index_name(&before.name, name))).collect()
    }

    /// The statements by which the new table assigns no key again that the old one assigned to a row since deleted.
    fn used_keys(&self, before: &Table, new: &Table) -> Vec<String> {
        if ![before, new].iter().all(|table| table.columns.iter().any(|column| column.assigned.is_some())) {
            return Vec::new();
        }
        let sequence = self.parts.name(&Name { schema: new.name.schema.clone(), name: "sqlite_sequence".to_owned() });
        let [new, old] = [&new.name.name, &before.name.name].map(|name| format!("'{}'", name.replace('\'', "''")));
        vec![
            format!("DELETE FROM {sequence} WHERE name = {new}"),
            format!("INSERT INTO {sequence} (name, seq) SELECT {new}, seq FROM {sequence} WHERE name = {old}"),
        ]
    }

    fn index_name(&self, table: &Name, index: &str) -> String {
        self.parts.name(&Name { schema: table.schema.clone(), name: index.to_owned() })
    }

    fn drop_constraint(&self, name: &str) -> String {
        format!("DROP CONSTRAINT {}", self.quoted(name))
    }

    fn quoted(&self, name: &str) -> String {
        self.parts.dialect.quoted(name)
    }
}

/// Whether a column can be added to existing rows: with `NULL`, or a default that is the same for all.
fn can_be_added(column: &ColumnSchema, table: &Table) -> bool {
    let is_of_key = table.primary_key.contains(&column.name);
    let is_constant = |default: &String| !default.starts_with('(') && !default.to_uppercase().starts_with("CURRENT_");
    let has_value = match (&column.default, &column.generated) {
        (_, Some(generated)) => !generated.stored,
        (Some(default), None) => is_constant(default),
        (None, None) => column.nullable,
    };
    !is_of_key && has_value
}

/// Whether only indexes, which are dropped before, use a column.
fn can_be_dropped(column: &ColumnSchema, table: &Table) -> bool {
    let is_it = |name: &String| *name == column.name;
    let uses_it = |sql: &str| mentions(sql, &column.name);
    !table.primary_key.iter().any(is_it)
        && !table.unique.iter().any(|unique| unique.columns.iter().any(is_it))
        && !table.foreign_keys.iter().any(|key| key.columns.iter().any(is_it))
        && !table.checks.iter().any(|check| uses_it(&check.condition))
        && !table.columns.iter().filter_map(|column| column.generated.as_ref()).any(|by| uses_it(&by.expression))
}

/// Whether a foreign key is added with its column, which is `NULL` in existing rows.
fn adds_reference(alteration: &Alteration, columns: &[String]) -> bool {
    alteration.steps.iter().any(|step| match step {
        Step::AddColumn(column) => columns == [column.name.as_str()] && column.nullable && column.default.is_none(),
        _ => false,
    })
}

/// Whether a condition is added with its column.
fn adds_with_column(alteration: &Alteration, check: &Check) -> bool {
    alteration.steps.iter().any(|step| match step {
        Step::AddColumn(column) => check.column.as_ref() == Some(&column.name),
        _ => false,
    })
}
