//! Texts that are the same each time for a table, rendered once for each database.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::RandomState;

use crate::schema::Table;

/// Rendered texts by table and purpose.
#[derive(Default)]
pub(crate) struct TextCache(RwLock<HashMap<(usize, Purpose), Arc<str>, RandomState>>);

/// What a text is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// The row with a key.
    Find,
    /// Inserting rows: those of the `New…` struct, or of all columns.
    Insert {
        /// How many columns have values.
        columns: usize,
        /// How many rows there are.
        rows: usize,
        /// Whether they come back.
        returns: bool,
    },
}

impl TextCache {
    /// The text, rendered now if it was not before.
    pub(crate) fn get(&self, table: &'static Table, purpose: Purpose, render: impl FnOnce() -> String) -> Arc<str> {
        // Tables are constants, and two that were merged are equal in every respect that a text depends on.
        let key = (std::ptr::from_ref(table).addr(), purpose);
        if let Some(text) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(text);
        }
        let text: Arc<str> = render().into();
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&text));
        text
    }
}
