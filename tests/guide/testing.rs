//! The program text of the chapter on testing.

use orm::{Db, Model};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, NewDepartment, Student};

#[test]
fn chapter() -> orm::Result<()> {
    Chapter::open("19-testing").close();
    assert_eq!(Course::query().count(&empty()?)?, 0);
    sandboxes()
}

fn empty() -> orm::Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    Ok(db)
}

/// It runs where the chapter on PostgreSQL finds a server.
#[cfg(feature = "postgres")]
pub(crate) fn open_for_a_test(url: &str) -> orm::Result<Db> {
    let db = Db::postgres().test_schema().connect(url)?;
    db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    Ok(db)
}

fn sandboxes() -> orm::Result<()> {
    let directory = tempfile::tempdir().expect("a directory is created");
    let path = &directory.path().join("test.db");
    let found = Db::open(path)?;
    found.create_tables::<(Department, Course, Student, Enrollment)>()?;

    let db = Db::sqlite().sandbox().open(path)?;
    let music = db.transaction(|tx| NewDepartment { name: "Music".into() }.insert(tx))?;
    assert_eq!(Department::find(&db, music.id)?.name, "Music");
    drop(db);

    assert_eq!(Department::query().count(&found)?, 0);
    Ok(())
}
