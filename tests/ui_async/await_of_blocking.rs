//! `.await` on calls on a `Db`.

#[path = "../ui/school.rs"]
mod school;

use orm::{Db, Model, Result};
use school::*;

async fn students(db: &Db) -> Result<Vec<Student>> {
    Ok(Student::query().all(db).await?)
}

fn main() {}
