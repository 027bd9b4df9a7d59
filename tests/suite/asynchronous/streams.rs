//! Chunks of a query as a stream.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use orm::{AsyncDb, Model, Result, assert_queries};

use crate::schemas::university::{Student, university};

#[test]
fn chunks_are_read_one_after_the_other() -> Result<()> {
    let db = AsyncDb::from(university());
    smol::block_on(async {
        let mut ids = Vec::new();
        let mut chunks = Student::query().prefetch(Student::courses()).chunks(&db).of_size(2);
        while let Some(students) = assert_queries!(&db, ..=2, chunks.next().await) {
            ids.push(students?.iter().map(|student| (student.id, student.courses().len())).collect::<Vec<_>>());
        }
        assert_eq!(ids, [vec![(1, 2), (2, 3)], vec![(3, 0)]]);
        assert!(chunks.next().await.is_none(), "it stays at its end");
        Ok(())
    })
}

#[test]
fn chunks_are_a_stream() -> Result<()> {
    let db = AsyncDb::from(university());
    smol::block_on(async {
        let chunks = Student::query().chunks(&db).of_size(2);
        let sizes: Vec<usize> = chunks.map_ok(|students| students.len()).try_collect().await?;
        assert_eq!(sizes, [2, 1]);
        let tasks = Student::query().chunks(&db).of_size(1).map(|students| students.map(|students| students[0].id));
        assert_eq!(tasks.try_collect::<Vec<i64>>().await?, [1, 2, 3]);
        Ok(())
    })
}

#[test]
fn chunks_are_read_in_a_transaction() -> Result<()> {
    let db = AsyncDb::from(university());
    smol::block_on(async {
        let tx = db.begin_read().await?;
        let mut chunks = Student::query().limit(2).chunks(&tx).of_size(1);
        let mut number = 0;
        while let Some(students) = chunks.next().await {
            number += students?.len();
        }
        assert_eq!(number, 2);
        Ok(())
    })
}

#[test]
fn a_chunk_whose_future_was_dropped_comes_with_the_next_call() -> Result<()> {
    let db = AsyncDb::from(university());
    let mut chunks = Student::query().chunks(&db).of_size(2);
    let mut context = Context::from_waker(Waker::noop());
    // The statement does not end before the future is dropped.
    let gate = Arc::new(Mutex::new(()));
    let closed = Arc::clone(&gate);
    db.on_statement(move |_| drop(closed.lock()));
    {
        let _closed = gate.lock().expect("nothing panics");
        let mut first = Box::pin(chunks.next());
        assert!(matches!(first.as_mut().poll(&mut context), Poll::Pending));
    }
    smol::block_on(async {
        assert_eq!(chunks.next().await.expect("a chunk")?[0].id, 1);
        assert_eq!(chunks.next().await.expect("a chunk")?[0].id, 3);
        assert!(chunks.next().await.is_none());
        Ok(())
    })
}

#[test]
fn a_stream_ends_with_its_error() {
    let db = AsyncDb::from(university());
    smol::block_on(async {
        orm::sql("DROP TABLE enrollments").execute(&db).await.expect("the table is dropped");
        let mut chunks = Student::query().prefetch(Student::courses()).chunks(&db);
        assert!(chunks.next().await.expect("an error").is_err());
        assert!(chunks.next().await.is_none());
    });
}

#[test]
fn a_stream_can_be_sent_and_needs_no_pinning() {
    fn check<S: Stream + Send + Unpin>(_: &S) {}
    let db = AsyncDb::from(university());
    let mut chunks = Student::query().chunks(&db);
    check(&chunks);
    let _ = Pin::new(&mut chunks).poll_next(&mut Context::from_waker(Waker::noop()));
}
