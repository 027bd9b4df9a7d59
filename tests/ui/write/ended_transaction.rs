//! Using a transaction that was committed.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let transaction = db.begin()?;
    transaction.commit()?;
    Student::query().all(&transaction)?;
    Ok(())
}
