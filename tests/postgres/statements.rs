//! Statements: limits in time, tables that change under them, and values that cannot be sent.

use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, Model, sql};

use crate::server;
use crate::support::{Account, await_sleep, bank, new, process, run};

#[test]
fn a_statement_that_takes_too_long_is_stopped_by_the_server() -> Result<(), Error> {
    let (_db, url) = bank();
    let db = Db::postgres().statement_timeout(Duration::from_millis(50)).connect(&url)?;
    let error = sql("SELECT 1 FROM (SELECT pg_sleep(30)) AS s").tuples::<(i32,)>(&db).unwrap_err();
    assert!(error.is_statement_timeout(), "{error}");
    assert!(error.to_string().contains("50ms"), "{error}");
    assert_eq!(error.sqlstate(), Some("57014"));
    assert_eq!(Account::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn a_wait_for_a_lock_ends() -> Result<(), Error> {
    let (db, url) = bank();
    let impatient = Db::postgres().lock_timeout(Duration::from_millis(50)).connect(&url)?;
    let holder = db.begin()?;
    Account::rows_where(Account::id().eq(1)).update(&holder, Account::balance().add(1))?;
    let error = Account::rows_where(Account::id().eq(1)).update(&impatient, Account::balance().add(1)).unwrap_err();
    assert!(error.is_busy() && error.is_retryable(), "{error}");
    Ok(())
}

#[test]
fn a_long_statement_is_stopped_from_another_thread() -> Result<(), Error> {
    let (db, _) = bank();
    let transaction = db.begin()?;
    let process = process(&transaction)?;
    let other = db.clone();
    let stopper = thread::spawn(move || {
        await_sleep(process);
        let began = Instant::now();
        other.interrupt().map(|()| began)
    });
    let error = sql("SELECT 1 FROM (SELECT pg_sleep(60)) AS s").tuples::<(i32,)>(&transaction).unwrap_err();
    let began = stopper.join().expect("the thread ends")?;
    assert!(error.is_interrupted(), "{error}");
    assert!(began.elapsed() < Duration::from_secs(2));
    transaction.rollback()?;
    assert_eq!(Account::query().count(&db)?, 2);
    Ok(())
}

/// Two tables with one name, one after the other, as in a program that migrates while it runs.
#[test]
fn a_statement_survives_a_table_of_other_types() -> Result<(), Error> {
    #[derive(Model, Debug)]
    #[model(table = "readings")]
    struct Counted {
        id: i64,
        value: i64,
    }
    #[derive(Model, Debug)]
    #[model(table = "readings")]
    struct Written {
        id: i64,
        value: String,
    }
    let db = Db::postgres().connections(1).connect(&server::schema())?;
    db.create_tables::<Counted>()?;
    NewCounted { value: 7 }.insert(&db)?;
    orm::insert_many(&db, [NewCounted { value: 8 }, NewCounted { value: 9 }])?;
    assert_eq!(Counted::query().filter(Counted::value().eq(7)).count(&db)?, 1);

    run(&db, "DROP TABLE readings");
    db.create_tables::<Written>()?;
    NewWritten { value: "7".into() }.insert(&db)?;
    // As the first statement of a transaction, and later in one: a refused statement was not sent.
    let transaction = db.begin()?;
    assert_eq!(Written::query().filter(Written::value().eq("7")).count(&transaction)?, 1);
    orm::insert_many(&transaction, [NewWritten { value: "8".into() }, NewWritten { value: "9".into() }])?;
    transaction.commit()?;
    assert_eq!(Written::query().count(&db)?, 3);

    // An error of the server ends the transaction, and the program has to run it again.
    let more = || ["7", "8"].map(|value| NewWritten { value: value.into() });
    run(&db, "CREATE TYPE digit AS ENUM ('7', '8', '9')");
    run(&db, "ALTER TABLE readings ALTER COLUMN value TYPE digit USING value::digit");
    let mut tries = 0;
    db.transaction_with_retries(2, |transaction| {
        tries += 1;
        orm::insert_many(transaction, more())
    })?;
    assert_eq!((tries, Written::query().count(&db)?), (2, 5));
    // A value that never fits is still refused.
    run(&db, "ALTER TABLE readings ALTER COLUMN value TYPE bytea USING value::text::bytea");
    let error = NewWritten { value: "7".into() }.insert(&db).unwrap_err();
    assert!(error.is_encode() && error.to_string().contains("bytea"), "{error}");
    Ok(())
}

#[test]
fn a_statement_survives_a_change_of_its_table() -> Result<(), Error> {
    let (db, url) = bank();
    let one = Db::postgres().connections(1).connect(&url)?;
    assert_eq!(Account::query().all(&one)?.len(), 2);
    // The type of a column changes, and with it the result of the connection's prepared statement.
    run(&db, "ALTER TABLE accounts ALTER COLUMN balance TYPE integer");
    assert_eq!(Account::query().all(&one)?.len(), 2);
    run(&db, "ALTER TABLE accounts ALTER COLUMN balance TYPE bigint");
    // Also as the first statement of a reading transaction.
    let reading = one.begin_read()?;
    assert_eq!(Account::query().all(&reading)?.len(), 2);
    drop(reading);
    // Later in a transaction there is no second attempt, but the next transaction has one.
    let mut first = true;
    let found = one.transaction_with_retries(2, |transaction| {
        new("Grace").insert(transaction)?;
        if std::mem::take(&mut first) {
            Account::query().count(transaction)?;
        }
        Ok(Account::query().all(transaction)?.len())
    })?;
    assert_eq!(found, 3);
    run(&db, "ALTER TABLE accounts ALTER COLUMN owner TYPE varchar(80)");
    let transaction = one.begin()?;
    assert_eq!(Account::query().count(&transaction)?, 3);
    let error = Account::query().all(&transaction).unwrap_err();
    assert!(error.is_retryable(), "{error}");
    drop(transaction);
    assert_eq!(Account::query().all(&one)?.len(), 3);

    run(&db, "ALTER TABLE accounts RENAME COLUMN owner TO holder");
    let error = Account::query().all(&one).unwrap_err();
    assert!(error.is_schema_mismatch(), "{error}");
    assert_eq!((error.table(), error.column()), (Some("accounts"), Some("owner")));
    run(&db, "DROP TABLE accounts");
    let error = Account::query().all(&one).unwrap_err();
    assert!(error.is_schema_mismatch(), "{error}");
    assert_eq!(error.table(), Some("accounts"));
    Ok(())
}

#[test]
fn statements_that_the_server_forgot_are_prepared_again() -> Result<(), Error> {
    let (_db, url) = bank();
    let db = Db::postgres().connections(1).connect(&url)?;
    assert_eq!(Account::query().all(&db)?.len(), 2);
    sql("DEALLOCATE ALL").execute(&db)?;
    assert_eq!(Account::query().all(&db)?.len(), 2);
    Ok(())
}

#[test]
fn no_more_statements_are_kept_than_allowed() -> Result<(), Error> {
    let (_db, url) = bank();
    for most in [0, 3] {
        let db = Db::postgres().connections(1).cached_statements(most).connect(&url)?;
        for number in 0..10_i64 {
            let text = orm::TrustedSql(format!("SELECT CAST({number} AS bigint)"));
            assert_eq!(sql(text).tuples::<(i64,)>(&db)?, [(number,)]);
        }
        let kept = sql("SELECT count(*) FROM pg_prepared_statements").tuples::<(i64,)>(&db)?[0].0;
        assert!(kept <= i64::try_from(most).expect("a small number") + 1, "{kept} are kept");
    }
    Ok(())
}

#[test]
fn text_with_a_nul_is_refused_before_it_is_sent() -> Result<(), Error> {
    let (db, _) = bank();
    let transaction = db.begin()?;
    let error = new("A\0B").insert(&transaction).unwrap_err();
    assert!(error.is_encode(), "{error}");
    assert!(error.to_string().contains("NUL"), "{error}");
    // It was not sent, so the transaction goes on.
    new("AB").insert(&transaction)?;
    transaction.commit()?;
    Ok(())
}

#[test]
fn a_number_that_the_statement_cannot_take_is_refused_before_it_is_sent() -> Result<(), Error> {
    let (db, _) = bank();
    let transaction = db.begin()?;
    let text = "SELECT CAST($1 AS integer)";
    assert_eq!(sql(text).bind(7_i64).tuples::<(i32,)>(&transaction)?, [(7,)]);
    let error = sql(text).bind(5_000_000_000_i64).tuples::<(i32,)>(&transaction).unwrap_err();
    assert!(error.is_encode(), "{error}");
    let error = sql(text).bind("seven").tuples::<(i32,)>(&transaction).unwrap_err();
    assert!(error.is_encode() && error.to_string().contains("int4"), "{error}");
    assert_eq!(sql(text).bind(8_i64).tuples::<(i32,)>(&transaction)?, [(8,)]);
    Ok(())
}

#[test]
fn a_value_of_an_unknown_type_is_its_text_and_no_number() {
    let (db, _) = bank();
    let interval = "SELECT CAST('1 day' AS interval), 7::bigint";
    assert_eq!(sql(interval).tuples::<(String, i64)>(&db).expect("it is read"), [("1 day".to_owned(), 7)]);
    let error = sql(interval).tuples::<(i64, i64)>(&db).unwrap_err();
    assert!(error.is_decode() && error.column() == Some("interval"), "{error}");
}

#[test]
fn a_row_that_cannot_be_read_leaves_the_connection_as_it_was() -> Result<(), Error> {
    let (_db, url) = bank();
    let db = Db::postgres().connections(1).connect(&url)?;
    let numbers = "SELECT CAST(number AS text) FROM generate_series(1, 200000) AS number";
    for _ in 0..2 {
        let error = sql(numbers).tuples::<(i64,)>(&db).unwrap_err();
        assert!(error.is_decode(), "{error}");
        assert_eq!(Account::query().count(&db)?, 2);
    }
    let transaction = db.begin()?;
    new("Grace").insert(&transaction)?;
    assert!(sql(numbers).tuples::<(i64,)>(&transaction).unwrap_err().is_decode());
    // The server had no error.
    transaction.commit()?;
    assert_eq!(Account::query().count(&db)?, 3);
    Ok(())
}

/// Names that a literal has to escape as well as an identifier.
#[derive(Model)]
#[model(table = "it's a \"team\"")]
struct Team {
    id: i64,
    #[belongs_to(captain: Player)]
    captain_id: Option<i64>,
}

#[derive(Model)]
#[model(table = "o'players")]
struct Player {
    id: i64,
    #[belongs_to(team: Team)]
    team_id: i64,
}

#[test]
fn foreign_keys_in_a_circle_are_added_once() -> Result<(), Error> {
    let db = Db::connect(&server::schema())?;
    let keys =
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    for _ in 0..2 {
        db.create_tables::<(Team, Player)>()?;
        assert_eq!(sql(keys).tuples::<(i64,)>(&db)?, [(2,)]);
    }
    assert_eq!(db.check::<(Team, Player)>()?, []);
    Ok(())
}
