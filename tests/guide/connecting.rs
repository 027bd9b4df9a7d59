//! The program text of the chapter on connecting.

use orm::{Db, Model};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, NewDepartment, Student};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[test]
fn chapter() -> Result<()> {
    Chapter::open("18-connecting").close();
    let db = crate::school()?;
    check(&db)?;
    assert!(check(&Db::memory()?).is_err_and(|error| error.to_string().contains("students")));
    assert_eq!(count_twice(&db)?, (3, 5));
    // ANCHOR: reentrant
    let transaction = db.begin()?;
    let error = NewDepartment { name: "Music".into() }.insert(&db).unwrap_err();
    assert!(error.is_reentrant());
    // In a transaction, use the transaction:
    NewDepartment { name: "Music".into() }.insert(&transaction)?;
    transaction.commit()?;
    // ANCHOR_END: reentrant
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let names: Vec<String> = runtime.block_on(departments(&db))?.into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["Mathematics", "Computing", "Music"]);
    #[cfg(feature = "postgres")]
    {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("school.db").display().to_string();
        assert!(open(&file)?.check::<Department>()?.len() == 1 && std::path::Path::new(&file).exists());
        assert!(open("postgres://nobody@127.0.0.1:1/none").is_err_and(|error| error.is_open_failure()));
    }
    Ok(())
}

#[cfg(feature = "postgres")]
// ANCHOR: open
fn open(url: &str) -> orm::Result<Db> {
    if url.starts_with("postgres") { Db::connect(url) } else { Db::open(url) }
}
// ANCHOR_END: open

fn check(db: &Db) -> Result<()> {
    // ANCHOR: check
    let differences = db.check::<(Department, Course, Student, Enrollment)>()?;
    if !differences.is_empty() {
        let lines: Vec<String> = differences.iter().map(ToString::to_string).collect();
        return Err(lines.join("\n").into());
    }
    // ANCHOR_END: check
    Ok(())
}

// ANCHOR: count_twice
fn count_twice(db: &Db) -> orm::Result<(u64, u64)> {
    std::thread::scope(|scope| {
        let students = scope.spawn(|| Student::query().count(db));
        let courses = Course::query().count(db)?;
        Ok((students.join().expect("the thread ends")?, courses))
    })
}
// ANCHOR_END: count_twice

// ANCHOR: departments
async fn departments(db: &Db) -> orm::Result<Vec<Department>> {
    let db = db.clone();
    tokio::task::spawn_blocking(move || Department::query().all(&db)).await.expect("the query does not panic")
}
// ANCHOR_END: departments
