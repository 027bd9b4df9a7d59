//! What databases do differently when migrations run, as data.

use std::time::Duration;

/// How migrations run on a database.
#[derive(Debug)]
pub struct Migrating {
    /// The statement that returns the quoted name of the table of the history, with its schema, and whether it exists. The name is
    /// `NULL` if the table could not be created.
    pub history: &'static str,
    /// How a session keeps others from migrating. `None` if a write transaction has the whole database to itself.
    pub lock: Option<SessionLock>,
    /// The statement that limits, in the open transaction, how long a statement waits for a lock.
    pub lock_timeout: Option<fn(Duration) -> String>,
    /// Whether the database has statements that cannot run in a transaction.
    pub runs_outside_of_transactions: bool,
    /// How foreign keys are switched off, where they can be.
    pub foreign_keys: Option<ForeignKeySwitch>,
    /// Whether a statement changes what outlives its transaction on the connection.
    pub changes_session: fn(&str) -> bool,
}

/// A lock that a session holds by a number until it releases it or ends.
#[derive(Debug)]
pub struct SessionLock {
    /// The statement that tries to take the lock, and returns whether it did.
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
    /// The statement that lists the rows that violate one: the table, the rowid or `NULL`, and the table that it refers to.
    pub violations: &'static str,
    /// The statement that lists the triggers: the name, and the table.
    pub triggers: &'static str,
    /// The statement that takes back what a file may have set and not set back, since it failed.
    pub reset: &'static str,
    /// The name of the setting, which a statement within a transaction cannot change.
    pub setting: &'static str,
}
