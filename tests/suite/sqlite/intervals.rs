//! Intervals, which SQLite does not have: each use returns an error, and nothing is stored.

use std::time::Duration;

use orm::value::Interval;
use orm::{Db, Model, Result, insert_many, sql};

#[derive(Model, Clone, Debug, PartialEq)]
struct Job {
    id: i64,
    lasted: Interval,
    paused: Option<Duration>,
}

const ADVICE: &str = "SQLite has no intervals; to store a duration, use an integer, such as its microseconds";

#[test]
fn a_table_with_intervals_is_not_created_and_takes_none() -> Result<()> {
    let db = Db::memory()?;
    let error = db.create_tables::<Job>().unwrap_err();
    assert!(error.is_invalid());
    assert!(error.to_string().contains(&format!("`Job`: column `jobs.lasted`: {ADVICE}")), "{error}");
    let differences: Vec<String> = db.check::<Job>()?.iter().map(ToString::to_string).collect();
    assert_eq!(differences[..2], ["lasted", "paused"].map(|name| format!("`Job`: column `jobs.{name}`: {ADVICE}")));

    sql("CREATE TABLE jobs (id INTEGER PRIMARY KEY, lasted TEXT NOT NULL, paused INTEGER)").execute(&db)?;
    let new = || NewJob { lasted: Interval::new(0, 1, 0), paused: None };
    for error in [
        new().insert(&db).unwrap_err(),
        insert_many(&db, [new(), new()]).unwrap_err(),
        Job::query().filter(Job::lasted().eq(Interval::default())).all(&db).unwrap_err(),
        Job::query().filter(Job::paused().in_([Duration::from_secs(1)])).all(&db).unwrap_err(),
        Job::all_rows().update(&db, Job::paused().set(Duration::ZERO)).unwrap_err(),
        sql("SELECT ?1").bind(Interval::default()).tuples::<(i64,)>(&db).unwrap_err(),
    ] {
        assert!(error.is_encode() && error.to_string().contains(ADVICE), "{error}");
    }
    assert_eq!(Job::query().count(&db)?, 0);
    sql("INSERT INTO jobs (lasted) VALUES ('1 day')").execute(&db)?;
    let error = Job::query().all(&db).unwrap_err();
    assert_eq!((error.is_decode(), error.table(), error.column()), (true, Some("jobs"), Some("lasted")), "{error}");
    Ok(())
}
