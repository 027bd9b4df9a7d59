//! Sandboxes: what a program does in one is as always, and is rolled back at the end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use orm::{Db, Model, Result, assert_queries, sql};

use crate::database::{Shared, either};
use crate::schemas::university::{Course, Department, Enrollment, NewCourse, NewDepartment, Student};

fn department(name: &str) -> NewDepartment {
    NewDepartment { name: name.into() }
}

fn names(db: &Db) -> Vec<String> {
    Department::query().select(Department::name()).all(db).unwrap()
}

/// A database with one department.
fn shared() -> Shared {
    let shared = Shared::new();
    let db = shared.open();
    db.create_tables::<(Department, Course, Student, Enrollment)>().unwrap();
    department("Law").insert(&db).unwrap();
    shared
}

#[test]
fn all_is_rolled_back_with_the_last_handle() -> Result<()> {
    let shared = shared();
    let sandbox = shared.sandbox();
    department("Physics").insert(&sandbox)?;
    Department::rows_where(Department::name().eq("Law")).delete(&sandbox)?;
    sandbox.transaction(|tx| department("Music").insert(tx))?;
    let other = sandbox.clone();
    drop(sandbox);
    assert_eq!(names(&other), ["Physics", "Music"]);
    drop(other);
    assert_eq!(names(&shared.open()), ["Law"]);
    Ok(())
}

#[test]
fn others_see_nothing_of_it() -> Result<()> {
    let shared = shared();
    let (db, sandbox) = (shared.open(), shared.sandbox());
    department("Physics").insert(&sandbox)?;
    assert_eq!(names(&db), ["Law"]);
    assert_eq!(names(&sandbox), ["Law", "Physics"]);
    Ok(())
}

#[test]
fn transactions_commit_and_are_undone() -> Result<()> {
    let shared = shared();
    let sandbox = shared.sandbox();
    sandbox.transaction(|tx| department("Physics").insert(tx))?;
    let refused = sandbox.transaction(|tx| -> Result<()> {
        department("Music").insert(tx)?;
        Department::find(tx, 99).map(|_| ())
    });
    assert!(refused.unwrap_err().is_not_found());

    let transaction = sandbox.begin()?;
    department("History").insert(&transaction)?;
    let savepoint = transaction.savepoint()?;
    department("Botany").insert(&transaction)?;
    savepoint.rollback()?;
    transaction.commit()?;

    let dropped = sandbox.begin()?;
    department("Zoology").insert(&dropped)?;
    drop(dropped);

    let reading = sandbox.begin_read()?;
    assert!(department("Optics").insert(&reading).unwrap_err().is_read_only());
    reading.commit()?;
    assert_eq!(names(&sandbox), ["Law", "Physics", "History"]);
    Ok(())
}

#[test]
fn an_error_undoes_its_own_statement_alone() -> Result<()> {
    let shared = shared();
    let sandbox = shared.sandbox();
    department("Physics").insert(&sandbox)?;
    let twice = Department { id: 1, name: "Twice".into() };
    assert!(twice.insert(&sandbox).unwrap_err().is_unique_violation());
    assert!(sql("not a statement").execute(&sandbox).is_err());
    assert!(sandbox.transaction(|tx| twice.insert(tx)).unwrap_err().is_unique_violation());
    department("Music").insert(&sandbox)?;
    assert_eq!(names(&sandbox), ["Law", "Physics", "Music"]);
    Ok(())
}

#[test]
fn a_panic_undoes_its_transaction_alone() -> Result<()> {
    let shared = shared();
    let sandbox = shared.sandbox();
    department("Physics").insert(&sandbox)?;
    let panic = catch_unwind(AssertUnwindSafe(|| {
        sandbox.transaction(|tx| -> Result<()> {
            department("Music").insert(tx)?;
            panic!("in the middle");
        })
    }));
    assert!(panic.is_err());
    assert_eq!(names(&sandbox), ["Law", "Physics"]);
    Ok(())
}

#[test]
fn the_statements_are_those_of_a_database() -> Result<()> {
    fn work(db: &Db) -> Result<()> {
        let physics = department("Physics").insert(db)?;
        NewCourse { title: "Optics".into(), department_id: physics.id }.insert(db)?;
        let loaded = Department::query().prefetch(Department::courses()).all(db)?;
        assert_eq!(loaded.iter().map(|department| department.courses().len()).collect::<Vec<_>>(), [0, 1]);
        Ok(())
    }
    let shared = shared();
    let (db, sandbox) = (shared.open(), shared.sandbox());
    let (recorded, sandboxed) = (db.record(), sandbox.record());
    work(&sandbox)?;
    let sandboxed = sandboxed.statements();
    drop(sandbox);
    work(&db)?;
    assert_eq!(sandboxed.len(), 4);
    assert_eq!(sandboxed, recorded.statements());
    assert_queries!(db, 2, {
        Department::query().prefetch(Department::courses()).all(&db)?;
    });
    Ok(())
}

#[test]
fn tables_are_rolled_back_too() -> Result<()> {
    let shared = Shared::new();
    let sandbox = shared.sandbox();
    sandbox.create_tables::<(Department, Course, Student, Enrollment)>()?;
    department("Law").insert(&sandbox)?;
    assert_eq!(names(&sandbox), ["Law"]);
    drop(sandbox);
    assert!(Department::query().all(&shared.open()).is_err(), "there is no such table");
    Ok(())
}

#[test]
fn what_waits_for_a_commit_waits_for_that_of_the_program() -> Result<()> {
    let shared = shared();
    let sandbox = shared.sandbox();
    let called = Arc::new(AtomicBool::new(false));
    let (inner, note) = (sandbox.clone(), Arc::clone(&called));
    sandbox.transaction(|tx| {
        tx.on_commit(move || note.store(names(&inner) == ["Law", "Physics"], Ordering::SeqCst));
        department("Physics").insert(tx)
    })?;
    assert!(called.load(Ordering::SeqCst));
    Ok(())
}

#[test]
fn threads_take_turns() -> Result<()> {
    let shared = shared();
    let sandbox = shared.sandbox();
    let begun = sandbox.begin()?;
    let (started, starting) = mpsc::channel();
    let other = sandbox.clone();
    let thread = thread::spawn(move || {
        started.send(()).unwrap();
        other.transaction(|tx| department("Music").insert(tx)).unwrap();
    });
    starting.recv().unwrap();
    department("Physics").insert(&begun)?;
    let error = Department::query().all(&sandbox).unwrap_err();
    assert!(error.is_reentrant(), "{error}");
    begun.commit()?;
    thread.join().unwrap();
    assert_eq!(names(&sandbox), ["Law", "Physics", "Music"]);
    Ok(())
}

#[test]
fn deferred_constraints_are_checked_where_a_statement_can_ask_for_it() -> Result<()> {
    let shared = shared();
    let table = "CREATE TABLE grants (department_id bigint REFERENCES departments (id) DEFERRABLE INITIALLY DEFERRED)";
    sql(table).execute(&shared.open())?;
    let sandbox = shared.sandbox();
    let orphan = || sql("INSERT INTO grants VALUES (99)");
    let committed = sandbox.transaction(|tx| orphan().execute(tx));
    let alone = orphan().execute(&sandbox);
    if either(false, true) {
        assert!(committed.unwrap_err().is_foreign_key_violation());
        assert!(alone.unwrap_err().is_foreign_key_violation());
    } else {
        assert_eq!((committed?, alone?), (1, 1), "SQLite checks them at the end of the outermost transaction");
    }
    sandbox.transaction(|tx| {
        orphan().execute(tx)?;
        Department { id: 99, name: "Late".into() }.insert(tx)?;
        sql("DELETE FROM grants WHERE department_id = 98").execute(tx)
    })?;
    assert_eq!(names(&sandbox), ["Law", "Late"], "they stay deferred within a transaction");
    Ok(())
}
