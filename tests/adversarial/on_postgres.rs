//! What the cases share where the database is PostgreSQL: schemas, and the server's own account of what it does.

use orm::{Db, Error, Result, Transaction, TrustedSql, sql};

use crate::bank::{Account, Entry};
use crate::server;

/// A fresh, empty database.
pub(crate) fn db() -> Db {
    File::new().open()
}

/// A schema of its own, gone when the test ends.
pub(crate) struct File(String);

impl File {
    pub(crate) fn new() -> Self {
        File(server::schema())
    }

    /// What another process needs to know to open it.
    pub(crate) fn address(&self) -> String {
        self.0.clone()
    }

    pub(crate) fn open(&self) -> Db {
        open(&self.0)
    }

    /// With the tables, and no rows.
    pub(crate) fn with_tables(&self) -> Db {
        let db = self.open();
        db.create_tables::<(Account, Entry)>().expect("the tables are created");
        db
    }
}

/// Opens what stands at an address.
pub(crate) fn open(address: &str) -> Db {
    Db::connect(address).expect("the server is there")
}

/// The error of opening a database whose name forges lines and colours, and which is not there.
pub(crate) fn missing() -> Error {
    let (host, _) = server::url().rsplit_once('/').expect("a database's URL");
    Db::connect(&format!("{host}/%1B[31m%0Aforged")).expect_err("there is no such database")
}

/// What must hold whatever went wrong: every account has all of its entries.
#[track_caller]
pub(crate) fn assert_all_whole(file: &File, entries: i64) {
    let db = file.open();
    let partial = "SELECT count(*) FROM accounts a WHERE (SELECT count(*) FROM entries WHERE account_id = a.id) <> $1";
    let partial: Vec<(i64,)> = sql(partial).bind(entries).tuples(&db).expect("the rows are counted");
    assert_eq!(partial, [(0,)], "an account has some of its entries");
    let stray = "SELECT count(*) FROM entries WHERE account_id NOT IN (SELECT id FROM accounts)";
    let stray: Vec<(i64,)> = sql(stray).tuples(&db).expect("the rows are counted");
    assert_eq!(stray, [(0,)], "an entry has no account");
}

/// Tells what the server is asked for by a statement, other than reading the two tables: by the locks that parsing it takes.
pub(crate) struct Watch(Db);

impl Watch {
    pub(crate) fn new(file: &File) -> Self {
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
    // The locks are told by a view of the catalogue, which takes one itself.
    let is_meant = |table: &str, mode: &str| mode == "AccessShareLock" && (is_own(table) || table == "pg_locks");
    Ok(locks.into_iter().filter(|(table, mode)| !is_meant(table, mode)).map(|lock| format!("{lock:?}")).collect())
}

/// The one of the two that is meant for this database.
pub(crate) fn either<T>(_sqlite: T, postgres: T) -> T {
    postgres
}
