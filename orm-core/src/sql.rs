//! SQL text and parameters, rendered from queries.
//!
//! Identifiers are always quoted, columns always qualified and values always bound. The differences between databases
//! are a short list, the [`Dialect`].

mod cache;
mod calendar;
mod called;
mod computed;
pub(crate) mod ddl;
mod dialect;
mod expr;
mod fragment;
mod group;
mod held;
mod links;
mod membership;
mod ordering;
mod pattern;
#[cfg(any(feature = "postgres", all(test, feature = "sqlite")))]
pub mod postgres;
mod raw;
mod related;
mod request;
mod scan;
mod script;
mod select;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod subquery;
pub(crate) mod tokens;
mod union;
mod words;
mod write;

use std::fmt;

pub(crate) use cache::{Purpose, TextCache};
pub(crate) use called::called_unsteady;
pub use dialect::{
    ComparedColumns, Conflict, Dialect, Explained, Fragment, KeyTable, LimitsEach, LinkedRows, OnMatch, Searched,
    Structure, Whole,
};
#[cfg(feature = "migrate")]
pub use dialect::{ForeignKeySwitch, Migrating, SessionLock};
pub(crate) use fragment::check as check_fragment;
pub use held::{Held, Single, Used};
pub use links::{
    Known, NewLinks, WhichRows, adopt, count_missing_links, delete_doubled_links, delete_links, insert_links,
    key_columns, release,
};
pub(crate) use ordering::{check_ordering, split_order};
pub(crate) use raw::RawStatement;
pub use raw::{Bound, RawSql, SqlText, TrustedSql, sql};
pub use related::{Form, Related, aggregate, related};
pub use request::Request;
pub use scan::Scan;
pub(crate) use scan::scans;
pub(crate) use script::{Statement, statements};
pub use select::{count, exists, select, total};
pub(crate) use select::{find, value, written};
pub(crate) use union::held_by;
pub use union::{count_union, union};
pub(crate) use words::transaction_control;
pub use write::{Matched, OnConflict, delete, delete_where, insert, update, update_where, upsert};
pub(crate) use write::{columns_of, lists, stored};

use crate::ast::Expr;
use crate::schema::{RelationDef, Table};
use crate::types::Param;
use crate::value::{Mismatch, Value};

/// A statement: its SQL text, and the values bound to its parameters.
///
/// It prints as its text. The values may be secrets, so neither `Display` nor `Debug` shows them.
#[derive(Clone, PartialEq)]
pub struct Sql {
    /// The text.
    pub text: String,
    /// The values, in the order of the parameters.
    pub params: Vec<Param<'static>>,
    /// The columns that are compared or written in the form that their models declare.
    pub used: Vec<Used>,
    /// The to-one relations that are trusted to lead to at most one row.
    pub single: Vec<Single>,
    /// Why the statement cannot be sent, if it cannot.
    pub(crate) refused: Option<String>,
}

impl Sql {
    /// A fixed statement.
    pub(crate) fn fixed(text: &str) -> Self {
        Sql { text: text.to_owned(), params: Vec::new(), used: Vec::new(), single: Vec::new(), refused: None }
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -- {} bound", self.text, self.params.len())
    }
}

/// Writes a statement, piece by piece.
pub struct Writer<'d> {
    text: String,
    params: Vec<Param<'static>>,
    used: Vec<Used>,
    single: Vec<Single>,
    refused: Option<String>,
    dialect: &'d dyn Dialect,
    /// The tables in scope, the innermost last, by the numbers of their aliases.
    scopes: Vec<(usize, &'static Table)>,
    aliases: usize,
    /// The table that has no alias, by the number that its alias would have.
    bare: Option<(usize, &'static Table)>,
    /// The table of an upsert, by the same number: there the columns of the new row can be used.
    upserted: Option<usize>,
    /// Whether the condition of an index is written: columns without their table, and values that are not bound.
    in_index: bool,
    /// The to-one relations that are joined, with the alias that they start at and their own.
    joined: Vec<(usize, &'static RelationDef, usize)>,
    /// The rows of join tables through which rows are reached.
    links: Vec<Link>,
    /// The expressions that rows are grouped by, or distinguished by.
    keys: Vec<GroupKey>,
    /// Whether values are stored in a column, and not compared with it.
    stores: bool,
    /// How many `EXISTS` were written.
    exists: usize,
}

/// The row of a join table through which another row is reached.
#[derive(Clone, Copy)]
struct Link {
    /// The alias of the row that is reached.
    target: usize,
    alias: usize,
    /// Whether more than its keys is read.
    is_read: bool,
}

/// An expression that rows are grouped by, or distinguished by.
struct GroupKey {
    /// The alias of the row that it is computed from.
    alias: usize,
    value: Expr,
    /// What was written for its first occurrence.
    written: Option<Written>,
}

/// A part of a statement.
#[derive(Clone)]
struct Written {
    text: String,
    params: Vec<Param<'static>>,
}

impl<'d> Writer<'d> {
    pub(crate) fn new(dialect: &'d dyn Dialect) -> Self {
        Writer {
            text: String::with_capacity(512),
            params: Vec::new(),
            used: Vec::new(),
            single: Vec::new(),
            refused: None,
            dialect,
            scopes: Vec::new(),
            aliases: 0,
            bare: None,
            upserted: None,
            in_index: false,
            joined: Vec::new(),
            links: Vec::new(),
            keys: Vec::new(),
            stores: false,
            exists: 0,
        }
    }

    pub(crate) fn finish(self) -> Sql {
        Sql { text: self.text, params: self.params, used: self.used, single: self.single, refused: self.refused }
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// A quoted identifier.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        self.dialect.quote(&mut self.text, name);
        self
    }

    /// A table with its schema.
    pub(crate) fn table(&mut self, schema: Option<&str>, name: &str) -> &mut Self {
        if let Some(schema) = schema {
            self.name(schema).push(".");
        }
        self.name(name)
    }

    /// A parameter, and the value bound to it.
    pub(crate) fn bind(&mut self, param: Param<'static>) -> &mut Self {
        if self.in_index && self.literal(&param) {
            return self;
        }
        self.params.push(param);
        self.dialect.placeholder(&mut self.text, self.params.len());
        self
    }

    /// Writes a value into the text; returns false if no literal for it is valid in every database.
    fn literal(&mut self, param: &Param<'static>) -> bool {
        let (Param::Value(value) | Param::Compared(value)) = param else { return false };
        match value {
            Value::Null => self.push("NULL"),
            Value::Bool(value) => self.push(self.dialect.truth(*value)),
            Value::Int(value) => self.push(itoa::Buffer::new().format(*value)),
            Value::Text(text) if !text.contains(['\\', '\0']) => self.push(&quoted_text(text)),
            _ => return false,
        };
        true
    }

    /// The parameter for a value, which is either stored or compared.
    pub(crate) fn param(&self, value: Value<'static>) -> Param<'static> {
        if self.stores { Param::Value(value) } else { Param::Compared(value) }
    }

    /// Writes something in which values are stored in columns.
    pub(crate) fn storing(&mut self, write: impl FnOnce(&mut Self)) -> &mut Self {
        self.stores = true;
        write(self);
        self.stores = false;
        self
    }

    /// `"table" AS t0`, opening its scope, which [`leave`](Self::leave) closes.
    pub(crate) fn enter(&mut self, table: &'static Table) -> &mut Self {
        let alias = self.next_alias();
        self.scopes.push((alias, table));
        self.table(table.schema, table.name).push(" AS ").alias(alias)
    }

    /// The table that the statement changes, as with [`enter`](Self::enter); under its own name if it cannot have an
    /// alias.
    pub(crate) fn enter_changed(&mut self, table: &'static Table) -> &mut Self {
        if self.dialect.aliases_changed_tables() {
            return self.enter(table);
        }
        let alias = self.next_alias();
        self.scopes.push((alias, table));
        self.bare = Some((alias, table));
        self.table(table.schema, table.name)
    }

    /// Opens the scope of the table that an upsert writes, under its own name, and writes something in it.
    pub(crate) fn upserting(&mut self, table: &'static Table, write: impl FnOnce(&mut Self)) {
        let alias = self.next_alias();
        self.scopes.push((alias, table));
        (self.bare, self.upserted) = (Some((alias, table)), Some(alias));
        write(self);
        (self.bare, self.upserted) = (None, None);
        self.leave();
    }

    /// Writes the condition of an index of the innermost scope's table.
    pub(crate) fn index_condition(&mut self, condition: &Expr) {
        self.in_index = true;
        self.expr(condition);
        self.in_index = false;
    }

    /// Opens the scope of a table that is in the text already, with this alias.
    pub(crate) fn enter_as(&mut self, alias: usize, table: &'static Table) {
        self.scopes.push((alias, table));
    }

    pub(crate) fn leave(&mut self) {
        self.scopes.pop();
    }

    pub(crate) fn next_alias(&mut self) -> usize {
        self.aliases += 1;
        self.aliases - 1
    }

    pub(crate) fn alias(&mut self, alias: usize) -> &mut Self {
        if let Some((bare, table)) = self.bare
            && bare == alias
        {
            // An upsert names its table without the schema.
            let schema = table.schema.filter(|_| self.upserted.is_none());
            return self.table(schema, table.name);
        }
        self.push("t");
        self.number(alias)
    }

    pub(crate) fn number(&mut self, number: usize) -> &mut Self {
        self.text.push_str(itoa::Buffer::new().format(number));
        self
    }

    /// The alias and table of the innermost scope. Statements without aliases have none.
    pub(crate) fn scope(&self) -> Option<(usize, &'static Table)> {
        self.scopes.last().copied()
    }

    /// `t0."name"`
    pub(crate) fn qualified(&mut self, alias: usize, column: &str) -> &mut Self {
        if self.in_index {
            return self.name(column);
        }
        self.alias(alias).push(".").name(column)
    }

    /// The column at a position of the new row of an upsert. Outside of an upsert, the statement is refused.
    pub(crate) fn excluded(&mut self, column: usize) -> &mut Self {
        match self.scope() {
            Some((alias, table)) if self.upserted == Some(alias) && column < table.columns.len() => {
                self.dialect.excluded(self, table.columns[column].name);
                self
            }
            _ => self.bind(Param::Refused(Mismatch::Unstorable(
                "`excluded` is the new row of an upsert, and means nothing elsewhere",
            ))),
        }
    }

    /// The column at a position of the innermost scope's table.
    pub(crate) fn column(&mut self, column: usize) -> &mut Self {
        if let Some((alias, table)) = self.scope()
            && let Some(column) = table.columns.get(column)
        {
            self.qualified(alias, column.name);
        }
        self
    }

    /// Items with a separator between them.
    pub(crate) fn separated<T>(
        &mut self,
        separator: &str,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        for (position, item) in items.into_iter().enumerate() {
            if position > 0 {
                self.push(separator);
            }
            each(self, item);
        }
        self
    }

    /// ` WHERE a AND b`, or nothing without conditions.
    pub(crate) fn conditions(&mut self, keyword: &str, filter: &[Expr]) -> &mut Self {
        if filter.is_empty() {
            return self;
        }
        self.push(keyword);
        self.all_of(filter)
    }
}

/// `'it''s'`
fn quoted_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(all(test, feature = "sqlite"))]
mod tests;
