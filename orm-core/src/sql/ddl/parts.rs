//! The parts of statements that create and change tables.

use crate::sql::Dialect;
use crate::structure::{Action, Check, ColumnSchema, ForeignKey, Index, Name, Table};

/// A table, and a foreign key of it that is added later.
pub(in crate::sql) type Later<'t> = (&'t Table, &'t ForeignKey);

/// Writes parts of statements.
#[derive(Clone, Copy)]
pub(in crate::sql) struct Parts<'d> {
    pub(in crate::sql) dialect: &'d dyn Dialect,
    /// Whether keys have names, so that they can be dropped by them. Checks always have names.
    pub(in crate::sql) names_keys: bool,
}

impl<'d> Parts<'d> {
    pub(in crate::sql) fn new(dialect: &'d dyn Dialect) -> Self {
        Parts { dialect, names_keys: false }
    }

    /// Parts with names for keys.
    #[cfg(feature = "migrate")]
    pub(in crate::sql) fn naming_keys(dialect: &'d dyn Dialect) -> Self {
        Parts { dialect, names_keys: true }
    }

    /// The statements that create the schemas of tables, if the database has a statement for it.
    pub(in crate::sql) fn schemas(self, tables: &[Table]) -> Vec<String> {
        let all = tables.iter().filter_map(|table| table.name.schema.as_deref());
        let mut schemas: Vec<&str> = all.filter(|_| self.dialect.creates_schemas()).collect();
        schemas.sort_unstable();
        schemas.dedup();
        // The schema may contain other tables, so it may exist already.
        schemas
            .into_iter()
            .map(|schema| format!("CREATE SCHEMA IF NOT EXISTS {}", self.dialect.quoted(schema)))
            .collect()
    }

    /// The foreign keys that refer to tables which are created later.
    pub(in crate::sql) fn later_references(self, tables: &[Table]) -> Vec<Later<'_>> {
        if self.dialect.declares_ahead() {
            return Vec::new();
        }
        let place = |wanted: &Name| tables.iter().position(|table| table.name == *wanted);
        let keys = tables.iter().flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)));
        keys.filter(|(table, key)| place(&table.name) < place(&key.table)).collect()
    }

    /// The statement that creates a table, without the foreign keys that are added later.
    pub(in crate::sql) fn table(self, if_missing: &str, table: &Table, later: &[Later<'_>]) -> String {
        let is_later = |key: &ForeignKey| later.iter().any(|(_, other)| std::ptr::eq(*other, key));
        let mut lines: Vec<String> = table.columns.iter().map(|column| self.column(table, column)).collect();
        if table.single_key().is_none() && !table.primary_key.is_empty() {
            lines.push(format!("PRIMARY KEY ({})", self.names(table.primary_key.iter().map(String::as_str))));
        }
        lines.extend(table.unique.iter().map(|unique| {
            let columns = self.names(unique.columns.iter().map(String::as_str));
            format!("{}UNIQUE ({columns})", self.key(unique.name.as_deref()))
        }));
        lines.extend(table.checks.iter().filter(|check| check.column.is_none()).map(|check| self.check(check)));
        lines.extend(
            table
                .foreign_keys
                .iter()
                .filter(|key| !is_later(key))
                .map(|key| format!("{}{}", self.key(key.name.as_deref()), self.reference(key))),
        );
        let kinds = [("WITHOUT ROWID", table.without_rowid), ("STRICT", table.strict)];
        let kinds: Vec<&str> = kinds.iter().filter(|(_, is_it)| *is_it).map(|(kind, _)| *kind).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(" {}", kinds.join(", ")) };
        format!("CREATE TABLE {if_missing}{} (\n  {}\n){kinds}", self.name(&table.name), lines.join(",\n  "))
    }

    /// A column of a table, as it is created or added.
    pub(in crate::sql) fn column(self, table: &Table, column: &ColumnSchema) -> String {
        let is_key = table.single_key() == Some(&*column.name);
        let mut words = vec![self.dialect.quoted(&column.name), column.sql_type.clone()];
        words.extend(column.collation.as_ref().map(|collation| format!("COLLATE {}", self.dialect.quoted(collation))));
        // The words for a generated key precede it, except SQLite's.
        let (before, behind) = match column.assigned.as_deref() {
            Some("AUTOINCREMENT") => (None, Some("AUTOINCREMENT")),
            words => (words, None),
        };
        let not_null = (!column.nullable).then_some("NOT NULL");
        let of_key = [before, not_null, is_key.then_some("PRIMARY KEY"), behind];
        words.extend(of_key.into_iter().flatten().map(str::to_owned));
        words.extend(match (&column.generated, &column.default) {
            (Some(generated), _) => {
                let kept = if generated.stored { "STORED" } else { "VIRTUAL" };
                Some(format!("GENERATED ALWAYS AS ({}) {kept}", closed(&generated.expression)))
            }
            (None, default) => default.as_ref().map(|default| format!("DEFAULT {default}")),
        });
        let checks = table.checks.iter().filter(|check| check.column.as_ref() == Some(&column.name));
        words.extend(checks.map(|check| self.check(check)));
        words.join(" ")
    }

    /// `FOREIGN KEY ("course_id") REFERENCES "courses" ("id") ON DELETE CASCADE`
    pub(in crate::sql) fn reference(self, key: &ForeignKey) -> String {
        format!("FOREIGN KEY ({}) {}", self.names(key.columns.iter().map(String::as_str)), self.referred(key))
    }

    /// `REFERENCES "courses" ("id") ON DELETE CASCADE`
    pub(in crate::sql) fn referred(self, key: &ForeignKey) -> String {
        let schema = key.table.schema.clone().filter(|_| !self.dialect.stays_within_schema());
        let mut words = vec![format!("REFERENCES {}", self.name(&Name { schema, name: key.table.name.clone() }))];
        if !key.references.is_empty() {
            words.push(format!("({})", self.names(key.references.iter().map(String::as_str))));
        }
        let actions = [("DELETE", key.on_delete), ("UPDATE", key.on_update)];
        let actions = actions.into_iter().filter(|(_, action)| *action != Action::NoAction);
        words.extend(actions.map(|(when, action)| format!("ON {when} {}", action.words())));
        words.join(" ")
    }

    /// `CONSTRAINT "courses__credits__check" CHECK (credits > 0)`
    pub(in crate::sql) fn check(self, check: &Check) -> String {
        format!("{}CHECK ({})", self.named(check.name.as_deref()), closed(&check.condition))
    }

    /// `CONSTRAINT "courses__title__key" `, if keys have names.
    pub(in crate::sql) fn key(self, name: Option<&str>) -> String {
        self.named(name.filter(|_| self.names_keys))
    }

    /// `CONSTRAINT "courses__title__key" `
    fn named(self, name: Option<&str>) -> String {
        name.map_or_else(String::new, |name| format!("CONSTRAINT {} ", self.dialect.quoted(name)))
    }

    /// The statement that adds a foreign key to a table, followed by `how`, such as ` NOT VALID`.
    #[cfg(all(feature = "migrate", any(feature = "postgres", test)))]
    pub(in crate::sql) fn add_reference(self, table: &Name, key: &ForeignKey, how: &str) -> String {
        let (table, name) = (self.name(table), self.key(key.name.as_deref()));
        format!("ALTER TABLE {table} ADD {name}{}{how}", self.reference(key))
    }

    /// The comment before a statement that makes a column required.
    #[cfg(all(feature = "migrate", any(feature = "postgres", feature = "sqlite")))]
    pub(in crate::sql) fn fails_with_null(self, table: &Name, column: &str) -> String {
        let (table, column) = (self.name(table), self.dialect.quoted(column));
        let told = format!("-- Fails while a row has NULL: UPDATE {table} SET {column} = .. WHERE {column} IS NULL;");
        // A name with a line break would end the comment.
        told.replace(['\n', '\r'], " ") + "\n"
    }

    /// The statement that creates an index, which may be unique; `how` precedes its name, such as `CONCURRENTLY `.
    pub(in crate::sql) fn create_index(self, how: &str, table: &Name, index: &Index) -> String {
        let unique = if index.unique { "UNIQUE " } else { "" };
        self.index(&format!("CREATE {unique}INDEX {how}"), table, index)
    }

    /// The statement that creates an index, beginning with `create`.
    pub(in crate::sql) fn index(self, create: &str, table: &Name, index: &Index) -> String {
        let (name, table) = if self.dialect.stays_within_schema() {
            (Name { schema: table.schema.clone(), name: index.name.clone() }, Name::new(None, &table.name))
        } else {
            (Name::new(None, &index.name), table.clone())
        };
        let terms: Vec<String> = index
            .terms
            .iter()
            .map(|term| {
                let value = if term.is_expression { term.value.clone() } else { self.dialect.quoted(&term.value) };
                term.order.as_ref().map_or_else(|| value.clone(), |order| format!("{value} {order}"))
            })
            .collect();
        let method = index.method.as_ref().map_or_else(String::new, |method| format!(" USING {method}"));
        let options = index.options.as_ref().map_or_else(String::new, |options| format!(" {options}"));
        let condition =
            index.condition.as_ref().map_or_else(String::new, |condition| format!(" WHERE {}", closed(condition)));
        let (name, table) = (self.name(&name), self.name(&table));
        format!("{create}{name} ON {table}{method} ({}){options}{condition}", terms.join(", "))
    }

    /// Names in quotes.
    pub(in crate::sql) fn names<'n>(self, names: impl Iterator<Item = &'n str>) -> String {
        names.map(|name| self.dialect.quoted(name)).collect::<Vec<_>>().join(", ")
    }

    /// A name in quotes, with its schema.
    pub(in crate::sql) fn name(self, name: &Name) -> String {
        let within = self.dialect.quoted(&name.name);
        name.schema
            .as_ref()
            .map_or_else(|| within.clone(), |schema| format!("{}.{within}", self.dialect.quoted(schema)))
    }
}

/// SQL that a parenthesis can follow: a comment at its end would include it.
pub(in crate::sql) fn closed(sql: &str) -> String {
    if sql.contains("--") { format!("{sql}\n") } else { sql.to_owned() }
}
