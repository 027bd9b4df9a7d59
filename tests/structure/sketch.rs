//! Random structures, and random changes of them that are possible with their rows.

use orm::Engine;
use orm::structure::{Action, Check, ColumnSchema, ForeignKey, Generated, Index, Name, Schema, Table, Term, Unique};

/// The number of rows of each table. Their keys count from 1, and so do all other integers.
pub(crate) const ROWS: i64 = 3;

/// A pseudo-random sequence (split-mix, 64 bits).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % (bound as u64)).expect("it is below a usize")
    }

    fn pick<'t, T>(&mut self, list: &'t [T]) -> Option<&'t T> {
        if list.is_empty() { None } else { list.get(self.below(list.len())) }
    }
}

/// Creates structures, and changes them.
pub(crate) struct Sketch {
    engine: Engine,
    random: Random,
    /// A counter, so that each name is new.
    names: usize,
    /// The tables that a change creates, which have no rows.
    empty: Vec<Name>,
}

impl Sketch {
    pub(crate) fn new(engine: Engine, seed: u64) -> Self {
        Sketch { engine, random: Random(seed), names: 0, empty: Vec::new() }
    }

    /// A structure of some tables.
    pub(crate) fn structure(&mut self) -> Schema {
        let mut schema = Schema::default();
        for _ in 0..2 + self.random.below(3) {
            let table = self.table();
            schema.tables.push(table);
        }
        for _ in 0..4 + self.random.below(12) {
            self.change(&mut schema, false);
        }
        name_all(&mut schema);
        schema
    }

    /// Another structure that this one can become.
    pub(crate) fn changed(&mut self, before: &Schema) -> Schema {
        let mut schema = before.clone();
        for _ in 0..=self.random.below(8) {
            self.change(&mut schema, true);
        }
        name_all(&mut schema);
        schema
    }

    /// Columns whose names begin with an `o` are `NULL` in some rows.
    fn table(&mut self) -> Table {
        let key = ColumnSchema { assigned: self.words().map(str::to_owned), ..column("id", self.integer()) };
        let (number, word) = (column(&self.name("n"), self.integer()), column(&self.name("t"), self.text()));
        let maybe = ColumnSchema { nullable: true, ..column(&self.name("o"), self.integer()) };
        Table {
            name: Name::new(None, &self.name("table")),
            columns: vec![key, number, word, maybe],
            primary_key: vec!["id".to_owned()],
            ..Table::default()
        }
    }

    fn change(&mut self, schema: &mut Schema, renames: bool) {
        let at = self.random.below(schema.tables.len());
        match self.random.below(if renames { 15 } else { 12 }) {
            0 => self.add_column(&mut schema.tables[at]),
            1 => self.drop_column(schema, at),
            2 => self.flip_nullability(&mut schema.tables[at]),
            3 => self.change_default(&mut schema.tables[at]),
            4 | 5 => self.flip_unique(&mut schema.tables[at]),
            6 => self.flip_check(&mut schema.tables[at]),
            7 => self.flip_index(&mut schema.tables[at]),
            8 | 9 => self.flip_reference(schema, at),
            10 => self.flip_generated(&mut schema.tables[at]),
            11 => self.change_type(schema, at),
            12 => self.rename_column(schema, at),
            13 => self.rename_table(schema, at),
            _ => self.change_tables(schema, at),
        }
    }

    fn add_column(&mut self, table: &mut Table) {
        let added = match self.random.below(3) {
            0 => ColumnSchema { nullable: true, ..column(&self.name("o"), self.integer()) },
            1 => ColumnSchema { default: Some("7".to_owned()), ..column(&self.name("d"), self.integer()) },
            _ => ColumnSchema {
                default: Some("'it''s'".to_owned()),
                nullable: true,
                ..column(&self.name("d"), self.text())
            },
        };
        table.columns.push(added);
    }

    fn drop_column(&mut self, schema: &mut Schema, at: usize) {
        let Some(name) = self.column_of(&schema.tables[at], |_| true) else { return };
        schema.tables[at].columns.retain(|column| column.name != name);
        forget(&mut schema.tables[at], &name);
    }

    fn flip_nullability(&mut self, table: &mut Table) {
        let Some(name) = self.column_of(table, |column| !column.name.starts_with('o')) else { return };
        let nullable = |column: &mut ColumnSchema| column.nullable = !column.nullable;
        table.columns.iter_mut().filter(|column| column.name == name).for_each(nullable);
    }

    fn change_default(&mut self, table: &mut Table) {
        let integer = self.integer();
        let Some(name) = self.column_of(table, |column| column.sql_type == integer) else { return };
        let default = [None, Some("1"), Some("2"), Some("-3")][self.random.below(4)].map(str::to_owned);
        let change = |column: &mut ColumnSchema| column.default.clone_from(&default);
        table.columns.iter_mut().filter(|column| column.name == name).for_each(change);
    }

    fn flip_unique(&mut self, table: &mut Table) {
        if table.unique.pop().is_some() {
            return;
        }
        let is_told_apart = |column: &ColumnSchema| column.name.starts_with(['n', 't']);
        table
            .unique
            .extend(self.column_of(table, is_told_apart).map(|name| Unique { name: None, columns: vec![name] }));
    }

    fn flip_check(&mut self, table: &mut Table) {
        if table.checks.pop().is_some() {
            return;
        }
        let integer = self.integer();
        let is_number = |column: &ColumnSchema| column.sql_type == integer && column.name.starts_with(['n', 'o']);
        let Some(name) = self.column_of(table, is_number) else { return };
        let column = (self.random.below(2) > 0).then(|| name.clone());
        table.checks.push(Check { name: None, column, condition: format!("\"{name}\" > 0") });
    }

    fn flip_index(&mut self, table: &mut Table) {
        if table.indexes.pop().is_some() {
            return;
        }
        let Some(name) = self.column_of(table, |_| true) else { return };
        let order = (self.random.below(2) > 0).then(|| "DESC".to_owned());
        let condition = (self.random.below(3) == 0).then(|| format!("\"{name}\" IS NOT NULL"));
        let second = (self.random.below(2) > 0).then(|| Term::column("id"));
        let terms = [Term { order, ..Term::column(&name) }].into_iter().chain(second).collect();
        table.indexes.push(Index { terms, condition, ..Index::default() });
    }

    fn flip_reference(&mut self, schema: &mut Schema, at: usize) {
        if self.random.below(3) == 0 && schema.tables[at].foreign_keys.pop().is_some() {
            return;
        }
        let integer = self.integer();
        let table = &schema.tables[at];
        let is_free = |column: &ColumnSchema| {
            column.sql_type == integer
                && column.name.starts_with(['n', 'o'])
                && !table.foreign_keys.iter().any(|key| key.columns == [column.name.as_str()])
        };
        let Some(column) = self.column_of(table, is_free) else { return };
        let name = schema.tables[self.random.below(schema.tables.len())].name.clone();
        if self.empty.contains(&name) {
            return;
        }
        let on_delete = [Action::NoAction, Action::Cascade, Action::Restrict][self.random.below(3)];
        let (columns, references) = (vec![column], vec!["id".to_owned()]);
        let key = ForeignKey { name: None, columns, table: name, references, on_delete, on_update: Action::NoAction };
        schema.tables[at].foreign_keys.push(key);
    }

    fn flip_generated(&mut self, table: &mut Table) {
        if let Some(name) =
            table.columns.iter().find(|column| column.generated.is_some()).map(|column| column.name.clone())
        {
            table.columns.retain(|column| column.name != name);
            return forget(table, &name);
        }
        let integer = self.integer();
        let Some(of) = self.column_of(table, |column| column.sql_type == integer) else { return };
        let generated = Some(Generated { expression: format!("\"{of}\" + 1"), stored: true });
        table.columns.push(ColumnSchema { generated, nullable: true, ..column(&self.name("g"), self.integer()) });
    }

    /// Numbers become texts, unless numbers are required.
    fn change_type(&mut self, schema: &mut Schema, at: usize) {
        let (integer, text) = (self.integer(), self.text());
        let table = &mut schema.tables[at];
        let is_number = |column: &ColumnSchema| column.sql_type == integer && column.default.is_none();
        let Some(name) = self.column_of(table, is_number) else { return };
        forget(table, &name);
        let change = |column: &mut ColumnSchema| text.clone_into(&mut column.sql_type);
        table.columns.iter_mut().filter(|column| column.name == name).for_each(change);
    }

    fn rename_column(&mut self, schema: &mut Schema, at: usize) {
        let table = &mut schema.tables[at];
        let Some(from) = self.column_of(table, |column| column.renamed_from.is_none()) else { return };
        let to = self.name(&from[..1]);
        let (quoted, new) = (format!("\"{from}\""), format!("\"{to}\""));
        let rename = |name: &mut String| {
            if *name == from {
                name.clone_from(&to);
            }
        };
        for column in table.columns.iter_mut().filter(|column| column.name == from) {
            column.renamed_from = Some(from.clone());
            column.name.clone_from(&to);
        }
        for generated in table.columns.iter_mut().filter_map(|column| column.generated.as_mut()) {
            generated.expression = generated.expression.replace(&quoted, &new);
        }
        table.unique.iter_mut().flat_map(|unique| &mut unique.columns).for_each(rename);
        table.foreign_keys.iter_mut().flat_map(|key| &mut key.columns).for_each(rename);
        for check in &mut table.checks {
            check.column.iter_mut().for_each(rename);
            check.condition = check.condition.replace(&quoted, &new);
        }
        for index in &mut table.indexes {
            index.terms.iter_mut().map(|term| &mut term.value).for_each(rename);
            index.condition = index.condition.take().map(|condition| condition.replace(&quoted, &new));
        }
    }

    fn rename_table(&mut self, schema: &mut Schema, at: usize) {
        if schema.tables[at].renamed_from.is_some() || self.empty.contains(&schema.tables[at].name) {
            return;
        }
        let (from, to) = (schema.tables[at].name.clone(), Name::new(None, &self.name("table")));
        schema.tables[at].renamed_from = Some(from.name.clone());
        schema.tables[at].name = to.clone();
        for key in schema.tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
            if key.table == from {
                key.table = to.clone();
            }
        }
    }

    fn change_tables(&mut self, schema: &mut Schema, at: usize) {
        let name = schema.tables[at].name.clone();
        let is_referred = schema.tables.iter().any(|table| table.foreign_keys.iter().any(|key| key.table == name));
        if schema.tables.len() > 1 && !is_referred && self.random.below(2) > 0 {
            schema.tables.remove(at);
        } else {
            let table = self.table();
            self.empty.push(table.name.clone());
            schema.tables.push(table);
        }
    }

    /// Some column besides the key.
    fn column_of(&mut self, table: &Table, wanted: impl Fn(&ColumnSchema) -> bool) -> Option<String> {
        let is_wanted = |column: &&ColumnSchema| column.name != "id" && column.generated.is_none() && wanted(column);
        let names: Vec<&str> = table.columns.iter().filter(is_wanted).map(|column| &*column.name).collect();
        self.random.pick(&names).map(|name| (*name).to_owned())
    }

    /// Some names need quotes.
    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        let number = self.names;
        match number % 4 {
            0 => format!("{kind} {number}"),
            1 => format!("{kind}N{number}"),
            _ => format!("{kind}{number}"),
        }
    }

    fn integer(&self) -> &'static str {
        if self.is_sqlite() { "INTEGER" } else { "bigint" }
    }

    fn text(&self) -> &'static str {
        if self.is_sqlite() { "TEXT" } else { "text" }
    }

    fn words(&self) -> Option<&'static str> {
        (!self.is_sqlite()).then_some("GENERATED BY DEFAULT AS IDENTITY")
    }

    fn is_sqlite(&self) -> bool {
        format!("{:?}", self.engine) == "Sqlite"
    }
}

fn column(name: &str, sql_type: &str) -> ColumnSchema {
    ColumnSchema { name: name.to_owned(), sql_type: sql_type.to_owned(), ..ColumnSchema::default() }
}

/// Removes everything that depends on a column.
fn forget(table: &mut Table, name: &str) {
    let quoted = format!("\"{name}\"");
    table.unique.retain(|unique| !unique.columns.iter().any(|column| column == name));
    table.foreign_keys.retain(|key| !key.columns.iter().any(|column| column == name));
    table.checks.retain(|check| !check.condition.contains(&quoted));
    table.indexes.retain(|index| !index.terms.iter().any(|term| term.value == name));
    let is_of = |column: &ColumnSchema| column.generated.as_ref().is_some_and(|by| by.expression.contains(&quoted));
    let generated: Vec<String> =
        table.columns.iter().filter(|column| is_of(column)).map(|column| column.name.clone()).collect();
    table.columns.retain(|column| !generated.contains(&column.name));
    for name in generated {
        forget(table, &name);
    }
}

/// Gives constraints and indexes the names that models give them.
fn name_all(schema: &mut Schema) {
    for table in &mut schema.tables {
        let of = &table.name.name;
        table
            .unique
            .iter_mut()
            .for_each(|unique| unique.name = Some(format!("{of}__{}__key", unique.columns.join("__"))));
        table.foreign_keys.iter_mut().for_each(|key| key.name = Some(format!("{of}__{}", key.columns.join("__"))));
        table
            .checks
            .iter_mut()
            .for_each(|check| check.name = Some(format!("{of}__{}__check", letters(&check.condition))));
        table.indexes.iter_mut().for_each(|index| {
            let columns: Vec<&str> = index.terms.iter().map(|term| &*term.value).collect();
            index.name = format!("{of}__{}", columns.join("__"));
        });
        // Two with one name would conflict.
        table.indexes.dedup_by(|one, other| one.name == other.name);
        table.checks.dedup_by(|one, other| one.name == other.name);
    }
}

fn letters(sql: &str) -> String {
    sql.chars().filter(char::is_ascii_alphanumeric).collect()
}
