//! Connections: one of a database in memory, one writer and several readers of a file, and which calls wait for them.

use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Model, Result};

use crate::schemas::university::{Department, Student, university, university_in};

use super::law;
use crate::database::Shared as File;

#[test]
fn threads_wait_for_a_database_in_memory() -> Result<()> {
    let db = university();
    let transaction = db.begin()?;
    let other = db.clone();
    let waiting = thread::spawn(move || law().insert(&other).map(|row| row.id));
    thread::sleep(Duration::from_millis(50));
    assert!(!waiting.is_finished());
    law().insert(&transaction)?;
    transaction.commit()?;
    assert_eq!(waiting.join().expect("the thread ends well")?, 5);
    Ok(())
}

#[test]
fn a_database_in_memory_tells_of_waiting_for_itself() -> Result<()> {
    let db = university();
    let transaction = db.begin()?;
    let began = Instant::now();
    for error in [
        Student::query().all(&db).unwrap_err(),
        law().insert(&db).unwrap_err(),
        db.begin().unwrap_err(),
        db.begin_read().unwrap_err(),
        db.create_tables::<Department>().unwrap_err(),
    ] {
        assert!(error.is_reentrant());
        let text = error.to_string();
        assert!(
            text.starts_with("this thread holds the connection already (the writing connection is held by"),
            "{text}"
        );
        assert!(text.ends_with("run the query on the transaction, or finish with it first"), "{text}");
    }
    assert!(began.elapsed() < Duration::from_secs(5), "nobody waits for what cannot come");
    assert_eq!(Student::query().count(&transaction)?, 3);
    drop(transaction);
    assert_eq!(Student::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn an_observer_that_queries_its_own_connection_gets_an_error() {
    let db = university();
    let (told, hear) = mpsc::channel();
    let own = db.clone();
    db.on_statement(move |_| {
        let _ = told.send(Student::query().count(&own).err().is_some_and(|error| error.is_reentrant()));
    });
    Student::query().count(&db).expect("the outer query runs");
    assert_eq!(hear.try_recv(), Ok(true));
}

#[test]
fn a_file_has_one_writer_and_lets_its_thread_read_beside() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let transaction = db.begin()?;
    assert_eq!(Student::query().count(&db)?, 3);
    assert!(db.begin().unwrap_err().is_reentrant());
    assert!(law().insert(&db).unwrap_err().is_reentrant());
    transaction.commit()?;
    law().insert(&db)?;
    Ok(())
}

#[test]
fn a_connection_that_does_not_come_free_is_an_error_that_names_who_holds_it() -> Result<()> {
    let file = File::new();
    drop(university_in(&file));
    let db = Db::sqlite().pool_timeout(Duration::from_millis(50)).readers(1).open(file.path())?;
    let (both_hold, both_tried) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let holder = {
        let (db, hold, tried) = (db.clone(), Arc::clone(&both_hold), Arc::clone(&both_tried));
        thread::Builder::new().name("holder".into()).spawn(move || {
            let writing = db.begin().expect("the writer is free");
            let reading = db.begin_read().expect("the reader is free");
            hold.wait();
            tried.wait();
            drop((writing, reading));
        })
    };
    both_hold.wait();
    let errors = [(law().insert(&db).unwrap_err(), "writing"), (Student::query().all(&db).unwrap_err(), "reading")];
    both_tried.wait();
    for (error, role) in errors {
        assert!(error.is_pool_timeout() && !error.is_busy());
        let text = error.to_string();
        assert!(text.starts_with("no connection became free within "), "{text}");
        assert!(text.contains(&format!("{role} connection is held by thread holder for ")), "{text}");
    }
    holder.unwrap().join().expect("the thread ends well");
    assert_eq!(law().insert(&db)?.id, 4);
    Ok(())
}

#[test]
fn timeouts_of_any_length_are_taken() -> Result<()> {
    let file = File::new();
    let options = Db::sqlite().busy_timeout(Duration::MAX).pool_timeout(Duration::MAX).readers(0).cached_statements(0);
    let db = options.open(file.path())?;
    db.create_tables::<Department>()?;
    law().insert(&db)?;
    assert_eq!(Department::query().count(&db)?, 1);
    Ok(())
}
