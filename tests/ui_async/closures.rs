//! Closures that are not async closures.

#[path = "../ui/school.rs"]
mod school;

use orm::{AsyncDb, Model, Result};
use school::*;

async fn plain(db: &AsyncDb) -> Result<u64> {
    db.transaction(|tx| async move { Student::query().count(tx).await }).await
}

async fn blocking(db: &AsyncDb) -> Result<u64> {
    db.transaction(|tx| Student::query().count(tx)).await
}

fn main() {}
