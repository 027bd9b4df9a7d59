//! The program text of the chapter on testing.

use orm::{Db, Model};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, NewDepartment, Student};

#[test]
fn chapter() -> orm::Result<()> {
    Chapter::open("19-testing").close();
    assert_eq!(Course::query().count(&empty()?)?, 0);
    let db = empty()?;
    // ANCHOR: script
    orm::script(include_str!("school.sql")).execute(&db)?;
    // ANCHOR_END: script
    assert_eq!(Course::query().count(&db)?, 2);
    sandboxes()
}

// ANCHOR: empty
fn empty() -> orm::Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    Ok(db)
}
// ANCHOR_END: empty

/// This test needs a PostgreSQL server.
#[cfg(feature = "postgres")]
pub(crate) fn courses_in_a_test(url: &str) -> orm::Result<u64> {
    Course::query().count(&open_for_a_test(url)?)
}

#[cfg(feature = "postgres")]
// ANCHOR: open_for_a_test
fn open_for_a_test(url: &str) -> orm::Result<Db> {
    let db = Db::postgres().test_schema().connect(url)?;
    db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    Ok(db)
}
// ANCHOR_END: open_for_a_test

fn sandboxes() -> orm::Result<()> {
    let directory = tempfile::tempdir().expect("a directory is created");
    let path = &directory.path().join("test.db");
    let found = Db::open(path)?;
    found.create_tables::<(Department, Course, Student, Enrollment)>()?;

    // ANCHOR: sandboxes
    let db = Db::sqlite().sandbox().open(path)?;
    let music = db.transaction(|tx| NewDepartment { name: "Music".into() }.insert(tx))?;
    assert_eq!(Department::find(&db, music.id)?.name, "Music");
    drop(db);
    // ANCHOR_END: sandboxes

    assert_eq!(Department::query().count(&found)?, 0);
    Ok(())
}
