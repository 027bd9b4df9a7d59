//! Row locks outside a transaction.

#[path = "../ui/school.rs"]
mod school;

use orm::{AsyncDb, Model, Result};
use school::*;

async fn locked(db: &AsyncDb) -> Result<Vec<Student>> {
    Student::query().for_update().all(db).await
}

fn main() {}
