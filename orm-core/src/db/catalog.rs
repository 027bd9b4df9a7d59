//! What was looked up in the catalog of the live database, for each handle.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use foldhash::fast::RandomState;

use crate::live::{Known, Seen, Writable};
use crate::schema::Table;

/// What is looked up in a database when it is first needed, and what was observed.
#[derive(Default)]
pub(crate) struct Catalog {
    known: Mutex<Known>,
    /// The forms of values that columns contain. Most statements read this, so readers do not wait for each other.
    forms: RwLock<HashMap<usize, Vec<Seen>, RandomState>>,
    /// How written rows are returned.
    pub(super) writable: OfTables<Arc<Writable>>,
    /// Whether the database generates the keys.
    pub(super) assigns_keys: OfTables<bool>,
    /// Whether the database guarantees that the key is unique.
    pub(super) tells_apart: OfTables<bool>,
    triggers: Triggers,
}

impl Catalog {
    /// The indexes and foreign keys, as far as they were looked up.
    pub(super) fn known(&self) -> Known {
        lock(&self.known).clone()
    }

    /// Remembers indexes and foreign keys.
    pub(super) fn remember(&self, known: Known) {
        *lock(&self.known) = known;
    }

    /// What was observed of a column, if its table was sampled.
    pub(super) fn seen(&self, table: &'static Table, column: usize) -> Option<Seen> {
        let forms = self.forms.read().unwrap_or_else(PoisonError::into_inner);
        forms.get(&address(table)).map(|columns| columns.get(column).copied().unwrap_or_default())
    }

    /// Stores what was observed of the columns of a table.
    pub(super) fn remember_seen(&self, table: &'static Table, columns: Vec<Seen>) {
        self.forms.write().unwrap_or_else(PoisonError::into_inner).insert(address(table), columns);
    }

    /// Forgets everything, after tables were created or changed. Triggers stay known, which costs at most one
    /// statement.
    pub(crate) fn forget(&self) {
        *lock(&self.known) = Known::default();
        self.forms.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.writable.clear();
        self.assigns_keys.clear();
        self.tells_apart.clear();
    }

    /// Whether a write to the table was seen to fire triggers.
    pub(crate) fn has_triggers(&self, table: &'static Table) -> bool {
        self.triggers.any.load(Ordering::Relaxed) && {
            let tables = self.triggers.tables.read().unwrap_or_else(PoisonError::into_inner);
            tables.contains(&address(table))
        }
    }

    /// Stores that a write to the table fired triggers.
    pub(crate) fn note_triggers(&self, table: &'static Table) {
        let mut tables = self.triggers.tables.write().unwrap_or_else(PoisonError::into_inner);
        tables.insert(address(table));
        self.triggers.any.store(true, Ordering::Relaxed);
    }
}

/// What is known of some tables.
pub(super) struct OfTables<T>(Mutex<HashMap<usize, T>>);

impl<T: Clone> OfTables<T> {
    /// What is known of a table, if anything is.
    pub(super) fn get(&self, table: &'static Table) -> Option<T> {
        lock(&self.0).get(&address(table)).cloned()
    }

    /// Remembers it.
    pub(super) fn remember(&self, table: &'static Table, known: T) -> T {
        lock(&self.0).insert(address(table), known.clone());
        known
    }

    fn clear(&self) {
        lock(&self.0).clear();
    }
}

impl<T> Default for OfTables<T> {
    fn default() -> Self {
        OfTables(Mutex::default())
    }
}

/// The tables with writes that were seen to fire triggers.
#[derive(Default)]
struct Triggers {
    /// Whether there are any, which every write reads.
    any: AtomicBool,
    tables: RwLock<HashSet<usize>>,
}

/// The address of a table: tables are constants, and two that were merged are equal in every respect.
fn address(table: &'static Table) -> usize {
    std::ptr::from_ref(table).addr()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
