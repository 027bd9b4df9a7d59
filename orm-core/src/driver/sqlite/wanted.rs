//! Keys that the rows of a statement request while it runs, for a later part of the same statement.

use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;
use rusqlite::vtab::array::Array;

/// The list of keys, shared between the sink of the rows and the SQL function `orm_wanted()`, which returns it as an
/// array for `rarray`.
#[derive(Clone, Default)]
pub(super) struct Wanted(Arc<Mutex<List>>);

#[derive(Default)]
struct List {
    keys: Vec<i64>,
    /// The statement has taken the list: further keys would be left out.
    taken: bool,
}

impl Wanted {
    /// Defines the function on a connection.
    pub(super) fn define(raw: &rusqlite::Connection) -> rusqlite::Result<Self> {
        let wanted = Wanted::default();
        let shared = wanted.clone();
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        raw.create_scalar_function(c"orm_wanted", 0, flags, move |_| Ok(shared.take()))?;
        Ok(wanted)
    }

    /// Begins an empty list, for a new statement.
    pub(super) fn clear(&self) {
        let mut list = self.lock();
        list.keys.clear();
        list.taken = false;
    }

    /// Adds a key. Returns false if the list was taken.
    pub(super) fn push(&self, key: i64) -> bool {
        let mut list = self.lock();
        list.keys.push(key);
        !list.taken
    }

    fn take(&self) -> Array {
        let mut list = self.lock();
        list.taken = true;
        // The database finds keys faster in its own order.
        list.keys.sort_unstable();
        list.keys.dedup();
        Rc::new(list.keys.iter().map(|&key| Value::Integer(key)).collect())
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
