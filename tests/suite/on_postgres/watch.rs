//! The server's report of what a statement accesses.

use orm::{Db, Result, Transaction, TrustedSql, sql};

use super::Shared;

/// Reports what a statement accesses on the server, except reading the two tables, by the locks that parsing it takes.
pub(crate) struct Watch(Db);

impl Watch {
    pub(crate) fn new(file: &Shared) -> Self {
        Watch(file.open())
    }

    pub(crate) fn others(&self, statement: &str) -> Vec<String> {
        self.0.transaction(|transaction| other_locks(transaction, statement)).expect("the statement is one")
    }
}

/// The locks that parsing a statement takes, other than those for reading the two tables.
fn other_locks(transaction: &Transaction<'_>, statement: &str) -> Result<Vec<String>> {
    sql(TrustedSql(format!("PREPARE watched AS {statement}"))).execute(transaction)?;
    let locks = "SELECT CAST(CAST(relation AS regclass) AS text), mode FROM pg_locks
        WHERE pid = pg_backend_pid() AND locktype = 'relation'";
    let locks = sql(locks).tuples::<(String, String)>(transaction)?;
    sql("DEALLOCATE watched").execute(transaction)?;
    let is_own = |table: &str| matches!(table, "accounts" | "entries");
    assert!(locks.iter().any(|(table, _)| is_own(table)), "the statement reads neither of the two: {locks:?}");
    // A view of the catalogue returns the locks, and the query takes a lock itself.
    let is_meant = |table: &str, mode: &str| mode == "AccessShareLock" && (is_own(table) || table == "pg_locks");
    Ok(locks.into_iter().filter(|(table, mode)| !is_meant(table, mode)).map(|lock| format!("{lock:?}")).collect())
}
