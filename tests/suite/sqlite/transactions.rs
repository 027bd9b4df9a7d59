//! Transactions that the database ends, and transactions that it does not end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, Model, Result};

use crate::schemas::university::{Course, Department, NewDepartment, university, university_in};

use super::law;
use crate::database::Shared as File;

/// A database that rolls back the transaction in which chess becomes a department.
fn university_without_chess(file: &File) -> Db {
    let db = university_in(file);
    file.raw()
        .execute_batch(
            "CREATE TRIGGER no_chess BEFORE INSERT ON departments WHEN new.name = 'Chess'
             BEGIN SELECT RAISE(ROLLBACK, 'no chess'); END",
        )
        .unwrap();
    db
}

#[test]
fn a_transaction_that_the_database_ends_is_lost() -> Result<()> {
    let file = File::new();
    let db = university_without_chess(&file);
    let chess = || NewDepartment { name: "Chess".into() };
    let lost = |error: Error| {
        assert!(error.is_transaction_lost(), "{error}");
        assert!(error.to_string().starts_with("the database rolled the transaction back"), "{error}");
    };

    let transaction = db.begin()?;
    law().insert(&transaction)?;
    assert!(chess().insert(&transaction).is_err());
    lost(law().insert(&transaction).unwrap_err());
    lost(Department::query().count(&transaction).unwrap_err());
    lost(orm::insert_many(&transaction, [law()]).unwrap_err());
    lost(transaction.commit().unwrap_err());

    let transaction = db.begin()?;
    law().insert(&transaction)?;
    let many = (0..1_500).map(|id| if id == 1_200 { chess() } else { law() });
    assert!(orm::insert_many(&transaction, many).is_err());
    lost(law().insert(&transaction).unwrap_err());
    drop(transaction);

    assert!(
        db.transaction(|transaction| {
            law().insert(transaction)?;
            let _ = chess().insert(transaction);
            Ok::<_, Error>(())
        })
        .unwrap_err()
        .is_transaction_lost()
    );
    assert_eq!(Department::query().count(&db)?, 3, "nothing is written outside of the transaction");
    law().insert(&db)?;
    Ok(())
}

/// A rollback by SQLite ends a sandbox, and nothing is written outside of it.
#[test]
fn a_sandbox_that_the_database_ends_writes_nothing() -> Result<()> {
    let file = File::new();
    let db = university_without_chess(&file);
    let sandbox = file.sandbox();
    law().insert(&sandbox)?;
    assert!(NewDepartment { name: "Chess".into() }.insert(&sandbox).is_err());
    assert!(law().insert(&sandbox).unwrap_err().is_transaction_lost());
    assert!(Department::query().count(&sandbox).unwrap_err().is_transaction_lost());
    assert!(sandbox.begin().unwrap_err().is_transaction_lost());
    drop(sandbox);
    assert_eq!(Department::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn a_commit_that_fails_undoes_the_changes() -> Result<()> {
    let file = File::new();
    let db = file.open();
    file.raw()
        .execute_batch(
            "CREATE TABLE departments (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
             CREATE TABLE courses (id INTEGER PRIMARY KEY, title TEXT NOT NULL,
                 department_id INTEGER NOT NULL REFERENCES departments (id) DEFERRABLE INITIALLY DEFERRED)",
        )
        .unwrap();
    let orphan = || Course { id: 1, title: "Orphan".into(), department_id: 9 };
    let transaction = db.begin()?;
    orphan().insert(&transaction)?;
    assert!(transaction.commit().unwrap_err().is_foreign_key_violation());
    assert!(orphan().insert(&db).unwrap_err().is_foreign_key_violation(), "also where each statement is its own");
    let many = db.transaction(|transaction| orphan().insert(transaction).map(|_| ()));
    assert!(many.unwrap_err().is_foreign_key_violation());
    assert_eq!(Course::query().count(&db)?, 0);
    Department { id: 9, name: "Found".into() }.insert(&db)?;
    orphan().insert(&db)?;
    Ok(())
}

#[test]
fn an_error_inside_does_not_end_a_transaction() -> Result<()> {
    let db = university();
    let transaction = db.begin()?;
    law().insert(&transaction)?;
    assert!(Department { id: 1, name: "Twice".into() }.insert(&transaction).unwrap_err().is_unique_violation());
    assert!(Department::find(&transaction, 99).unwrap_err().is_not_found());
    transaction.commit()?;
    assert_eq!(Department::query().count(&db)?, 4);
    Ok(())
}

/// However often statements are cancelled, including `ROLLBACK`, acknowledged writes stay.
#[test]
fn acknowledged_writes_stay_while_everything_is_interrupted() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let done = AtomicBool::new(false);
    let acknowledged = thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    db.interrupt().expect("the connections can be reached");
                }
            });
        }
        let mut acknowledged = 0;
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(2) {
            if let Ok(transaction) = db.begin() {
                let _ = law().insert(&transaction);
                let _ = transaction.transaction(|part| {
                    law().insert(part)?;
                    Department::find(part, -1)
                });
                let _ = transaction.rollback();
            }
            acknowledged += u64::from(law().insert(&db).is_ok());
        }
        done.store(true, Ordering::Relaxed);
        acknowledged
    });
    assert!(acknowledged > 0);
    assert_eq!(Department::query().count(&file.open())?, 3 + acknowledged);
    Ok(())
}
