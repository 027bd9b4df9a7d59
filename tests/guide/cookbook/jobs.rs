//! The recipe: a job queue.

use orm::{Db, Model, ResultExt as _};

// ANCHOR: job
use jiff::{Timestamp, ToSpan as _};

#[derive(Model, Clone, Debug)]
struct Job {
    id: i64,
    kind: String,
    payload: String,
    /// No worker takes the job before this moment.
    #[model(index)]
    run_at: Timestamp,
    #[model(default = 0)]
    attempts: i32,
    #[model(version)]
    version: i64,
}

/// Takes a job that is due, and hides it from other workers for five minutes.
fn take(db: &Db) -> orm::Result<Option<Job>> {
    let now = Timestamp::now();
    db.transaction(|tx| {
        let due = Job::query().filter(Job::run_at().le(now)).order_by(Job::run_at().asc());
        let Some(job) = due.for_update().skip_locked().first(tx)? else { return Ok(None) };
        let taken = job.edit(tx, |job| {
            job.run_at = now + 5.minutes();
            job.attempts += 1;
        })?;
        Ok(Some(taken))
    })
}
// ANCHOR_END: job

// ANCHOR: work
/// Does the next job. Returns whether there was one.
fn work(db: &Db, run: impl Fn(&Job) -> Result<(), String>) -> orm::Result<bool> {
    let Some(job) = take(db)? else { return Ok(false) };
    match run(&job) {
        Ok(()) => job.delete(db)?,
        Err(reason) => {
            eprintln!("job {} failed: {reason}", job.id);
            job.edit(db, |job| job.run_at = Timestamp::now() + (10 * i64::from(job.attempts)).seconds())?;
        }
    }
    Ok(true)
}
// ANCHOR_END: work

pub(super) fn recipe() -> orm::Result<()> {
    let db = &Db::memory()?;
    db.create_tables::<Job>()?;
    // ANCHOR: new_job
    let job =
        NewJob { kind: "mail".into(), payload: "ada@example.org".into(), run_at: Timestamp::now(), attempts: None };
    job.insert(db)?;
    // ANCHOR_END: new_job
    let recording = db.record();
    let job = take(db)?.expect("a job is due");
    assert_eq!((recording.count(), &*job.kind, &*job.payload, job.attempts), (2, "mail", "ada@example.org", 1));
    drop(recording);
    assert!(take(db)?.is_none(), "it is hidden");
    let late = job.edit(db, |job| job.run_at = Timestamp::now())?;
    assert!(job.delete(db).is_err_and(|error| error.is_stale()), "another worker has it by now");

    assert!(work(db, |_| Err("no network".into()))? && !work(db, |_| Ok(()))?);
    let failed = Job::find(db, late.id)?;
    assert!(failed.attempts == 2 && failed.run_at > Timestamp::now());
    failed.edit(db, |job| job.run_at = Timestamp::now())?;
    assert!(work(db, |_| Ok(()))? && Job::find(db, late.id).optional()?.is_none());
    Ok(())
}
