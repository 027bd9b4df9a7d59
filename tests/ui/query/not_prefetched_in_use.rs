//! Reading a relation that was not prefetched causes one message, whatever is done with the rows.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    for student in Student::query().prefetch(Student::department()).all(&db)? {
        println!("{} takes {} courses", student.name, student.courses().len());
        for course in student.courses() {
            println!("{}", course.title);
        }
        let titles: Vec<&str> = student.courses().iter().map(|course| course.title.as_str()).collect();
        println!("{titles:?}");
    }
    for student in Student::query().all(&db)? {
        println!("{:?}", student.department().as_ref().map(|department| department.id));
    }
    Ok(())
}
