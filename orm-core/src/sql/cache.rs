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
    /// The row with a key that nothing has to be known of any more.
    Find,
    /// The row with a key.
    FindWithCare,
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
        self.known(table, purpose).unwrap_or_else(|| {
            let text: Arc<str> = render().into();
            let mut texts = self.0.write().unwrap_or_else(PoisonError::into_inner);
            texts.insert(key(table, purpose), Arc::clone(&text));
            text
        })
    }

    /// The text, if it was rendered before.
    pub(crate) fn known(&self, table: &'static Table, purpose: Purpose) -> Option<Arc<str>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key(table, purpose)).map(Arc::clone)
    }
}

/// Tables are constants, and two that were merged are equal in every respect that a text depends on.
fn key(table: &'static Table, purpose: Purpose) -> (usize, Purpose) {
    (std::ptr::from_ref(table).addr(), purpose)
}
