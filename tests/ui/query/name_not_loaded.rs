//! A name under which nothing was loaded.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

struct Count;
struct Passed;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    for student in Student::query().prefetch(Student::courses().count().named(Count)).all(&db)? {
        let count: &u64 = student.named(Count);
        println!("{count} {:?}", student.named(Passed));
    }
    Ok(())
}
