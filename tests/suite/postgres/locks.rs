//! Row locks, and which operations others can do on locked rows.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use orm::{Model, Result};

use crate::database::Shared;
use crate::schemas::university::{Course, Department, Student, university_in};

/// The keys of the rows that a query returns.
fn keys(students: Vec<Student>) -> Vec<i64> {
    students.into_iter().map(|student| student.id).collect()
}

#[test]
fn locked_rows_are_left_out_or_refused_or_waited_for() -> Result<()> {
    let shared = Shared::new();
    let db = university_in(&shared);
    let holder = db.begin()?;
    Student::query().for_update().find(&holder, 2)?;

    let other = db.begin()?;
    assert_eq!(keys(Student::query().for_update().skip_locked().all(&other)?), [1, 3]);
    assert_eq!(Student::query().count(&other)?, 3, "reading waits for no lock");
    let savepoint = other.savepoint()?;
    let error = Student::query().for_share().no_wait().all(&other).unwrap_err();
    assert!(error.is_busy() && error.is_retryable(), "{error}");
    assert_eq!(
        error.to_string(),
        "the database is locked by another connection: could not obtain lock on row in relation \"students\""
    );
    savepoint.rollback()?;
    drop(other);

    let (told, waited) = mpsc::channel();
    let waiting = thread::spawn({
        let db = db.clone();
        move || {
            db.transaction(|tx| {
                let student = Student::query().for_update().find(tx, 2)?;
                told.send(()).expect("the test waits");
                Ok(student)
            })
        }
    });
    assert!(waited.recv_timeout(Duration::from_millis(200)).is_err(), "it waits");
    Student::find(&holder, 2)?.edit(&holder, |student| student.last_name = "Renamed".into())?;
    holder.commit()?;
    assert_eq!(waiting.join().expect("the thread ends well")?.last_name, "Renamed", "the row is as it is by then");
    Ok(())
}

#[test]
fn rows_that_are_shared_can_be_shared_and_not_changed() -> Result<()> {
    let shared = Shared::new();
    let db = university_in(&shared);
    let (one, other) = (db.begin()?, db.begin()?);
    Student::query().for_share().all(&one)?;
    assert_eq!(Student::query().for_share().no_wait().all(&other)?.len(), 3);
    assert!(Student::query().for_update().skip_locked().first(&other)?.is_none());
    assert!(Student::query().for_update().no_wait().first(&other).unwrap_err().is_busy());
    Ok(())
}

/// A limit locks no more than it returns, and a join or a prefetch locks no row of the other table.
#[test]
fn no_other_row_is_locked_than_those_that_are_returned() -> Result<()> {
    let shared = Shared::new();
    let db = university_in(&shared);
    let holder = db.begin()?;
    let query = Course::query().prefetch(Course::department().joined()).prefetch(Course::students());
    query.limit(1).for_update().all(&holder)?;
    let other = db.begin()?;
    let free = |tx: &_| Course::query().for_update().skip_locked().all(tx);
    assert_eq!(free(&other)?.len() as u64, Course::query().count(&other)? - 1);
    assert_eq!(Student::query().for_update().no_wait().all(&other)?.len(), 3);
    assert_eq!(Department::query().for_update().no_wait().all(&other)?.len(), 3);
    Ok(())
}

/// A row that no longer meets the conditions when its lock is released is left out, and no other row replaces it.
#[test]
fn a_row_that_was_changed_meanwhile_is_left_out() -> Result<()> {
    let shared = Shared::new();
    let db = university_in(&shared);
    let holder = db.begin()?;
    let named = || Department::query().filter(Department::name().eq("Physics"));
    let physics = named().for_update().one(&holder)?;
    let waiting = thread::spawn({
        let db = db.clone();
        move || db.transaction(|tx| named().for_update().first(tx))
    });
    thread::sleep(Duration::from_millis(100));
    physics.edit(&holder, |department| department.name = "Renamed".into())?;
    holder.commit()?;
    assert_eq!(waiting.join().expect("the thread ends well")?, None);
    Ok(())
}
