//! Rows that are locked until a write transaction ends.

use std::thread;

use orm::{Db, Model, Result, View, assert_queries};

use crate::database::{Shared, db, either};
use crate::support::text::without_placeholders;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(jobs: Job)]
struct Queue {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(labels: Label, through = Labelling)]
struct Job {
    id: i64,
    task: String,
    done: bool,
    #[belongs_to(queue: Queue)]
    queue_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(jobs: Job, through = Labelling)]
struct Label {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(job_id, label_id))]
struct Labelling {
    #[belongs_to(job: Job)]
    job_id: i64,
    #[belongs_to(label: Label)]
    label_id: i64,
}

/// What a worker did.
#[derive(Model, Clone, Debug, PartialEq)]
struct Work {
    id: i64,
    job_id: i64,
}

#[derive(View, Debug, PartialEq)]
#[view(of = Job)]
struct Card {
    task: String,
    #[view(from = queue.name)]
    queue: String,
}

const JOBS: usize = 30;

fn jobs_in(db: &Db) -> Result<()> {
    db.create_tables::<(Queue, Job, Label, Labelling, Work)>()?;
    let queue_id = NewQueue { name: "mail".into() }.insert(db)?.id;
    let job = |at| NewJob { task: format!("letter {at}"), done: false, queue_id };
    orm::insert_many(db, (0..JOBS).map(job))?;
    let label = NewLabel { name: "urgent".into() }.insert(db)?;
    Job::labels().link(db, &Job::find(db, 2)?, [&label])
}

fn jobs() -> Result<Db> {
    let db = db();
    jobs_in(&db)?;
    Ok(db)
}

const COLUMNS: &str = r#"t0."id", t0."task", t0."done", t0."queue_id""#;

#[test]
fn a_lock_stands_at_the_end_of_the_statement() -> Result<()> {
    let db = jobs()?;
    let open = || Job::query().filter(Job::done().eq(false)).limit(1);
    let read = format!(r#"SELECT {COLUMNS} FROM "jobs" AS t0 WHERE t0."done" = ? ORDER BY t0."id" LIMIT ?"#);
    let locked = [
        (open().for_update(), " FOR UPDATE OF t0"),
        (open().for_share(), " FOR SHARE OF t0"),
        (open().for_update().skip_locked(), " FOR UPDATE OF t0 SKIP LOCKED"),
        (open().for_share().no_wait(), " FOR SHARE OF t0 NOWAIT"),
        (open().for_update().no_wait().skip_locked(), " FOR UPDATE OF t0 SKIP LOCKED"),
        (open().for_update().skip_locked().no_wait(), " FOR UPDATE OF t0 NOWAIT"),
    ];
    for (query, lock) in locked {
        let sent = without_placeholders(&query.sql(&db).to_string());
        assert_eq!(sent, read.clone() + either("", lock));
        assert_eq!(db.transaction(|tx| query.all(tx))?.len(), 1);
    }
    Ok(())
}

#[test]
fn locked_rows_are_found_as_those_of_any_query() -> Result<()> {
    let db = jobs()?;
    let tx = db.begin()?;
    let letters = Job::query().order_by(Job::id().desc()).for_update();
    assert_queries!(&db, 1, assert_eq!(letters.all(&tx)?.len(), JOBS));
    assert_queries!(&db, 1, assert_eq!(letters.first(&tx)?.map(|job| job.id), Some(30)));
    assert_queries!(&db, 1, assert_eq!(letters.find(&tx, 7)?.task, "letter 6"));
    assert!(letters.find(&tx, 31).unwrap_err().is_not_found());
    assert!(letters.one(&tx).unwrap_err().is_more_than_one());
    let none = Job::query().filter(Job::done().eq(true)).for_share();
    assert_eq!(none.first(&tx)?, None);
    assert!(none.one(&tx).unwrap_err().is_not_found());
    assert_eq!(format!("{none:?}"), "Locked query of Job");
    tx.commit()
}

#[test]
fn a_lock_may_come_before_the_other_words() -> Result<()> {
    let db = jobs()?;
    let (open, newest) = (Job::done().eq(false), || Job::id().desc());
    let first = Job::query().for_update().filter(open).order_by(newest()).limit(2).offset(1).prefetch(Job::queue());
    let open = Job::done().eq(false);
    let last = Job::query().filter(open).order_by(newest()).limit(2).offset(1).prefetch(Job::queue()).for_update();
    assert_eq!(first.sql(&db), last.sql(&db));
    let tx = db.begin()?;
    let found = first.all(&tx)?;
    assert_eq!(found.iter().map(|job| (job.id, job.queue().id)).collect::<Vec<_>>(), [(29, 1), (28, 1)]);
    assert_eq!(found, last.all(&tx)?);
    Ok(())
}

/// Their relations are loaded by separate statements, without a lock.
#[test]
fn locked_rows_hold_relations() -> Result<()> {
    let db = jobs()?;
    let tx = db.begin()?;
    let recording = db.record();
    let queues = Queue::query().prefetch(Queue::jobs()).for_update().all(&tx)?;
    assert_eq!(queues[0].jobs().len(), JOBS);
    let statements = recording.statements();
    assert_eq!(statements.len(), 2);
    assert_eq!(statements[0].ends_with("FOR UPDATE OF t0"), either(false, true));
    assert!(!statements[1].contains("FOR UPDATE"), "{}", statements[1]);
    assert!(statements[1].contains(either("rarray", "$1")), "some may be left out, so that keys are sent");
    Ok(())
}

#[test]
fn rows_of_joined_relations_are_not_locked() -> Result<()> {
    let db = jobs()?;
    let tx = db.begin()?;
    let joined = Job::query().prefetch(Job::queue().joined()).for_update();
    assert_queries!(&db, 1, assert_eq!(joined.find(&tx, 1)?.queue().name, "mail"));
    let cards = Job::query().limit(1).view::<Card>().for_update().all(&tx)?;
    assert_eq!(cards, [Card { task: "letter 0".into(), queue: "mail".into() }]);
    let labelled = Label::jobs().of(&Label::find(&tx, 1)?).for_update().skip_locked();
    assert_eq!(labelled.all(&tx)?.iter().map(|job| job.id).collect::<Vec<_>>(), [2]);
    let urgent = Job::query().filter(Job::labels().any(Label::name().eq("urgent"))).for_share().all(&tx)?;
    assert_eq!(urgent.len(), 1);
    Ok(())
}

#[test]
fn a_read_transaction_locks_no_rows() -> Result<()> {
    let db = jobs()?;
    let tx = db.begin_read()?;
    let locked = Job::query().for_share();
    let error = assert_queries!(&db, 0, locked.all(&tx).unwrap_err());
    assert!(error.is_read_only());
    assert_eq!(
        error.to_string(),
        "the database cannot be written: a read transaction cannot lock rows; use `db.transaction(..)` or `db.begin()`"
    );
    assert_eq!(Job::query().count(&tx)?, JOBS as u64, "and it reads on");
    Ok(())
}

/// What a worker does: it takes a job and does it, all or nothing.
fn take_one(db: &Db, gives_up: bool) -> Result<bool> {
    let tx = db.begin()?;
    let open = Job::query().filter(Job::done().eq(false)).order_by(Job::id().asc());
    let Some(job) = open.for_update().skip_locked().first(&tx)? else { return Ok(false) };
    NewWork { job_id: job.id }.insert(&tx)?;
    thread::yield_now();
    if gives_up {
        return Ok(true);
    }
    job.edit(&tx, |job| job.done = true)?;
    tx.commit()?;
    Ok(true)
}

#[test]
fn workers_take_each_job_once_and_lose_none() -> Result<()> {
    let shared = Shared::new();
    let db = shared.open();
    jobs_in(&db)?;
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let db = db.clone();
            thread::spawn(move || -> Result<()> {
                let mut taken = 0;
                // Every third job is given up, and is there for others again.
                while take_one(&db, taken % 3 == 2)? {
                    taken += 1;
                }
                Ok(())
            })
        })
        .collect();
    for worker in workers {
        worker.join().expect("the worker ends well")?;
    }
    let mut done: Vec<i64> = Work::query().select(Work::job_id()).all(&db)?;
    done.sort_unstable();
    assert_eq!(done, (1..=30).collect::<Vec<_>>());
    assert_eq!(Job::query().filter(Job::done().eq(false)).count(&db)?, 0);
    Ok(())
}
