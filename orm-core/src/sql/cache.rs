//! SQL that is the same each time for a table or a relation, rendered once for each database.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::RandomState;

use super::{Dialect, Sql, select};
use crate::ast::{OfParent, Select};
use crate::schema::{RelationDef, Table};
use crate::types::Param;
use crate::value::Value;

/// Rendered SQL by table or relation, and by purpose.
#[derive(Default)]
pub(crate) struct TextCache(RwLock<HashMap<Key, Arc<str>, RandomState>>);

/// The purpose of an SQL text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// The row with a key, if everything about the table is known.
    Find,
    /// The row with a key.
    FindWithCare,
    /// Inserting rows: those of the `New…` struct, or of all columns.
    Insert {
        /// The number of columns with values.
        columns: usize,
        /// The number of rows.
        rows: usize,
        /// Whether they are returned.
        returns: bool,
    },
    /// The rows of one parent.
    OfParent,
}

impl TextCache {
    /// The text, rendered unless it was before.
    pub(crate) fn get(&self, table: &'static Table, purpose: Purpose, render: impl FnOnce() -> String) -> Arc<str> {
        self.known(table, purpose).unwrap_or_else(|| {
            let text: Arc<str> = render().into();
            self.keep(key(table, purpose), Arc::clone(&text));
            text
        })
    }

    /// The text, if it was rendered before.
    pub(crate) fn known(&self, table: &'static Table, purpose: Purpose) -> Option<Arc<str>> {
        self.find(key(table, purpose))
    }

    /// The statement of a query. Its text is cached if the query selects all rows of one parent, and the text depends only on the
    /// relation. Keys must be integers: a value of another type may be bound differently from the next one.
    pub(crate) fn select(&self, query: &Select, dialect: &dyn Dialect) -> Sql {
        let has_integers = |of: &&OfParent| of.key.iter().all(|value| matches!(value, Value::Int(_)));
        let Some(of) = query.plain_of().filter(has_integers) else { return select(query, dialect) };
        let key = of_relation(of.relation);
        let params = || of.key.iter().cloned().map(Param::Compared);
        if let Some(text) = self.find(key) {
            return Sql { params: params().collect(), ..Sql::fixed(&text) };
        }
        let sql = select(query, dialect);
        let is_fixed = sql.used.is_empty() && sql.single.is_empty() && sql.refused.is_none();
        if is_fixed && sql.params.iter().cloned().eq(params()) {
            self.keep(key, sql.text.as_str().into());
        }
        sql
    }

    fn find(&self, key: Key) -> Option<Arc<str>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).map(Arc::clone)
    }

    fn keep(&self, key: Key, text: Arc<str>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, text);
    }
}

/// Tables and relations are constants, and two that were merged are equal in every respect that the SQL depends on.
type Key = (usize, Purpose);

fn key(table: &'static Table, purpose: Purpose) -> Key {
    (std::ptr::from_ref(table).addr(), purpose)
}

fn of_relation(relation: &'static RelationDef) -> Key {
    (std::ptr::from_ref(relation).addr(), Purpose::OfParent)
}
