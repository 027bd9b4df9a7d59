//! Settings of a connection do not reach the next user of the connection.

use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, Model, Result, sql};

use crate::support::{Account, bank, new, process, run};

/// A database with one connection.
fn lone() -> Result<(Db, Db)> {
    let (direct, url) = bank();
    Ok((Db::postgres().connections(1).connect(&url)?, direct))
}

fn shown(db: &impl orm::Executor, setting: &str) -> Result<String> {
    Ok(sql("SELECT current_setting($1)").bind(setting).tuples::<(String,)>(db)?.remove(0).0)
}

#[test]
fn settings_of_one_use_are_not_met_by_the_next() -> Result<()> {
    let (db, _direct) = lone()?;
    let before = shown(&db, "search_path")?;
    for statement in [
        "SET search_path = pg_catalog",
        "SELECT set_config('search_path', 'pg_catalog', false)",
        "DO $$ BEGIN SET search_path = pg_catalog; END $$",
        "RESET search_path",
    ] {
        sql(statement).writing().execute(&db)?;
        assert_eq!(shown(&db, "search_path")?, before, "{statement}");
        new(statement).insert(&db)?;
    }
    // Nor after a transaction that was rolled back, or in which something failed.
    let transaction = db.begin()?;
    sql("SET SESSION statement_timeout = 12345").execute(&transaction)?;
    assert_eq!(shown(&transaction, "statement_timeout")?, "12345ms");
    transaction.rollback()?;
    assert_ne!(shown(&db, "statement_timeout")?, "12345ms");
    Ok(())
}

#[test]
fn roles_channels_locks_and_temporary_tables_end_with_their_use() -> Result<()> {
    let (db, direct) = lone()?;
    let role = sql("SELECT current_user::text").tuples::<(String,)>(&db)?;
    run(&db, "SET ROLE pg_monitor");
    assert_eq!(sql("SELECT current_user::text").tuples::<(String,)>(&db)?, role);
    run(&db, "LISTEN news");
    assert!(sql("SELECT c FROM pg_listening_channels() AS c").tuples::<(String,)>(&db)?.is_empty());
    run(&db, "CREATE TEMP TABLE accounts (id bigint)");
    assert_eq!(Account::query().count(&db)?, 2);
    sql("SELECT pg_advisory_lock(5137, 1)").writing().execute(&db)?;
    // The server releases it after it has noticed that the connection is closed.
    let is_free = || sql("SELECT pg_try_advisory_lock(5137, 1)").writing().tuples::<(bool,)>(&direct);
    let began = Instant::now();
    while is_free()? != [(true,)] {
        assert!(began.elapsed() < Duration::from_secs(10), "the lock is still held");
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// A setting that ends with its transaction leaves the connection in the pool.
#[test]
fn settings_of_a_transaction_cost_no_connection() -> Result<()> {
    let (db, _direct) = lone()?;
    let before = process(&db)?;
    db.transaction(|transaction| {
        sql("SET LOCAL statement_timeout = 12345").execute(transaction)?;
        sql("SELECT set_config('search_path', 'pg_catalog', true)").tuples::<(String,)>(transaction)?;
        sql("SELECT pg_advisory_xact_lock(5137, 2)").writing().execute(transaction).map(|_| ())
    })?;
    assert_eq!(process(&db)?, before);
    assert_ne!(shown(&db, "statement_timeout")?, "12345ms");
    run(&db, "SET statement_timeout = 12345");
    assert_ne!(process(&db)?, before);
    Ok(())
}

/// The server reports the setting, whatever has changed it: here a function, which no classification of statements
/// sees.
#[test]
fn another_encoding_ends_the_connection() -> Result<(), Error> {
    let (db, direct) = lone()?;
    run(
        &direct,
        "CREATE FUNCTION garble() RETURNS text LANGUAGE sql AS $$ SELECT set_config('client_encoding', 'latin1', false) $$",
    );
    for statement in ["SET client_encoding = latin1", "SELECT garble()"] {
        let error = sql(statement).writing().execute(&db).unwrap_err();
        assert!(error.is_connection_lost() && error.to_string().contains("client_encoding"), "{error}");
        new(&format!("Renée after {statement}")).insert(&db)?;
    }
    let owners = Account::query().filter(Account::owner().starts_with("Renée")).count(&direct)?;
    assert_eq!(owners, 2);
    // Text that is not ASCII arrives in a transaction with the same attempt.
    let transaction = db.begin()?;
    assert!(sql("SET LOCAL client_encoding = latin1").execute(&transaction).is_err());
    assert!(new("Zoë").insert(&transaction).is_err());
    drop(transaction);
    assert_eq!(Account::query().filter(Account::owner().eq("Zoë")).count(&direct)?, 0);
    Ok(())
}
