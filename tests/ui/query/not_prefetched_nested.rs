//! Reading a nested relation that was not prefetched.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    for student in Student::query().prefetch(Student::courses().prefetch(Course::students())).all(&db)? {
        for course in student.courses() {
            println!("{}", course.department().name);
        }
    }
    Ok(())
}
