//! A project migrates from refinery and goes back to it: both use the same history.

use std::error::Error;
use std::path::Path;

use orm::migrate::{Migrations, State};
use orm::{Db, sql};
use refinery::{Migration, Runner, Target};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A file of the project: its name without `.sql`, and its text.
type File = (&'static str, &'static str);

const FILES: [File; 5] = [
    ("V1__departments_and_students", include_str!("../migrations/sqlite/V1__departments_and_students.sql")),
    ("V2__credits_and_courses", include_str!("../migrations/sqlite/V2__credits_and_courses.sql")),
    ("V3__größe", "-- mit Umlaut: ä\r\nALTER TABLE students ADD COLUMN size INTEGER;\r\n"),
    ("V7__fill_size", ""),
    ("V10__last", "UPDATE students SET size = 1;"),
];

/// Applies the first files by refinery, and returns the versions that it applied.
fn refinery(path: &Path, files: usize) -> Outcome<Vec<i32>> {
    let files: Result<Vec<Migration>, _> =
        FILES[..files].iter().map(|(name, sql)| Migration::unapplied(name, sql)).collect();
    let mut connection = rusqlite::Connection::open(path)?;
    let report = Runner::new(&files?).set_target(Target::Latest).run(&mut connection)?;
    Ok(report.applied_migrations().iter().map(Migration::version).collect())
}

/// Returns the first files for this library, of which one is a function.
fn ours(files: usize) -> Migrations {
    FILES[..files].iter().fold(Migrations::new(), |migrations, (name, sql)| match *name {
        "V7__fill_size" => {
            migrations.step(7, "fill_size", |tx| orm::sql("UPDATE students SET size = 0").execute(tx).map(drop))
        }
        name => migrations.file(&format!("{name}.sql"), *sql),
    })
}

fn applied(migrations: &Migrations, db: &Db) -> Outcome<Vec<i64>> {
    Ok(migrations.run(db)?.iter().map(|applied| applied.version).collect())
}

fn assert_all_applied(migrations: &Migrations, db: &Db) -> Outcome<()> {
    let status = migrations.status(db)?;
    assert!(status.iter().all(|status| matches!(status.state, State::Applied(_))), "{status:?}");
    Ok(())
}

#[test]
fn a_project_comes_from_refinery_and_goes_back() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("school.db");
    assert_eq!(refinery(&path, 1)?, [1]);

    let db = Db::open(&path)?;
    assert!(applied(&ours(1), &db)?.is_empty());
    assert_eq!(applied(&orm::migrations!("migrations/sqlite"), &db)?, [2]);
    assert_eq!(applied(&ours(4), &db)?, [3, 7]);
    assert_all_applied(&ours(4), &db)?;
    drop(db);

    assert_eq!(refinery(&path, 5)?, [10]);
    assert!(refinery(&path, 5)?.is_empty());
    let db = Db::open(&path)?;
    assert!(applied(&ours(5), &db)?.is_empty());
    assert_all_applied(&ours(5), &db)?;
    Ok(())
}

#[test]
fn both_create_the_same_history() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let [theirs, own] = ["theirs.db", "own.db"].map(|name| folder.path().join(name));
    refinery(&theirs, 5)?;
    ours(5).run(&Db::open(&own)?)?;
    let columns = "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('refinery_schema_history')";
    let rows = "SELECT version, name, checksum FROM refinery_schema_history ORDER BY version";
    let [theirs, own] = [theirs, own].map(|path| -> orm::Result<_> {
        let db = Db::open(path)?;
        let columns = sql(columns).tuples::<(String, String, i64, Option<String>, i64)>(&db)?;
        Ok((columns, sql(rows).tuples::<(i64, String, String)>(&db)?))
    });
    let (theirs, own) = (theirs?, own?);
    assert_eq!(theirs, own);
    Ok(())
}

#[test]
fn refinery_gives_the_checksum_that_the_tests_of_the_library_have() -> Outcome<()> {
    let sql = "CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";
    assert_eq!(Migration::unapplied("V1__students", sql)?.checksum(), 15_086_649_269_842_391_220);
    Ok(())
}
