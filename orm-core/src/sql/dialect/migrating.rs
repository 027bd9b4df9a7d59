//! The differences between databases in migrations, as data.

use std::time::Duration;

/// How migrations run on a database.
#[derive(Debug)]
pub struct Migrating {
    /// The statement that returns the quoted name of the history table, with its schema, and whether it exists. The
    /// name is `NULL` if the table could not be created.
    pub history: &'static str,
    /// How a session prevents others from migrating. `None` if a write transaction locks the whole database.
    pub lock: Option<SessionLock>,
    /// The statement that limits how long statements of the open transaction wait for a lock.
    pub lock_timeout: Option<fn(Duration) -> String>,
    /// Whether the database has statements that cannot run in a transaction.
    pub runs_outside_of_transactions: bool,
    /// How foreign keys are switched off, if they can be.
    pub foreign_keys: Option<ForeignKeySwitch>,
    /// Whether a statement changes state of the connection that outlives its transaction.
    pub changes_session: fn(&str) -> bool,
}

/// A lock with a number that a session holds until it releases it or ends.
#[derive(Debug)]
pub struct SessionLock {
    /// The statement that tries to acquire the lock, and returns whether it did.
    pub acquire: fn(i64) -> String,
    /// The statement that releases it.
    pub release: fn(i64) -> String,
}

/// Foreign keys that are switched off and on outside of transactions.
#[derive(Debug)]
pub struct ForeignKeySwitch {
    /// The statement that returns whether they are on.
    pub are_on: &'static str,
    /// The statement that switches them off.
    pub off: &'static str,
    /// The statement that switches them on.
    pub on: &'static str,
    /// The statement that lists the rows that violate one: the table, the rowid or `NULL`, and the referenced table.
    pub violations: &'static str,
    /// The statement that lists the tables, and the indexes and triggers that were created by a statement: the kind, the
    /// name, the table, and the statement.
    pub objects: &'static str,
    /// Statements that fail if a view or a trigger reads what does not exist. They change the database, so they have to
    /// be rolled back.
    pub probe: [&'static str; 2],
    /// The statement that lists statements which compile all triggers, and fail if a trigger writes what does not exist:
    /// the table, and the statement.
    pub compiling: &'static str,
    /// The statement that resets what a failed file may have set.
    pub reset: &'static str,
    /// The name of the setting, which a statement within a transaction cannot change.
    pub setting: &'static str,
}
