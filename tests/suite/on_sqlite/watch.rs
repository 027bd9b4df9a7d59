//! SQLite's report of what a statement accesses.

use std::sync::{Arc, Mutex};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::Shared;

/// Reports what a statement accesses in SQLite, except reading the two tables and calling their functions.
pub(crate) struct Watch {
    raw: rusqlite::Connection,
    actions: Arc<Mutex<Vec<String>>>,
}

impl Watch {
    pub(crate) fn new(file: &Shared) -> Self {
        let (mut raw, actions) = (file.raw(), Arc::new(Mutex::new(Vec::new())));
        rusqlite::vtab::array::load_module(&raw).expect("the module is loaded");
        let seen = Arc::clone(&actions);
        raw.authorizer(Some(move |context: AuthContext<'_>| {
            let is_meant = match context.action {
                AuthAction::Select => true,
                AuthAction::Read { table_name, .. } => matches!(table_name, "accounts" | "entries" | "k" | "rarray"),
                AuthAction::Function { function_name } => matches!(function_name, "like" | "glob" | "count"),
                _ => false,
            };
            if !is_meant {
                seen.lock().expect("nobody panicked").push(format!("{:?}", context.action));
            }
            Authorization::Allow
        }))
        .expect("the authorizer is set");
        Watch { raw, actions }
    }

    pub(crate) fn others(&self, statement: &str) -> Vec<String> {
        self.raw.prepare(statement).expect("the statement is one");
        std::mem::take(&mut *self.actions.lock().expect("nobody panicked"))
    }
}
