//! How migrations run on PostgreSQL.

use super::session::changes_session;
use crate::sql::{Migrating, SessionLock};

/// Sessions exclude each other with an advisory lock, which is tried and never awaited: `CREATE INDEX CONCURRENTLY`
/// waits for every waiting statement.
pub(super) static MIGRATING: Migrating = Migrating {
    history: "SELECT quote_ident(current_schema()::text) || '.refinery_schema_history', \
              to_regclass(quote_ident(current_schema()::text) || '.refinery_schema_history') IS NOT NULL",
    lock: Some(SessionLock {
        acquire: |key| format!("SELECT pg_try_advisory_lock({key})"),
        release: |key| format!("SELECT pg_advisory_unlock({key})"),
    }),
    lock_timeout: Some(|limit| {
        format!("SET LOCAL lock_timeout = '{}ms'", limit.as_millis().clamp(1, i32::MAX as u128))
    }),
    runs_outside_of_transactions: true,
    foreign_keys: None,
    changes_session,
};
