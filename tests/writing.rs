//! Changing many rows at once, inserting what may exist, and transactions within transactions.
#![expect(missing_docs, reason = "the models and names of a test explain themselves")]

use orm::{Db, Model, assert_queries};

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(transfers: Transfer)]
#[model(unique(owner))]
pub struct Account {
    id: i64,
    owner: String,
    balance: i64,
    note: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub struct Transfer {
    id: i64,
    #[belongs_to(account: Account, on_delete = cascade)]
    account_id: i64,
    amount: i64,
}

fn bank() -> orm::Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Account, Transfer)>()?;
    let accounts = [("Ada", 100), ("Ben", 50), ("Cleo", 0)];
    orm::insert_many(&db, accounts.map(|(owner, balance)| NewAccount { owner: owner.into(), balance, note: None }))?;
    orm::insert_many(&db, [NewTransfer { account_id: 1, amount: 7 }])?;
    Ok(db)
}

fn balances(db: &Db) -> orm::Result<Vec<i64>> {
    Ok(Account::query().all(db)?.into_iter().map(|account| account.balance).collect())
}

#[test]
fn a_set_of_rows_is_updated_by_expressions_in_one_statement() -> orm::Result<()> {
    let db = bank()?;
    let rich = Account::rows_where(Account::balance().ge(50));
    let changed = assert_queries!(&db, 1, rich.update(&db, (Account::balance().add(5), Account::note().set("rich")))?);
    assert_eq!((changed, balances(&db)?), (2, vec![105, 55, 0]));
    assert_eq!(Account::find(&db, 1)?.note.as_deref(), Some("rich"));
    Account::all_rows().update(&db, (Account::balance().mul(2), Account::note().set(None)))?;
    assert_eq!(balances(&db)?, [210, 110, 0]);
    Account::rows_where(Account::transfers().any(Transfer::amount().gt(5))).update(&db, Account::balance().sub(10))?;
    assert_eq!(balances(&db)?, [200, 110, 0]);
    Ok(())
}

#[test]
fn the_statement_of_an_update_is_what_one_would_write() -> orm::Result<()> {
    let db = bank()?;
    let log = db.record();
    Account::rows_where(Account::owner().eq("Ada")).update(&db, Account::balance().add(1))?;
    Account::rows_where(Account::owner().eq("Ada")).delete(&db)?;
    assert_eq!(
        log.statements(),
        [
            r#"UPDATE "accounts" AS t0 SET "balance" = (t0."balance" + ?1) WHERE t0."owner" = ?2"#,
            r#"DELETE FROM "accounts" AS t0 WHERE t0."owner" = ?1"#,
        ]
    );
    assert_eq!(Transfer::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn a_column_changed_twice_is_refused() -> orm::Result<()> {
    let db = bank()?;
    let twice = Account::all_rows().update(&db, (Account::balance().add(1), Account::balance().set(3)));
    assert!(twice.is_err_and(|error| error.is_invalid() && error.to_string().contains("Account.balance")));
    assert_eq!(Account::all_rows().delete(&db)?, 3);
    Ok(())
}

#[test]
fn a_row_that_exists_is_updated_or_skipped() -> orm::Result<()> {
    let db = bank()?;
    let new = |owner: &str, balance| NewAccount { owner: owner.into(), balance, note: Some("new".into()) };
    let ada = orm::upsert(&db, new("Ada", 1), Account::owner(), Account::balance())?;
    assert_eq!(ada, Account { id: 1, owner: "Ada".into(), balance: 1, note: None });
    let dan = orm::upsert(&db, new("Dan", 2), Account::owner(), (Account::balance(), Account::note()))?;
    assert_eq!((dan.id, dan.note.as_deref()), (4, Some("new")));
    assert_eq!(orm::insert_or_skip(&db, new("Ben", 9), Account::owner())?, None);
    assert_eq!(orm::insert_or_skip(&db, new("Eve", 9), Account::owner())?.map(|eve| eve.balance), Some(9));
    assert_eq!(balances(&db)?, [1, 50, 0, 2, 9]);
    Ok(())
}

#[test]
fn a_part_of_a_transaction_is_undone_by_itself() -> orm::Result<()> {
    let db = bank()?;
    db.transaction(|tx| {
        Account::rows_where(Account::id().eq(1)).update(tx, Account::balance().set(1))?;
        let failed = tx.transaction(|tx| {
            Account::all_rows().update(tx, Account::balance().set(2))?;
            tx.transaction(|tx| Account::all_rows().delete(tx).map(|_| ()))?;
            Account::find(tx, 99).map(|_| ())
        });
        assert!(failed.is_err_and(|error| error.is_not_found()));
        tx.transaction(|tx| {
            Account::rows_where(Account::id().eq(2)).update(tx, Account::balance().set(3)).map(|_| ())
        })?;
        let savepoint = tx.savepoint()?;
        Account::all_rows().delete(tx)?;
        drop(savepoint);
        Ok(())
    })?;
    assert_eq!(balances(&db)?, [1, 3, 0]);
    Ok(())
}

#[test]
fn a_hundred_levels_of_savepoints() -> orm::Result<()> {
    fn descend(tx: &orm::Transaction<'_>, depth: u32) -> orm::Result<()> {
        Account::rows_where(Account::id().eq(1)).update(tx, Account::balance().add(1))?;
        if depth == 0 { Ok(()) } else { tx.transaction(|tx| descend(tx, depth - 1)) }
    }
    let db = bank()?;
    db.transaction(|tx| descend(tx, 100))?;
    assert_eq!(balances(&db)?[0], 201);
    Ok(())
}

#[test]
fn a_panic_in_a_part_undoes_all_of_it() -> orm::Result<()> {
    let db = bank()?;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        db.transaction(|tx| {
            Account::all_rows().delete(tx)?;
            tx.transaction(|_| -> orm::Result<()> { panic!("in the middle") })
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(balances(&db)?, [100, 50, 0]);
    Ok(())
}

#[test]
fn an_outer_savepoint_ends_those_within() -> orm::Result<()> {
    let db = bank()?;
    let tx = db.begin()?;
    let outer = tx.savepoint()?;
    let inner = tx.savepoint()?;
    Account::all_rows().delete(&tx)?;
    outer.rollback()?;
    inner.commit()?;
    tx.commit()?;
    assert_eq!(balances(&db)?, [100, 50, 0]);
    Ok(())
}

#[test]
fn a_transaction_is_tried_again_when_that_may_help() -> orm::Result<()> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("busy.db");
    let db = Db::sqlite().busy_timeout(std::time::Duration::ZERO).open(&path)?;
    db.create_tables::<(Account, Transfer)>()?;
    let other = rusqlite::Connection::open(&path).expect("a second connection");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let insert = |tx: &orm::Transaction<'_>| NewAccount { owner: "Ada".into(), balance: 0, note: None }.insert(tx);
    assert!(db.transaction_with_retries(2, insert).is_err_and(|error| error.is_busy() && error.is_retryable()));
    let release = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        other.execute_batch("COMMIT").expect("the lock is let go");
    });
    db.transaction_with_retries(12, insert)?;
    release.join().expect("the other connection");
    assert_eq!(Account::query().count(&db)?, 1);
    Ok(())
}
