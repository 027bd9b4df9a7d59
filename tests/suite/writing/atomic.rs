//! Functions that are atomic by themselves and as a part of their callers, and what is called after the commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use orm::{Db, Executor, Model, Result, assert_queries};

use crate::schemas::university::{Department, NewDepartment, empty_university};

fn department(name: &str) -> NewDepartment {
    NewDepartment { name: name.into() }
}

fn names(on: &impl Executor) -> Vec<String> {
    Department::query().select(Department::name()).all(on).unwrap()
}

/// Both departments, or none of them: a name that is empty is refused, when the other is written already.
fn found_both(on: &impl Executor, names: [&str; 2]) -> Result<()> {
    on.transaction(|tx| {
        department(names[0]).insert(tx)?;
        if names[1].is_empty() {
            return Department::find(tx, 99).map(|_| ());
        }
        department(names[1]).insert(tx)?;
        Ok(())
    })
}

#[test]
fn a_function_is_atomic_alone() -> Result<()> {
    let db = empty_university();
    found_both(&db, ["Law", "Physics"])?;
    assert!(found_both(&db, ["History", ""]).unwrap_err().is_not_found());
    assert_eq!(names(&db), ["Law", "Physics"]);
    Ok(())
}

#[test]
fn a_function_is_atomic_within_the_transaction_of_its_caller() -> Result<()> {
    let db = empty_university();
    db.transaction(|tx| {
        found_both(tx, ["Law", "Physics"])?;
        assert!(found_both(tx, ["History", ""]).unwrap_err().is_not_found());
        assert_eq!(names(tx), ["Law", "Physics"], "the part is undone, and nothing else");
        found_both(tx, ["Botany", "Optics"])
    })?;
    assert_eq!(names(&db), ["Law", "Physics", "Botany", "Optics"]);

    let refused = db.transaction(|tx| -> Result<()> {
        found_both(tx, ["Zoology", "Music"])?;
        Department::find(tx, 99).map(|_| ())
    });
    assert!(refused.unwrap_err().is_not_found());
    assert_eq!(names(&db).len(), 4, "what the function did is undone with the rest");
    Ok(())
}

#[test]
fn errors_of_another_type_undo_it_as_well() -> Result<()> {
    fn refuse(on: &impl Executor) -> Result<(), Refusal> {
        on.try_transaction(|tx| {
            department("Law").insert(tx)?;
            Err(Refusal::Full)
        })
    }

    let db = empty_university();
    assert!(matches!(refuse(&db), Err(Refusal::Full)));
    db.transaction(|tx| {
        assert!(matches!(refuse(tx), Err(Refusal::Full)));
        Ok(())
    })?;
    assert_eq!(names(&db), [""; 0]);
    Ok(())
}

/// An error of the user's own.
#[derive(Debug)]
enum Refusal {
    Full,
    Database,
}

impl From<orm::Error> for Refusal {
    fn from(_: orm::Error) -> Self {
        Refusal::Database
    }
}

#[test]
fn a_transaction_that_reads_has_no_part_that_writes() -> Result<()> {
    let db = empty_university();
    let reading = db.begin_read()?;
    let error = found_both(&reading, ["Law", "Physics"]).unwrap_err();
    assert!(error.is_read_only(), "{error}");
    Ok(())
}

#[test]
fn what_leads_to_a_database_is_an_executor() -> Result<()> {
    let db = Arc::new(empty_university());
    let borrowed: &Db = &db;
    found_both(&db, ["Law", "Physics"])?;
    found_both(&borrowed, ["History", "Music"])?;
    assert_queries!(db, 1, {
        assert_eq!(Department::query().all(&db)?.len(), 4);
    });
    db.transaction(|tx| {
        department("Botany").insert(&tx)?;
        Executor::on_commit(&tx, || {});
        Ok(())
    })?;
    assert_eq!(names(&db).len(), 5);
    Ok(())
}

/// Notes what is called, and in which order.
#[derive(Clone, Default)]
struct Called(Arc<Mutex<Vec<&'static str>>>);

impl Called {
    fn note(&self, what: &'static str) -> impl FnOnce() + Send + 'static {
        let called = self.clone();
        move || called.0.lock().unwrap().push(what)
    }

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[test]
fn callbacks_run_after_the_commit_in_their_order() -> Result<()> {
    let (db, called) = (empty_university(), Called::default());
    db.transaction(|tx| {
        tx.on_commit(called.note("first"));
        department("Law").insert(tx)?;
        tx.on_commit(called.note("second"));
        assert_eq!(called.take(), [""; 0], "nothing is committed yet");
        Ok(())
    })?;
    assert_eq!(called.take(), ["first", "second"]);

    let reading = db.begin_read()?;
    reading.on_commit(called.note("read"));
    reading.commit()?;
    assert_eq!(called.take(), ["read"]);

    Executor::on_commit(&db, called.note("outside"));
    assert_eq!(called.take(), ["outside"], "there is nothing to wait for");
    Ok(())
}

#[test]
fn callbacks_find_the_connection_free() -> Result<()> {
    let db = empty_university();
    let inner = db.clone();
    db.transaction(|tx| {
        department("Law").insert(tx)?;
        tx.on_commit(move || {
            assert_eq!(names(&inner), ["Law"]);
            found_both(&inner, ["Physics", "Music"]).unwrap();
        });
        Ok(())
    })?;
    assert_eq!(names(&db), ["Law", "Physics", "Music"]);
    Ok(())
}

#[test]
fn callbacks_of_what_is_undone_never_run() -> Result<()> {
    let (db, called) = (empty_university(), Called::default());
    let refused = db.transaction(|tx| -> Result<()> {
        tx.on_commit(called.note("of an error"));
        Department::find(tx, 99).map(|_| ())
    });
    assert!(refused.is_err());

    let dropped = db.begin()?;
    dropped.on_commit(called.note("of a dropped one"));
    drop(dropped);

    let rolled_back = db.begin()?;
    rolled_back.on_commit(called.note("of one rolled back"));
    rolled_back.rollback()?;

    let panic = catch_unwind(AssertUnwindSafe(|| {
        db.transaction(|tx| -> Result<()> {
            tx.on_commit(called.note("of a panic"));
            panic!("in the middle");
        })
    }));
    assert!(panic.is_err());
    assert_eq!(called.take(), [""; 0]);
    Ok(())
}

#[test]
fn a_commit_that_fails_calls_nothing() -> Result<()> {
    let (db, called) = (empty_university(), Called::default());
    let table = "CREATE TABLE grants (department_id bigint REFERENCES departments (id) DEFERRABLE INITIALLY DEFERRED)";
    orm::sql(table).execute(&db)?;
    let transaction = db.begin()?;
    transaction.on_commit(called.note("of a commit that failed"));
    orm::sql("INSERT INTO grants VALUES (99)").execute(&transaction)?;
    assert!(transaction.commit().unwrap_err().is_foreign_key_violation());
    assert_eq!(called.take(), [""; 0]);
    Ok(())
}

#[test]
fn callbacks_of_a_part_go_with_it() -> Result<()> {
    let (db, called) = (empty_university(), Called::default());
    db.transaction(|tx| {
        tx.on_commit(called.note("outer"));
        let undone = tx.transaction(|tx| -> Result<()> {
            tx.on_commit(called.note("undone"));
            tx.transaction(|tx| {
                tx.on_commit(called.note("kept in what is undone"));
                Ok(())
            })?;
            Department::find(tx, 99).map(|_| ())
        });
        assert!(undone.is_err());
        tx.transaction(|tx| {
            tx.on_commit(called.note("kept"));
            let inner = tx.savepoint()?;
            tx.on_commit(called.note("inner"));
            inner.rollback()?;
            tx.on_commit(called.note("after"));
            Ok(())
        })?;
        let last = tx.savepoint()?;
        tx.on_commit(called.note("last"));
        last.commit()?;
        tx.on_commit(called.note("end"));
        Ok(())
    })?;
    assert_eq!(called.take(), ["outer", "kept", "after", "last", "end"]);
    Ok(())
}

#[test]
fn a_savepoint_takes_along_those_that_were_begun_in_it() -> Result<()> {
    let (db, called) = (empty_university(), Called::default());
    let transaction = db.begin()?;
    let outer = transaction.savepoint()?;
    let inner = transaction.savepoint()?;
    transaction.on_commit(called.note("of the inner"));
    outer.rollback()?;
    inner.commit()?;
    transaction.on_commit(called.note("of the transaction"));
    transaction.commit()?;
    assert_eq!(called.take(), ["of the transaction"]);
    Ok(())
}

#[test]
fn each_attempt_has_callbacks_of_its_own() -> Result<()> {
    let (db, called) = (empty_university(), Called::default());
    let mut attempts = 0;
    db.transaction_with_retries(3, |tx| {
        attempts += 1;
        tx.on_commit(called.note("committed"));
        Ok(())
    })?;
    assert_eq!((attempts, called.take()), (1, vec!["committed"]));
    Ok(())
}

#[test]
fn a_panic_of_a_callback_leaves_the_changes() -> Result<()> {
    let (db, called) = (empty_university(), Called::default());
    let panic = catch_unwind(AssertUnwindSafe(|| {
        db.transaction(|tx| {
            department("Law").insert(tx)?;
            tx.on_commit(called.note("before"));
            tx.on_commit(|| panic!("in a callback"));
            tx.on_commit(called.note("behind"));
            Ok(())
        })
    }));
    assert!(panic.is_err());
    assert_eq!((names(&db), called.take()), (vec!["Law".to_owned()], vec!["before"]));
    department("Physics").insert(&db)?;
    Ok(())
}
