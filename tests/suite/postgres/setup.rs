//! The program's setup of each new connection to PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm::{Db, Result, sql};

use crate::server;

#[test]
fn every_connection_has_what_the_hook_set() -> Result<()> {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let db = Db::postgres()
        .connections(3)
        .on_connect(move |connection| {
            counted.fetch_add(1, Ordering::SeqCst);
            connection.execute("SET statement_timeout = 12345")?;
            connection.execute(sql("SELECT set_config('orm_test.tenant', $1, false)").bind("it's 7"))
        })
        .on_connect(|connection| {
            assert_eq!(connection.tuples::<(String,)>("SHOW orm_test.tenant")?, [("it's 7".to_owned(),)]);
            connection.execute("CREATE TEMP TABLE words (word text)")
        })
        .connect(&server::schema())?;
    let check = |on: &orm::Transaction<'_>| -> Result<()> {
        assert_eq!(sql("SHOW orm_test.tenant").tuples::<(String,)>(on)?, [("it's 7".to_owned(),)]);
        assert_eq!(sql("SHOW statement_timeout").tuples::<(String,)>(on)?, [("12345ms".to_owned(),)]);
        assert_eq!(sql("SELECT count(*) FROM words").tuples::<(i64,)>(on)?, [(0,)]);
        Ok(())
    };
    assert_eq!(count.load(Ordering::SeqCst), 1);
    for _ in 0..3 {
        check(&db.begin()?)?;
    }
    assert_eq!(count.load(Ordering::SeqCst), 1, "a connection that comes back is as it was");
    let (one, two, three) = (db.begin()?, db.begin_read()?, db.begin_read()?);
    [&one, &two, &three].into_iter().try_for_each(check)?;
    assert_eq!(count.load(Ordering::SeqCst), 3);
    Ok(())
}

#[test]
fn a_hook_that_fails_is_an_open_failure_that_says_so() -> Result<()> {
    let url = server::schema();
    let error = Db::postgres().on_connect(|c| c.execute("SET no_such_setting = 1")).connect(&url).unwrap_err();
    assert!(error.is_open_failure());
    let text = error.to_string();
    assert!(text.starts_with("cannot open `postgres://") && text.contains("`on_connect` failed: "), "{text}");
    assert!(text.contains("no_such_setting"), "{text}");
    assert_eq!(error.statement(), Some("SET no_such_setting = 1"));
    let error = Db::postgres().on_connect(|c| c.execute("BEGIN")).connect(&url).unwrap_err();
    assert!(error.to_string().ends_with("`on_connect` left a transaction open"), "{error}");
    let several = Db::postgres().on_connect(|c| c.execute("CREATE TEMP TABLE a (x int); CREATE INDEX i ON a (x)"));
    let error = several.connect(&url).unwrap_err();
    assert!(error.to_string().contains("the SQL contains more than one statement"), "{error}");

    // A setup that fails later returns its error to the waiting call, and leaves room for another connection.
    let calls = AtomicUsize::new(0);
    let hook = move |connection: &mut orm::PostgresSetup<'_>| match calls.fetch_add(1, Ordering::SeqCst) {
        1 => connection.execute("SELECT 1 / 0"),
        _ => Ok(()),
    };
    let db = Db::postgres().connections(2).on_connect(hook).connect(&url)?;
    let _first = db.begin()?;
    let error = db.begin().unwrap_err();
    assert!(error.is_open_failure() && error.to_string().contains("division by zero"), "{error}");
    assert_eq!(sql("SELECT 1").tuples::<(i32,)>(&db.begin()?)?, [(1,)]);
    Ok(())
}
