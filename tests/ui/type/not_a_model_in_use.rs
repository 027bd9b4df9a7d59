//! A model whose derive was forgotten: one message, however often its relation is used.

use orm::{Db, Model};

#[derive(Model)]
#[has_many(courses: Course)]
struct Student {
    id: i64,
    name: String,
}

struct Course {
    id: i64,
    student_id: i64,
}

struct Count;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let students = Student::query()
        .filter(Student::courses().exists())
        .prefetch(Student::courses())
        .prefetch(Student::courses().count().named(Count))
        .all(&db)?;
    for student in &students {
        for course in student.courses() {
            println!("{} takes {}", student.name, course.id);
        }
    }
    let courses = Student::courses().of(&Student { id: 1, name: String::new() }).all(&db)?;
    println!("{}", courses.len());
    Ok(())
}
