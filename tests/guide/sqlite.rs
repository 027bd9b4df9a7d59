//! The program text of the chapter on SQLite.

use std::time::Duration;

use orm::{Db, Model};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, NewStudent, Student, Syllabus};

#[test]
fn chapter() -> Result<(), Box<dyn std::error::Error>> {
    Chapter::open("16-sqlite").close();
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name).display().to_string();
    let db = open(&path("school.db"))?;
    db.create_tables::<(Department, Course, Student, Syllabus, Enrollment)>()?;
    for last_name in ["Lovelace", "Turing", "Hopper", "Bar"] {
        NewStudent { first_name: "A".into(), last_name: last_name.into(), department_id: None }.insert(&db)?;
    }
    let names = functions(&path("school.db"))?;
    assert_eq!(names, ["Bar", "Hopper", "Turing"]);
    let archived = open_with_archive(&path("school.db"), &path("archive.db"))?;
    archived.create_tables::<Report>()?;
    NewReport { title: "1843".into() }.insert(&archived)?;
    assert_eq!(Report::query().one(&archived)?.title, "1843");
    nightly(&archived, &path("backup.db"))?;
    assert_eq!(Student::query().count(&Db::open(path("backup.db"))?)?, 4);
    let legacy = open_legacy(&path("school.db"))?;
    assert_eq!(orm::sql("SELECT \"now\"").tuples::<(String,)>(&legacy)?, [("now".to_owned(),)]);
    Ok(())
}

// ANCHOR: open
fn open(path: &str) -> orm::Result<Db> {
    Db::sqlite().readers(8).busy_timeout(Duration::from_secs(10)).cached_statements(256).open(path)
}
// ANCHOR_END: open

// ANCHOR: nightly
fn nightly(db: &Db, backup: &str) -> orm::Result<()> {
    db.backup_with_progress(backup, |progress| {
        println!("{} of {} pages left", progress.remaining_pages, progress.total_pages);
    })?;
    db.optimize()
}
// ANCHOR_END: nightly

// ANCHOR: open_with_functions
fn open_with_functions(path: &str) -> orm::Result<Db> {
    Db::sqlite()
        .on_connect(|connection| {
            connection.execute("PRAGMA cache_size = -64000")?;
            // `last_name REGEXP 'A'` calls `regexp('A', last_name)`. Use the crate `regex` for a real one.
            connection.function("regexp", 2, |arguments| {
                let (pattern, text): (String, Option<String>) = (arguments.get(0)?, arguments.get(1)?);
                Ok(text.map(|text| text.contains(&pattern)))
            })?;
            connection.collation("by_length", |one, other| one.len().cmp(&other.len()).then(one.cmp(other)))
        })
        .open(path)
}
// ANCHOR_END: open_with_functions

fn functions(path: &str) -> orm::Result<Vec<String>> {
    let db = open_with_functions(path)?;

    // ANCHOR: functions
    let students: Vec<Student> =
        orm::sql("SELECT * FROM students WHERE last_name REGEXP $1 ORDER BY last_name COLLATE by_length")
            .bind("r")
            .rows(&db)?;
    // ANCHOR_END: functions

    Ok(students.into_iter().map(|student| student.last_name).collect())
}

// ANCHOR: report
#[derive(Model)]
#[model(schema = "archive")]
struct Report {
    id: i64,
    title: String,
}

fn open_with_archive(path: &str, archive: &str) -> orm::Result<Db> {
    let archive = archive.to_owned();
    let attach = move |connection: &mut orm::SqliteSetup<'_>| {
        connection.execute(orm::sql("ATTACH $1 AS archive").bind(archive.as_str()))
    };
    Db::sqlite().on_connect(attach).open(path)
}
// ANCHOR_END: report

// ANCHOR: open_legacy
fn open_legacy(path: &str) -> orm::Result<Db> {
    Db::sqlite().double_quoted_strings(true).foreign_keys(false).open(path)
}
// ANCHOR_END: open_legacy
