//! The guide's example of a filtered relation where the whole one is needed.

use orm::{Db, Many, Model};

#[derive(Model)]
#[many_to_many(students: Student, through = "enrollments")]
struct Course {
    id: i64,
    title: String,
}

#[derive(Model)]
#[many_to_many(courses: Course, through = "enrollments")]
struct Student {
    id: i64,
    first_name: String,
}

fn card(student: &impl StudentRelations<Courses = Many<Course>>) -> String {
    format!("{} takes {} courses", student.first_name, student.courses().len())
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let students = Student::query().prefetch(Student::courses().limit(3)).all(&db)?;
    println!("{}", card(&students[0]));
    Ok(())
}
