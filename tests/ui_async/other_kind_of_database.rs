//! Passing a `Db` to a function for `AsyncDb`, and the reverse.

#[path = "../ui/school.rs"]
mod school;

use orm::{AsyncDb, AsyncExecutor, Db, Executor, Model, Result};
use school::*;

fn count(on: &impl Executor) -> Result<u64> {
    Student::query().count(on)
}

async fn count_later(on: &impl AsyncExecutor) -> Result<u64> {
    Student::query().count(on).await
}

async fn counts(db: &Db, awaited: &AsyncDb) -> Result<(u64, u64)> {
    Ok((count(awaited)?, count_later(db).await?))
}

fn main() {}
