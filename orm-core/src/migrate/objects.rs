//! The indexes and triggers of a database: SQLite drops them with a table that a file replaces by a copy.

use super::script::Script;
use crate::db::Session;
use crate::error::Result;
use crate::row::Tuples;
use crate::sql::tokens::{Quotes, plain};
use crate::sql::{ForeignKeySwitch, Statement};

/// An index, a trigger or a table that a statement created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    /// Its kind, as in `DROP INDEX`, in lower case.
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) table: String,
    /// The statement.
    pub(super) sql: String,
}

/// The objects of a database.
#[derive(Debug, Default)]
pub(super) struct Objects(Vec<Object>);

impl Objects {
    /// The objects of the database.
    pub(super) fn read(session: &mut Session<'_>, switch: &ForeignKeySwitch) -> Result<Self> {
        let mut found = Tuples::<(String, String, String, String)>(Vec::new());
        session.look_up(switch.objects, &[], &mut found)?;
        let object = |(kind, name, table, sql)| Object { kind, name, table, sql };
        Ok(Objects(found.0.into_iter().map(object).collect()))
    }

    /// The statement that created a table.
    pub(super) fn table(&self, name: &str) -> Option<&Object> {
        self.0.iter().find(|object| object.kind == "table" && object.name.eq_ignore_ascii_case(name))
    }

    /// The indexes and triggers of a table.
    pub(super) fn of_table(&self, name: &str) -> impl Iterator<Item = &Object> {
        self.0.iter().filter(move |object| object.kind != "table" && object.table.eq_ignore_ascii_case(name))
    }

    /// The triggers of a table that name a column.
    pub(super) fn triggers_with(&self, table: &str, column: &str, quotes: Quotes) -> Vec<&Object> {
        let column = column.rsplit_once('.').map_or(column, |(_, column)| column).to_lowercase();
        let names = |object: &&Object| object.kind == "trigger" && plain(&object.sql, quotes).contains(&column);
        self.of_table(table).filter(names).collect()
    }

    /// The indexes and triggers that existed before and are missing now, although the file neither drops them nor drops
    /// their tables for good.
    pub(super) fn lost_since<'o>(&self, before: &'o Objects, script: &Script<'_>, quotes: Quotes) -> Vec<&'o Object> {
        let statements: Vec<Vec<String>> =
            script.statements.iter().map(|Statement { text, .. }| plain(text, quotes)).collect();
        let is_gone =
            |table: &str| self.table(table).is_none() && !statements.iter().any(|words| renames(words, table));
        let is_lost = |object: &&Object| {
            object.kind != "table"
                && !self.0.iter().any(|other| (&other.kind, &other.name) == (&object.kind, &object.name))
                && !statements.iter().any(|words| drops(words, object))
                && !is_gone(&object.table)
        };
        before.0.iter().filter(is_lost).collect()
    }
}

/// Whether a statement is `DROP INDEX` or `DROP TRIGGER` of this object.
fn drops(words: &[String], object: &Object) -> bool {
    let named = words.iter().rev().find(|word| *word != ";");
    matches!(words, [drop, kind, ..] if drop == "drop" && *kind == object.kind)
        && named.is_some_and(|name| *name == object.name.to_lowercase())
}

/// Whether a statement is `ALTER TABLE .. RENAME TO` of this table.
fn renames(words: &[String], table: &str) -> bool {
    let is_alter = matches!(words, [alter, of, ..] if alter == "alter" && of == "table");
    let renamed = words.windows(3).find(|three| three[1] == "rename" && three[2] == "to");
    is_alter && renamed.is_some_and(|three| three[0] == table.to_lowercase())
}
