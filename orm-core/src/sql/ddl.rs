//! The statements that create tables.

use super::Dialect;
use crate::schema::{
    ColumnDef, DefaultValue, ForeignKey, Generated, OnDelete, RelationDef, RelationKind, Table, Through, bare_links,
};
use crate::types::Form;

/// The statements that create some tables, their join tables and their indexes.
pub(crate) fn create(tables: &[&'static Table], dialect: &dyn Dialect) -> Vec<String> {
    Ddl { dialect, if_missing: "", kept: STORED }.create(tables)
}

/// As [`create`], leaving what exists as it is.
pub(crate) fn create_missing(tables: &[&'static Table], dialect: &dyn Dialect) -> Vec<String> {
    Ddl { dialect, if_missing: "IF NOT EXISTS ", kept: STORED }.create(tables)
}

/// The statement that creates one table, without its indexes.
pub(crate) fn table_sql(table: &'static Table, dialect: &dyn Dialect) -> String {
    Ddl { dialect, if_missing: "", kept: STORED }.table(table, &[])
}

/// The statement that adds one column to a table.
pub(crate) fn column_sql(table: &'static Table, column: &'static ColumnDef, dialect: &dyn Dialect) -> String {
    let ddl = Ddl { dialect, if_missing: "", kept: dialect.added_generated_columns() };
    format!("ALTER TABLE {} ADD COLUMN {}", ddl.table_name(table.schema, table.name), ddl.column(table, column))
}

/// The statement that gives a column another default.
pub(crate) fn default_change_sql(
    table: &'static Table,
    column: &'static ColumnDef,
    default: DefaultValue,
    dialect: &dyn Dialect,
) -> String {
    let ddl = Ddl { dialect, if_missing: "", kept: STORED };
    let (table, column) = (ddl.table_name(table.schema, table.name), ddl.quoted(column.name));
    format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {}", default_sql(default))
}

/// The statement that creates an index of a table.
pub(crate) fn index_sql(table: &'static Table, columns: &[&'static str], dialect: &dyn Dialect) -> String {
    Ddl { dialect, if_missing: "", kept: STORED }.index(table.schema, table.name, columns.iter().copied())
}

/// The statement that makes some columns of a table unique together.
pub(crate) fn unique_index_sql(schema: Option<&str>, table: &str, columns: &[&str], dialect: &dyn Dialect) -> String {
    let ddl = Ddl { dialect, if_missing: "", kept: STORED };
    // An index that is not unique may have the name of the columns alone.
    let name = ddl.joined_name(table, columns.iter().copied().chain(["key"]));
    ddl.named_index("CREATE UNIQUE INDEX ", &name, (schema, table), columns)
}

/// The statement that makes some columns of a table its primary key.
pub(crate) fn primary_key_sql(table: &'static Table, dialect: &dyn Dialect) -> String {
    let ddl = Ddl { dialect, if_missing: "", kept: STORED };
    let (name, columns) = (ddl.table_name(table.schema, table.name), ddl.names(table.names(table.primary_key)));
    format!("ALTER TABLE {name} ADD PRIMARY KEY ({columns})")
}

/// The statement that adds a condition to a table.
pub(crate) fn condition_sql(table: &'static Table, condition: &str, dialect: &dyn Dialect) -> String {
    let ddl = Ddl { dialect, if_missing: "", kept: STORED };
    format!("ALTER TABLE {} ADD {}", ddl.table_name(table.schema, table.name), check_sql(condition))
}

/// The statement that adds a foreign key to a table, in the place of another one if that has a name.
pub(crate) fn reference_sql(reference: &Reference, replaced: Option<&str>, dialect: &dyn Dialect) -> String {
    let ddl = Ddl { dialect, if_missing: "", kept: STORED };
    let dropped = replaced.map_or_else(String::new, |name| format!("DROP CONSTRAINT {}, ", ddl.quoted(name)));
    let name = ddl.joined_name(reference.table, reference.columns.iter().copied());
    let name = ddl.quoted(replaced.unwrap_or(&name));
    let (table, key) = (ddl.table_name(reference.schema, reference.table), ddl.reference(reference));
    format!("ALTER TABLE {table} {dropped}ADD CONSTRAINT {name} {key}")
}

/// The foreign keys of a table that the database can have.
pub(crate) fn references(table: &'static Table, dialect: &dyn Dialect) -> Vec<Reference> {
    let ddl = Ddl { dialect, if_missing: "", kept: STORED };
    table.foreign_keys.iter().map(|key| Reference::of(table, key)).filter(|key| ddl.can_have(key)).collect()
}

/// The foreign keys of a join table without a model that the database can have.
pub(crate) fn link_references(
    relation: &'static RelationDef,
    through: &'static Through,
    dialect: &dyn Dialect,
) -> Vec<Reference> {
    let ddl = Ddl { dialect, if_missing: "", kept: STORED };
    Reference::of_links(relation, through).into_iter().filter(|key| ddl.can_have(key)).collect()
}

/// The statement that creates a join table without a model.
pub(crate) fn link_table_sql(
    relation: &'static RelationDef,
    through: &'static Through,
    dialect: &dyn Dialect,
) -> String {
    Ddl { dialect, if_missing: "", kept: STORED }.link_table(relation, through)
}

/// The statement that creates an index of a join table without a model.
pub(crate) fn link_index_sql(
    through: &'static Through,
    columns: &'static [&'static str],
    dialect: &dyn Dialect,
) -> String {
    Ddl { dialect, if_missing: "", kept: STORED }.index(through.schema, through.table, columns.iter().copied())
}

/// A foreign key of a table, by the names of its columns.
pub(crate) struct Reference {
    pub(crate) schema: Option<&'static str>,
    pub(crate) table: &'static str,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) target: &'static Table,
    /// The columns that it refers to.
    pub(crate) references: Vec<&'static str>,
    pub(crate) on_delete: OnDelete,
}

impl Reference {
    fn of(table: &'static Table, key: &'static ForeignKey) -> Self {
        let target = (key.target)();
        Reference {
            schema: table.schema,
            table: table.name,
            columns: table.names(key.columns).collect(),
            target,
            references: target.names(key.references).collect(),
            on_delete: key.on_delete,
        }
    }

    /// The two of a join table without a model.
    fn of_links(relation: &'static RelationDef, through: &'static Through) -> [Self; 2] {
        let side = |columns: &'static [&'static str], target: &'static Table, references: &'static [usize]| Reference {
            schema: through.schema,
            table: through.table,
            columns: columns.to_vec(),
            target,
            references: target.names(references).collect(),
            on_delete: OnDelete::Cascade,
        };
        [
            side(through.left, (relation.from)(), relation.from_columns),
            side(through.right, (relation.to)(), relation.to_columns),
        ]
    }
}

/// A table, and a foreign key of it that is added later.
type Later = (&'static Table, &'static ForeignKey);

struct Ddl<'d> {
    dialect: &'d dyn Dialect,
    if_missing: &'static str,
    /// Whether generated columns are stored or computed when they are read.
    kept: &'static str,
}

/// A generated column takes room and can be indexed everywhere.
const STORED: &str = "STORED";

impl Ddl<'_> {
    fn create(&self, tables: &[&'static Table]) -> Vec<String> {
        let tables = in_dependency_order(tables);
        let links = bare_links(&tables);
        let mut statements = self.schemas(&tables, &links);
        let later = self.later_references(&tables);
        statements.extend(tables.iter().map(|table| self.table(table, &later)));
        statements.extend(later.iter().map(|(table, key)| self.later_reference(table, key)));
        statements.extend(links.iter().map(|(relation, through)| self.link_table(relation, through)));
        statements.extend(tables.iter().flat_map(|table| self.indexes(table, &tables)));
        statements.extend(links.iter().map(|(_, through)| self.link_index(through)));
        statements
    }

    /// The schemas that the tables stand in, where creating them is a matter of a statement.
    fn schemas(&self, tables: &[&'static Table], links: &[(&'static RelationDef, &'static Through)]) -> Vec<String> {
        let all = tables.iter().map(|table| table.schema).chain(links.iter().map(|(_, through)| through.schema));
        let mut schemas: Vec<&str> = all.flatten().filter(|_| self.dialect.creates_schemas()).collect();
        schemas.sort_unstable();
        schemas.dedup();
        // The schema may hold other tables, so that it may be there in any case.
        schemas.into_iter().map(|schema| format!("CREATE SCHEMA IF NOT EXISTS {}", self.quoted(schema))).collect()
    }

    /// The foreign keys that refer to tables which are created later.
    fn later_references(&self, tables: &[&'static Table]) -> Vec<Later> {
        if self.dialect.declares_ahead() {
            return Vec::new();
        }
        let place = |wanted: &Table| tables.iter().position(|table| table.is_same(wanted));
        let keys = tables.iter().flat_map(|&table| table.foreign_keys.iter().map(move |key| (table, key)));
        keys.filter(|(table, key)| place(table) < place((key.target)())).collect()
    }

    /// `ALTER TABLE "departments" ADD CONSTRAINT "departments__head_id" FOREIGN KEY …`
    fn later_reference(&self, table: &'static Table, key: &'static ForeignKey) -> String {
        let reference = Reference::of(table, key);
        if self.if_missing.is_empty() {
            return reference_sql(&reference, None, self.dialect);
        }
        let name = self.joined_name(table.name, table.names(key.columns));
        self.dialect.add_missing_key(&self.table_name(table.schema, table.name), &name, &self.reference(&reference))
    }

    /// The table, without the references that are added later.
    fn table(&self, table: &'static Table, later: &[Later]) -> String {
        let single_key = table.single_key().map(|key| key.name);
        let mut lines: Vec<String> = table.columns.iter().map(|column| self.column(table, column)).collect();
        if single_key.is_none() {
            lines.push(format!("PRIMARY KEY ({})", self.names(table.names(table.primary_key))));
        }
        for unique in table.unique {
            lines.push(format!("UNIQUE ({})", self.names(table.names(unique))));
        }
        lines.extend(table.checks.iter().map(|condition| check_sql(condition)));
        let is_later =
            |key: &ForeignKey| later.iter().any(|(of, other)| of.is_same(table) && other.columns == key.columns);
        let now = table.foreign_keys.iter().filter(|key| !is_later(key)).map(|key| Reference::of(table, key));
        lines.extend(now.filter(|key| self.can_have(key)).map(|key| self.reference(&key)));
        let suffix = if single_key.is_none() { self.dialect.composite_key_suffix() } else { "" };
        let name = self.table_name(table.schema, table.name);
        format!("CREATE TABLE {}{name} (\n  {}\n){suffix}", self.if_missing, lines.join(",\n  "))
    }

    fn column(&self, table: &'static Table, column: &'static ColumnDef) -> String {
        let is_key = table.single_key().is_some_and(|key| key.name == column.name);
        let sql_type = self.dialect.column_type(column, is_key && table.generated_key);
        let null = if column.nullable { "" } else { " NOT NULL" };
        let key = if is_key { " PRIMARY KEY" } else { "" };
        let default = match (default_of(column, self.dialect), column.generated) {
            (_, Some(Generated::By(expression))) => {
                format!(" GENERATED ALWAYS AS ({}) {}", closed(expression), self.kept)
            }
            (Some(default), _) => format!(" DEFAULT {}", default_sql(default)),
            (None, _) => String::new(),
        };
        let check = column.check.map_or_else(String::new, |condition| format!(" {}", check_sql(condition)));
        format!("{} {sql_type}{null}{key}{default}{check}", self.quoted(column.name))
    }

    fn reference(&self, key: &Reference) -> String {
        let schema = key.target.schema.filter(|_| !self.dialect.stays_within_schema());
        format!(
            "FOREIGN KEY ({}) REFERENCES {} ({}){}",
            self.names(key.columns.iter().copied()),
            self.table_name(schema, key.target.name),
            self.names(key.references.iter().copied()),
            on_delete(key.on_delete),
        )
    }

    /// Whether the database can have a foreign key.
    fn can_have(&self, key: &Reference) -> bool {
        !self.dialect.stays_within_schema() || key.schema == key.target.schema
    }

    /// A join table without a model: its two keys, together the primary key.
    fn link_table(&self, relation: &'static RelationDef, through: &'static Through) -> String {
        let (from, to) = ((relation.from)(), (relation.to)());
        let left = through.left.iter().zip(relation.from_columns.iter().map(|&column| &from.columns[column]));
        let right = through.right.iter().zip(relation.to_columns.iter().map(|&column| &to.columns[column]));
        let column = |(name, key): (&&str, &ColumnDef)| {
            format!("{} {} NOT NULL", self.quoted(name), self.dialect.column_type(key, false))
        };
        let right = right.filter(|(name, _)| !through.left.contains(name));
        let mut lines: Vec<String> = left.chain(right).map(column).collect();
        lines.push(format!("PRIMARY KEY ({})", self.names(through.columns())));
        let references = Reference::of_links(relation, through);
        lines.extend(references.iter().filter(|key| self.can_have(key)).map(|key| self.reference(key)));
        let name = self.table_name(through.schema, through.table);
        let suffix = self.dialect.composite_key_suffix();
        format!("CREATE TABLE {}{name} (\n  {}\n){suffix}", self.if_missing, lines.join(",\n  "))
    }

    fn link_index(&self, through: &'static Through) -> String {
        self.index(through.schema, through.table, through.right.iter().copied())
    }

    /// The indexes asked for, and one for each key of a relation that no other index or key begins with: without it,
    /// loading the relation and deleting a parent would read the whole table.
    fn indexes(&self, table: &'static Table, tables: &[&'static Table]) -> Vec<String> {
        let mut covered: Vec<&[usize]> = vec![table.primary_key];
        covered.extend(table.unique);
        let mut wanted: Vec<&[usize]> = table.indexes.to_vec();
        for key in relation_keys(table, tables) {
            if !covered.iter().chain(&wanted).any(|columns| columns.starts_with(key)) {
                wanted.push(key);
            }
        }
        wanted.iter().map(|columns| self.index(table.schema, table.name, table.names(columns))).collect()
    }

    fn index<'n>(&self, schema: Option<&str>, table: &str, columns: impl Iterator<Item = &'n str>) -> String {
        let columns: Vec<&str> = columns.collect();
        let name = self.joined_name(table, columns.iter().copied());
        self.named_index(&format!("CREATE INDEX {}", self.if_missing), &name, (schema, table), &columns)
    }

    fn named_index(&self, create: &str, name: &str, (schema, table): (Option<&str>, &str), columns: &[&str]) -> String {
        let (of_index, of_table) = if self.dialect.stays_within_schema() { (schema, None) } else { (None, schema) };
        let (name, table) = (self.table_name(of_index, name), self.table_name(of_table, table));
        format!("{create}{name} ON {table} ({})", self.names(columns.iter().copied()))
    }

    /// `table__a__b`: tables and indexes share their names, and single underscores leave open where the table's name ends.
    /// What would be too long ends in a number made of the whole name instead, since it would be cut.
    fn joined_name<'n>(&self, table: &str, columns: impl Iterator<Item = &'n str>) -> String {
        const HASH: usize = "__0123456789abcdef".len();
        let name = columns.fold(table.to_owned(), |name, column| name + "__" + column);
        match self.dialect.longest_name() {
            Some(most) if name.len() > most => {
                let end = (0..=most - HASH).rev().find(|&end| name.is_char_boundary(end)).unwrap_or(0);
                format!("{}__{:016x}", &name[..end], fnv(name.as_bytes()))
            }
            _ => name,
        }
    }

    fn names<'n>(&self, names: impl Iterator<Item = &'n str>) -> String {
        names.map(|name| self.quoted(name)).collect::<Vec<_>>().join(", ")
    }

    fn table_name(&self, schema: Option<&str>, name: &str) -> String {
        schema.map_or_else(|| self.quoted(name), |schema| format!("{}.{}", self.quoted(schema), self.quoted(name)))
    }

    fn quoted(&self, name: &str) -> String {
        let mut text = String::with_capacity(name.len() + 2);
        self.dialect.quote(&mut text, name);
        text
    }
}

/// A number that is the same for the same bytes on every machine and in every version: the FNV-1a hash.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The default of a column, in the form in which the column stores its values.
pub(crate) fn default_of(column: &ColumnDef, dialect: &dyn Dialect) -> Option<DefaultValue> {
    match (column.default, column.form) {
        (Some(DefaultValue::Bool(value)), Form::Words { yes, no }) if dialect.has_forms() => {
            Some(DefaultValue::Text(if value { yes } else { no }))
        }
        (default, _) => default,
    }
}

/// A default as it stands in a statement: text in quotes, which are doubled within, and expressions in parentheses.
pub(crate) fn default_sql(default: DefaultValue) -> String {
    match default {
        DefaultValue::Bool(true) => "TRUE".to_owned(),
        DefaultValue::Bool(false) => "FALSE".to_owned(),
        DefaultValue::Int(number) => number.to_string(),
        DefaultValue::Real(number) => format!("{number:?}"),
        DefaultValue::Text(text) => format!("'{}'", text.replace('\'', "''")),
        DefaultValue::Sql(expression) => format!("({})", closed(expression)),
    }
}

fn check_sql(condition: &str) -> String {
    format!("CHECK ({})", closed(condition))
}

/// SQL that a parenthesis can follow: a comment at its end would take it in.
fn closed(sql: &str) -> String {
    if sql.contains("--") { format!("{sql}\n") } else { sql.to_owned() }
}

fn on_delete(action: OnDelete) -> String {
    if action == OnDelete::NoAction { String::new() } else { format!(" ON DELETE {}", action_sql(action)) }
}

/// What a deletion does, in the words of SQL.
pub(crate) fn action_sql(action: OnDelete) -> &'static str {
    match action {
        OnDelete::NoAction => "NO ACTION",
        OnDelete::Restrict => "RESTRICT",
        OnDelete::Cascade => "CASCADE",
        OnDelete::SetNull => "SET NULL",
    }
}

/// The tables, each after those that it refers to, as far as they do not refer to each other in a cycle.
fn in_dependency_order(tables: &[&'static Table]) -> Vec<&'static Table> {
    let mut ordered = Vec::with_capacity(tables.len());
    let mut visited = Vec::with_capacity(tables.len());
    for table in tables {
        visit(table, tables, &mut visited, &mut ordered);
    }
    ordered
}

fn visit(
    table: &'static Table,
    tables: &[&'static Table],
    visited: &mut Vec<&'static Table>,
    ordered: &mut Vec<&'static Table>,
) {
    if visited.iter().any(|other| other.is_same(table)) {
        return;
    }
    visited.push(table);
    for key in table.foreign_keys {
        let target = (key.target)();
        if tables.iter().any(|other| other.is_same(target)) {
            visit(target, tables, visited, ordered);
        }
    }
    ordered.push(table);
}

/// The columns by which relations find rows of a table, each once: its foreign keys, and the keys that the relations of
/// some tables look for in it, which need not be declared as foreign keys.
pub(crate) fn relation_keys(table: &'static Table, tables: &[&'static Table]) -> Vec<&'static [usize]> {
    let leads_here = |relation: &&'static RelationDef| {
        let (to, columns) = ((relation.to)(), relation.to_columns);
        let by_key = matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany);
        // Two models of one table may have its columns in different places.
        by_key && relation.through.is_none() && to.is_same(table) && to.names(columns).eq(table.names(columns))
    };
    let mut keys: Vec<&'static [usize]> = table.foreign_keys.iter().map(|key| key.columns).collect();
    for relation in tables.iter().flat_map(|table| table.relations.iter().copied()).filter(leads_here) {
        if !keys.contains(&relation.to_columns) {
            keys.push(relation.to_columns);
        }
    }
    keys
}
