//! The program text of the chapter on deployment.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use orm::{Db, Difference, Mismatched, Model};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, NewDepartment, Student};

#[test]
fn chapter() -> Result<(), Box<dyn Error>> {
    Chapter::open("25-deployment").close();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("school.db");
    let db = open_file(&path)?;
    assert!(is_ready(&db).is_err(), "there are no tables yet");
    db.create_tables::<Models>()?;
    is_ready(&db)?;
    assert!(is_healthy(&db));
    orm::sql("DROP INDEX students__department_id").execute(&db)?;
    assert!(is_ready(&db).is_err() && fatal(&db)?.is_empty());
    NewDepartment { name: "Music".into() }.insert(&db)?;
    let setting = |db: &Db| orm::sql("PRAGMA synchronous").tuples::<(i64,)>(db);
    assert_eq!((setting(&db)?, setting(&open_durable(&path)?)?), (vec![(1,)], vec![(2,)]));
    let copy = folder.path().join("backup.db");
    back_up(&db, &copy)?;
    assert_eq!(Department::query().count(&Db::open(&copy)?)?, 1);
    assert!(back_up(&db, &copy).is_err(), "an older backup is kept");
    Ok(())
}

#[cfg(feature = "postgres")]
pub(crate) fn on_a_server(url: &str) -> orm::Result<()> {
    let (requests, reports) = open(url)?;
    requests.create_tables::<Models>()?;
    Department::query().count(&requests).map(|_| ())?;
    assert_eq!(Department::query().count(&reports)?, Department::query().count(&requests)?);
    assert!(is_ready(&requests).is_ok());
    let limits = orm::sql("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')");
    let limits = limits.tuples::<(String, String)>(&open_behind_pgbouncer(url)?)?;
    assert_eq!(limits, [("5s".to_owned(), "3s".to_owned())]);
    Ok(())
}

#[cfg(feature = "postgres")]
// ANCHOR: open
/// A handle for requests, and one for reports and exports.
fn open(url: &str) -> orm::Result<(Db, Db)> {
    let seconds = Duration::from_secs;
    let requests = Db::postgres()
        .connections(16)
        .pool_timeout(seconds(3))
        .statement_timeout(seconds(5))
        .lock_timeout(seconds(3))
        .connect(url)?;
    let reports = Db::postgres().connections(2).statement_timeout(seconds(300)).connect(url)?;
    Ok((requests, reports))
}
// ANCHOR_END: open

#[cfg(feature = "postgres")]
// ANCHOR: open_behind_pgbouncer
fn open_behind_pgbouncer(url: &str) -> orm::Result<Db> {
    Db::postgres()
        .connections(8)
        .on_connect(|connection| {
            connection.execute("SET statement_timeout = '5s'")?;
            connection.execute("SET lock_timeout = '3s'")
        })
        .connect(url)
}
// ANCHOR_END: open_behind_pgbouncer

// ANCHOR: open_file
fn open_file(path: &Path) -> orm::Result<Db> {
    let seconds = Duration::from_secs;
    Db::sqlite().pool_timeout(seconds(3)).busy_timeout(seconds(3)).statement_timeout(seconds(5)).open(path)
}
// ANCHOR_END: open_file

// ANCHOR: open_durable
fn open_durable(path: &Path) -> orm::Result<Db> {
    Db::sqlite().on_connect(|connection| connection.execute("PRAGMA synchronous = FULL")).open(path)
}
// ANCHOR_END: open_durable

// ANCHOR: models
type Models = (Department, Course, Student, Enrollment);

/// Whether the program can serve requests: the database answers, and its tables match the models.
fn is_ready(db: &Db) -> Result<(), Box<dyn Error>> {
    match &db.check::<Models>()?[..] {
        [] => Ok(()),
        [first, ..] => Err(format!("the database does not match the program: {first}").into()),
    }
}
// ANCHOR_END: models

// ANCHOR: ignored
fn fatal(db: &Db) -> orm::Result<Vec<Difference>> {
    let mut differences = db.check::<Models>()?;
    differences.retain(|difference| !matches!(difference.what, Mismatched::NoIndex { .. }));
    Ok(differences)
}
// ANCHOR_END: ignored

// ANCHOR: healthy
fn is_healthy(db: &Db) -> bool {
    db.ping().is_ok()
}
// ANCHOR_END: healthy

// ANCHOR: back_up
fn back_up(db: &Db, to: &Path) -> Result<(), Box<dyn Error>> {
    db.backup(to)?;
    let copy = Db::sqlite().read_only().open(to)?;
    let found = orm::sql("PRAGMA integrity_check").tuples::<(String,)>(&copy)?;
    match &found[..] {
        [(result,)] if result == "ok" => Ok(()),
        _ => Err(format!("the backup {} is damaged", to.display()).into()),
    }
}
// ANCHOR_END: back_up
