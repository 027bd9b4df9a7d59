//! Using a transaction after its end.

#[path = "../ui/school.rs"]
mod school;

use orm::{AsyncDb, Model, Result};
use school::*;

async fn committed(db: &AsyncDb) -> Result<u64> {
    let tx = db.begin().await?;
    tx.commit().await?;
    Student::query().count(&tx).await
}

fn main() {}
