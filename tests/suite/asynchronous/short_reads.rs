//! Reads that a task does itself where they are short, and that a worker repeats where they are not.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use orm::{AsyncDb, Model, Result};

use super::departments;
use crate::database::{Shared, either};
use crate::schemas::university::{Department, NewDepartment, university_in};

/// The number of rows: reading them takes much longer than a short read may take.
const MANY: u32 = 20_000;

/// The three departments, and many with other names.
fn crowded() -> Shared {
    let shared = Shared::new();
    let db = university_in(&shared);
    let new = (0..MANY).map(|number| NewDepartment { name: format!("Department {number}") });
    orm::bulk_insert(&db, new).expect("the departments are inserted");
    drop(db);
    shared
}

/// The number of departments with a name, of which there is no index.
async fn count_named(db: &AsyncDb, name: &str) -> Result<u64> {
    Department::query().filter(Department::name().contains(name)).count(db).await
}

async fn name_of_the_first(db: &AsyncDb) -> Result<String> {
    Ok(Department::find(db, 1).await?.name)
}

#[test]
fn each_read_is_whole_and_told_of_once() -> Result<()> {
    let shared = crowded();
    let db = AsyncDb::from(shared.open());
    smol::block_on(async {
        let first = name_of_the_first(&db).await?;
        assert_eq!(count_named(&db, "Department 1999").await?, 11);
        let recording = db.record();
        for _ in 0..30 {
            assert_eq!(name_of_the_first(&db).await?, first);
            assert_eq!(count_named(&db, "Department 1999").await?, 11);
            assert!(Department::find(&db, -1).await.is_err_and(|error| error.is_not_found()));
            assert_eq!(Department::query().all(&db).await?.len(), MANY as usize + 3);
        }
        assert_eq!(recording.count(), 120);
        Ok(())
    })
}

/// The threads that told of statements which contain a text.
fn threads_of(db: &AsyncDb, text: &'static str) -> Arc<Mutex<HashSet<ThreadId>>> {
    let threads = Arc::new(Mutex::new(HashSet::new()));
    let shared = Arc::clone(&threads);
    db.on_statement(move |event| {
        if event.sql.contains(text) {
            shared.lock().unwrap().insert(thread::current().id());
        }
    });
    threads
}

#[test]
fn a_long_read_blocks_no_thread_of_the_runtime() -> Result<()> {
    let shared = crowded();
    let db = AsyncDb::from(shared.open());
    let (long, own) = (threads_of(&db, "count("), thread::current().id());
    smol::block_on(async {
        for _ in 0..60 {
            count_named(&db, "Department 1999").await?;
        }
        // PostgreSQL counts while a task awaits the answer, in whatever thread polls it.
        if either(true, false) {
            assert!(!long.lock().unwrap().is_empty() && !long.lock().unwrap().contains(&own));
        }
        Ok(())
    })
}

#[test]
fn short_reads_leave_other_tasks_their_turn() -> Result<()> {
    let shared = departments::shared();
    let db = AsyncDb::from(shared.open());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let turns = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&turns);
        let other = tokio::spawn(async move {
            loop {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        });
        let mut last = Vec::new();
        for _ in 0..2000 {
            name_of_the_first(&db).await?;
            last.push(turns.load(Ordering::Relaxed));
        }
        other.abort();
        let longest = last.chunk_by(|before, after| before == after).map(<[usize]>::len).max();
        assert!(longest <= Some(129), "{longest:?} reads without a turn of the other task");
        Ok(())
    })
}
