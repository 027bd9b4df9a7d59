//! The statements by which PostgreSQL changes a structure while others use it: statements that would lock a table for
//! long run separately, or are validated afterwards.

use crate::sql::Dialect;
use crate::sql::ddl::{Parts, joined_name};
use crate::structure::names::mentions;
use crate::structure::{
    Alteration, ColumnSchema, ForeignKey, Name, Runs, Schema, SchemaChange, Script, Step, Table, Unique,
};

/// The statements for some changes that lead to a structure: first quick ones, then indexes, then those that read all
/// rows.
pub(crate) fn scripts(changes: &[SchemaChange], after: &Schema, dialect: &dyn Dialect) -> Vec<Script> {
    let mut writer =
        Alter { parts: Parts::naming_keys(dialect), after, now: Vec::new(), beside: Vec::new(), later: Vec::new() };
    writer.create(changes);
    for change in changes {
        writer.change(change);
    }
    writer.now.sort_by_key(|(when, _)| *when);
    let now = writer.now.into_iter().map(|(_, statement)| statement).collect();
    let scripts = [(Runs::Atomically, now), (Runs::OneByOne, writer.beside), (Runs::Atomically, writer.later)];
    let scripts = scripts.into_iter().filter(|(_, statements)| !statements.is_empty());
    scripts.map(|(runs, statements)| Script { runs, statements }).collect()
}

/// The order of a statement: before others that need it, or after others that use what it drops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    Rename,
    DropReferences,
    DropConstraints,
    AddColumns,
    ChangeColumns,
    AddGenerated,
    AddKeys,
    Create,
    AddConstraints,
    DropColumns,
    DropTables,
}

struct Alter<'a> {
    parts: Parts<'a>,
    after: &'a Schema,
    now: Vec<(When, String)>,
    beside: Vec<String>,
    later: Vec<String>,
}

impl Alter<'_> {
    fn create(&mut self, changes: &[SchemaChange]) {
        let new = |change: &SchemaChange| match change {
            SchemaChange::Create(table) => Some(table.clone()),
            _ => None,
        };
        let tables: Vec<Table> = changes.iter().filter_map(new).collect();
        let parts = self.parts;
        let later = parts.later_references(&tables);
        let schemas = parts.schemas(&tables);
        let created = tables.iter().map(|table| parts.table("", table, &later));
        let references = later.iter().map(|(table, key)| parts.add_reference(&table.name, key, ""));
        let indexes = tables.iter().flat_map(|table| table.indexes.iter().map(move |index| (table, index)));
        let indexes = indexes.map(|(table, index)| parts.create_index("", &table.name, index));
        self.now
            .extend(schemas.into_iter().chain(created).chain(references).chain(indexes).map(|it| (When::Create, it)));
    }

    fn change(&mut self, change: &SchemaChange) {
        match change {
            SchemaChange::Create(_) => {}
            SchemaChange::Rename { from, to } => {
                let statement = format!("ALTER TABLE {} RENAME TO {}", self.parts.name(from), self.quoted(&to.name));
                self.now.push((When::Rename, statement));
            }
            SchemaChange::Alter(alteration) => alteration.steps.iter().for_each(|step| self.step(alteration, step)),
            SchemaChange::Drop(table) => {
                self.now.push((When::DropTables, format!("DROP TABLE {}", self.parts.name(&table.name))));
            }
        }
    }

    fn step(&mut self, alteration: &Alteration, step: &Step) {
        let table = &alteration.after;
        let quoted = |name: &str| self.parts.dialect.quoted(name);
        let drop = |name: &Option<String>| format!("DROP CONSTRAINT {}", quoted(name.as_deref().unwrap_or_default()));
        match step {
            Step::RenameColumn { from, to } => {
                self.alter(table, When::Rename, &format!("RENAME COLUMN {} TO {}", quoted(from), quoted(to)));
            }
            Step::RenameConstraint { from, to } => {
                self.alter(table, When::Rename, &format!("RENAME CONSTRAINT {} TO {}", quoted(from), quoted(to)));
            }
            Step::RenameIndex { from, to } => {
                let statement = format!("ALTER INDEX {} RENAME TO {}", self.index_name(table, from), quoted(to));
                self.now.push((When::Rename, statement));
            }
            Step::DropForeignKey(key) => self.alter(table, When::DropReferences, &drop(&key.name)),
            Step::DropCheck(check) => self.alter(table, When::DropConstraints, &drop(&check.name)),
            Step::DropUnique(unique) => self.alter(table, When::DropConstraints, &drop(&unique.name)),
            Step::DropIndex(index) => {
                self.now.push((When::DropConstraints, format!("DROP INDEX {}", self.index_name(table, &index.name))));
            }
            Step::DropColumn(column) => {
                // The type of a column in its expression cannot change.
                let when = if column.generated.is_some() { When::DropConstraints } else { When::DropColumns };
                self.alter(table, when, &format!("DROP COLUMN {}", quoted(&column.name)));
            }
            Step::AddColumn(column) => self.add_column(table, column),
            Step::ChangeColumn { before, after } => self.change_column(alteration, before, after),
            Step::ChangePrimaryKey => self.change_primary_key(alteration),
            Step::AddUnique(unique) => self.add_unique(table, unique),
            Step::AddForeignKey(key) => {
                self.now.push((When::AddConstraints, self.parts.add_reference(&table.name, key, " NOT VALID")));
                self.validate(table, key.name.as_deref());
            }
            Step::AddCheck(check) => {
                self.alter(table, When::AddConstraints, &format!("ADD {} NOT VALID", self.parts.check(check)));
                self.validate(table, check.name.as_deref());
            }
            Step::AddIndex(index) => {
                // An index that was not finished has the name, and cannot be used.
                self.beside.push(format!("DROP INDEX CONCURRENTLY IF EXISTS {}", self.index_name(table, &index.name)));
                self.beside.push(self.parts.create_index("CONCURRENTLY ", &table.name, index));
            }
            Step::ChangeKind => {}
        }
    }

    /// Its conditions are added by separate steps.
    fn add_column(&mut self, table: &Table, column: &ColumnSchema) {
        let bare = Table { checks: Vec::new(), primary_key: Vec::new(), ..table.clone() };
        let when = if column.generated.is_some() { When::AddGenerated } else { When::AddColumns };
        self.alter(table, when, &format!("ADD COLUMN {}", self.parts.column(&bare, column)));
    }

    /// Recomputing a generated column loses nothing.
    fn compute_anew(&mut self, table: &Table, column: &ColumnSchema) {
        let name = self.quoted(&column.name);
        self.alter(table, When::DropConstraints, &format!("DROP COLUMN {name}"));
        self.add_column(table, column);
    }

    fn change_column(&mut self, alteration: &Alteration, before: &ColumnSchema, after: &ColumnSchema) {
        let table = &alteration.after;
        let name = self.quoted(&after.name);
        if before.generated != after.generated {
            return self.compute_anew(table, after);
        }
        let change = |words: String| format!("ALTER COLUMN {name} {words}");
        let mut changes = Vec::new();
        let retyped = (&before.sql_type, &before.collation) != (&after.sql_type, &after.collation);
        let has_default = before.default.is_some();
        if has_default && (retyped || before.default != after.default) {
            changes.push(change("DROP DEFAULT".to_owned()));
        }
        if retyped {
            let is_made_of_it = |column: &&ColumnSchema| {
                let uses_it = column.generated.as_ref().is_some_and(|by| mentions(&by.expression, &after.name));
                uses_it && alteration.before.column(&column.name) == Some(*column)
            };
            table.columns.iter().filter(is_made_of_it).for_each(|column| self.compute_anew(table, column));
            let collation = after.collation.as_ref().map(|collation| format!(" COLLATE {}", self.quoted(collation)));
            let (sql_type, collation) = (&after.sql_type, collation.unwrap_or_default());
            changes.push(change(format!("TYPE {sql_type}{collation} USING {name}::{sql_type}")));
        }
        if let Some(default) = after.default.as_ref().filter(|_| retyped || before.default != after.default) {
            changes.push(change(format!("SET DEFAULT {default}")));
        }
        match (before.nullable, after.nullable) {
            (false, true) => changes.push(change("DROP NOT NULL".to_owned())),
            (true, false) => self.set_not_null(table, after),
            _ => {}
        }
        match (&before.assigned, &after.assigned) {
            (None, Some(words)) => changes.push(change(format!("ADD {words}"))),
            (Some(_), None) => changes.push(change("DROP IDENTITY".to_owned())),
            _ => {}
        }
        for words in changes {
            self.alter(table, When::ChangeColumns, &words);
        }
    }

    /// A validated condition avoids reading all rows while the table is locked.
    fn set_not_null(&mut self, table: &Table, column: &ColumnSchema) {
        let condition = joined_name(&column.name, ["not_null"].into_iter(), self.parts.dialect);
        let (name, condition) = (self.quoted(&column.name), self.quoted(&condition));
        let words = format!("ADD CONSTRAINT {condition} CHECK ({name} IS NOT NULL) NOT VALID");
        self.alter(table, When::AddConstraints, &words);
        let warning = self.parts.fails_with_null(&table.name, &column.name);
        let table = self.parts.name(&table.name);
        self.later.push(format!("{warning}ALTER TABLE {table} VALIDATE CONSTRAINT {condition}"));
        self.later.push(format!("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL"));
        self.later.push(format!("ALTER TABLE {table} DROP CONSTRAINT {condition}"));
    }

    fn change_primary_key(&mut self, alteration: &Alteration) {
        let table = &alteration.after;
        let name = self.parts.name(&table.name);
        if !alteration.before.primary_key.is_empty() {
            // The name of the key follows the name that the table had when it was created.
            let statement = format!(
                "DO $orm$ BEGIN EXECUTE (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) \
                 FROM pg_constraint WHERE contype = 'p' AND conrelid = '{}'::regclass); END $orm$",
                name.replace('\'', "''")
            );
            self.now.push((When::DropConstraints, statement));
        }
        if !table.primary_key.is_empty() {
            let columns = self.parts.names(table.primary_key.iter().map(String::as_str));
            self.alter(table, When::AddKeys, &format!("ADD PRIMARY KEY ({columns})"));
        }
    }

    fn add_unique(&mut self, table: &Table, unique: &Unique) {
        let columns = self.parts.names(unique.columns.iter().map(String::as_str));
        let is_referred = |key: &ForeignKey| key.table == table.name && key.references == unique.columns;
        let is_needed = self.after.tables.iter().any(|table| table.foreign_keys.iter().any(is_referred));
        let Some(name) = unique.name.as_ref().filter(|_| !is_needed) else {
            let words = format!("ADD {}UNIQUE ({columns})", self.parts.key(unique.name.as_deref()));
            return self.alter(table, When::AddKeys, &words);
        };
        let (of, index) = (self.parts.name(&table.name), self.quoted(name));
        self.beside.push(format!("DROP INDEX CONCURRENTLY IF EXISTS {}", self.index_name(table, name)));
        self.beside.push(format!("CREATE UNIQUE INDEX CONCURRENTLY {index} ON {of} ({columns})"));
        self.later.push(format!("ALTER TABLE {of} ADD CONSTRAINT {index} UNIQUE USING INDEX {index}"));
    }

    fn validate(&mut self, table: &Table, constraint: Option<&str>) {
        let constraint = self.quoted(constraint.unwrap_or_default());
        self.later.push(format!("ALTER TABLE {} VALIDATE CONSTRAINT {constraint}", self.parts.name(&table.name)));
    }

    fn alter(&mut self, table: &Table, when: When, words: &str) {
        self.now.push((when, format!("ALTER TABLE {} {words}", self.parts.name(&table.name))));
    }

    fn index_name(&self, table: &Table, index: &str) -> String {
        self.parts.name(&Name { schema: table.name.schema.clone(), name: index.to_owned() })
    }

    fn quoted(&self, name: &str) -> String {
        self.parts.dialect.quoted(name)
    }
}
