//! Transactions: committed when the closure returns `Ok`, rolled back in every other case.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm::{Model, Result};

use crate::schemas::university::{Course, Department, NewDepartment, Student, empty_university, titles, university};

fn law() -> NewDepartment {
    NewDepartment { name: "Law".into() }
}

#[test]
fn commit_keeps_the_changes() -> Result<()> {
    let db = empty_university();
    let transaction = db.begin()?;
    law().insert(&transaction)?;
    assert_eq!(Department::query().count(&transaction)?, 1, "a transaction sees its own writes");
    transaction.commit()?;
    assert_eq!(Department::query().count(&db)?, 1);

    let id = db.transaction(|transaction| Ok::<_, orm::Error>(law().insert(transaction)?.id))?;
    assert_eq!(id, 2);
    assert_eq!(Department::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn dropping_undoes_the_changes() -> Result<()> {
    let db = empty_university();
    let transaction = db.begin()?;
    law().insert(&transaction)?;
    drop(transaction);
    assert_eq!(Department::query().count(&db)?, 0);

    let transaction = db.begin()?;
    law().insert(&transaction)?;
    transaction.rollback()?;
    assert_eq!(Department::query().count(&db)?, 0);
    law().insert(&db)?;
    Ok(())
}

#[test]
fn an_early_return_undoes_the_changes() -> Result<()> {
    let db = empty_university();
    let result: Result<(), String> = db
        .try_transaction(|transaction| {
            law().insert(transaction)?;
            Err(TestError("refused".to_owned()))
        })
        .map_err(|error: TestError| error.0);
    assert_eq!(result, Err("refused".to_owned()));
    let result = db.transaction(|transaction| {
        law().insert(transaction)?;
        Department::find(transaction, 99)
    });
    assert!(result.unwrap_err().is_not_found());
    assert_eq!(Department::query().count(&db)?, 0);
    Ok(())
}

/// An error of the user's own.
struct TestError(String);

impl From<orm::Error> for TestError {
    fn from(error: orm::Error) -> Self {
        TestError(error.to_string())
    }
}

#[test]
fn a_panic_undoes_the_changes() -> Result<()> {
    let db = empty_university();
    for _ in 0..3 {
        let panic = catch_unwind(AssertUnwindSafe(|| {
            db.transaction(|transaction| -> Result<()> {
                law().insert(transaction)?;
                panic!("in the middle");
            })
        }));
        assert!(panic.is_err());
        assert_eq!(Department::query().count(&db)?, 0);
    }
    law().insert(&db)?;
    assert_eq!(Department::query().count(&db)?, 1, "the connection works on");
    Ok(())
}

#[test]
fn a_panic_of_an_observer_leaves_nothing_behind() -> Result<()> {
    let db = empty_university();
    let armed = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let fuse = std::sync::Arc::clone(&armed);
    db.on_statement(move |event| {
        assert!(!(event.sql.starts_with("INSERT") && fuse.load(std::sync::atomic::Ordering::SeqCst)), "observer");
    });
    law().insert(&db)?;
    armed.store(true, std::sync::atomic::Ordering::SeqCst);
    let many = (0..2_000).map(|_| law());
    assert!(catch_unwind(AssertUnwindSafe(|| orm::insert_many(&db, many))).is_err());
    armed.store(false, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(Department::query().count(&db)?, 1);
    db.begin()?.commit()?;
    Ok(())
}

#[test]
fn prefetching_inside_sees_its_own_writes_and_opens_no_other() -> Result<()> {
    let db = university();
    let transaction = db.begin()?;
    let emil = Student::find(&transaction, 3)?;
    Student::courses().link(&transaction, &emil, [Course::find(&transaction, 3)?])?;
    let query = Student::query().prefetch(Student::courses().prefetch(Course::department()));
    let students = orm::assert_queries!(&db, 3, query.all(&transaction)?);
    let taken: Vec<_> = students[2].courses().iter().map(|course| course.title.as_str()).collect();
    assert_eq!(taken, ["Optics"]);
    assert_eq!(query.find(&transaction, 3)?.courses().len(), 1);
    drop(transaction);
    assert!(query.find(&db, 3)?.courses().is_empty());
    Ok(())
}

#[test]
fn a_read_transaction_reads() -> Result<()> {
    let db = university();
    let transaction = db.begin_read()?;
    let isaac = Student::query().prefetch(Student::courses()).find(&transaction, 2)?;
    assert_eq!(titles(isaac.courses()), ["Geometry", "Algebra", "Optics"]);
    transaction.commit()?;
    Ok(())
}

#[test]
fn a_read_transaction_refuses_to_write() -> Result<()> {
    let db = university();
    let transaction = db.begin_read()?;
    assert!(law().insert(&transaction).unwrap_err().is_read_only());
    assert!(Department::find(&transaction, 1)?.delete(&transaction).unwrap_err().is_read_only());
    assert_eq!(Department::query().count(&transaction)?, 3, "and reads on");
    transaction.commit()?;
    assert_eq!(Department::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn debug_says_the_state() -> Result<()> {
    let db = empty_university();
    assert_eq!(format!("{:?}", db.begin()?), "Transaction(open)");
    Ok(())
}
