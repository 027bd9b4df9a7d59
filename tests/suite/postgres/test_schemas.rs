//! A schema for one test: other tests do not see its changes, and it is dropped with the last handle.

use std::thread;

use orm::{Db, Model, Result, sql};

use super::{law, run};
use crate::schemas::university::{Department, NewDepartment};
use crate::server;

fn physics() -> NewDepartment {
    NewDepartment { name: "Physics".into() }
}

fn open(url: &str) -> Result<Db> {
    Db::postgres().test_schema().connect(url)
}

fn name(db: &Db) -> Result<String> {
    Ok(sql("SELECT CAST(current_schema() AS text)").tuples::<(String,)>(db)?.remove(0).0)
}

fn exists(db: &Db, schema: &str) -> Result<bool> {
    let found = sql("SELECT count(*) FROM pg_namespace WHERE nspname = $1").bind(schema).tuples::<(i64,)>(db)?;
    Ok(found == [(1,)])
}

#[test]
fn each_handle_has_tables_of_its_own() -> Result<()> {
    let url = server::schema();
    let outer = Db::connect(&url)?;
    outer.create_tables::<Department>()?;
    law().insert(&outer)?;
    let (one, two) = (open(&url)?, open(&url)?);
    // The table to which the URL leads is not visible.
    assert!(Department::query().all(&one).is_err_and(|error| error.sqlstate() == Some("42P01")));
    one.create_tables::<Department>()?;
    two.create_tables::<Department>()?;
    physics().insert(&one)?;
    assert_eq!(Department::query().select(Department::name()).all(&one)?, ["Physics"]);
    assert_eq!(Department::query().count(&two)?, 0);
    assert_eq!(Department::query().select(Department::name()).all(&outer)?, ["Law"]);
    assert!(one.check::<Department>()?.is_empty());
    Ok(())
}

#[test]
fn all_connections_are_in_it_and_transactions_are_committed() -> Result<()> {
    let db = Db::postgres().test_schema().connections(3).connect(&server::schema())?;
    db.create_tables::<Department>()?;
    db.transaction(|tx| law().insert(tx))?;
    let open = db.begin()?;
    physics().insert(&open)?;
    // Other threads use other connections, and do not see uncommitted changes.
    let seen = thread::scope(|scope| {
        let readers = [0; 2].map(|_| scope.spawn(|| Department::query().count(&db)));
        readers.map(|reader| reader.join().expect("the thread ends"))
    });
    assert_eq!(seen.map(Result::unwrap), [1, 1]);
    open.commit()?;
    assert_eq!(Department::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn it_is_dropped_with_the_last_handle() -> Result<()> {
    let url = server::schema();
    let outer = Db::connect(&url)?;
    let db = open(&url)?;
    let schema = name(&db)?;
    db.create_tables::<Department>()?;
    let clone = db.clone();
    drop(db);
    assert!(exists(&outer, &schema)?);
    law().insert(&clone)?;
    drop(clone);
    assert!(!exists(&outer, &schema)?);
    Ok(())
}

#[test]
fn it_is_dropped_whatever_limits_the_program_has_set() -> Result<()> {
    let url = server::schema();
    let outer = Db::connect(&url)?;
    let limit = std::time::Duration::from_millis(1);
    let db = Db::postgres().test_schema().statement_timeout(limit * 500).lock_timeout(limit).connect(&url)?;
    let schema = name(&db)?;
    db.create_tables::<Department>()?;
    // Another connection reads the table for a while.
    let reader = outer.begin()?;
    sql(orm::TrustedSql(format!("SELECT * FROM {schema}.departments"))).tuples::<(i64, String)>(&reader)?;
    let ended = thread::scope(|scope| {
        let dropping = scope.spawn(|| drop(db));
        thread::sleep(limit * 700);
        reader.rollback()?;
        dropping.join().expect("the thread ends");
        Result::Ok(())
    });
    ended?;
    assert!(!exists(&outer, &schema)?);
    Ok(())
}

#[test]
fn what_killed_programs_have_left_is_dropped_after_a_day() -> Result<()> {
    let url = server::schema();
    let outer = Db::connect(&url)?;
    run(
        &outer,
        [
            "DROP SCHEMA IF EXISTS orm_test_1700000000_00000000000000aa, orm_test_1700000000_00000000000000bb CASCADE",
            "CREATE SCHEMA orm_test_1700000000_00000000000000aa",
            "COMMENT ON SCHEMA orm_test_1700000000_00000000000000aa IS 'made for one test and dropped with it'",
            "CREATE TABLE orm_test_1700000000_00000000000000aa.notes (id integer)",
            "CREATE SCHEMA orm_test_1700000000_00000000000000bb",
        ],
    )?;
    drop(open(&url)?);
    assert!(!exists(&outer, "orm_test_1700000000_00000000000000aa")?);
    // A schema without the comment may belong to a user.
    assert!(exists(&outer, "orm_test_1700000000_00000000000000bb")?);
    run(&outer, ["DROP SCHEMA orm_test_1700000000_00000000000000bb"])
}

#[test]
fn the_hook_of_the_program_runs_in_it() -> Result<()> {
    let url = server::schema();
    let outer = Db::connect(&url)?;
    let shared = name(&outer)?;
    run(&outer, ["CREATE TYPE mood AS ENUM ('calm')"])?;
    let db = Db::postgres()
        .test_schema()
        .on_connect(move |connection| {
            let schema = connection.tuples::<(String,)>("SELECT CAST(current_schema() AS text)")?.remove(0).0;
            assert_ne!(schema, shared, "no connection is outside");
            let text = "SELECT set_config('search_path', current_schema() || ', ' || $1, false)";
            connection.execute(sql(text).bind(&*shared))
        })
        .connect(&url)?;
    assert!(name(&db)?.starts_with("orm_test_"));
    run(&db, ["CREATE TABLE days (mood mood)", "INSERT INTO days VALUES ('calm')"])
}

#[test]
fn a_sandbox_has_none() {
    let error = Db::postgres().test_schema().sandbox().connect(&server::schema()).unwrap_err();
    assert!(error.is_invalid(), "{error}");
}
