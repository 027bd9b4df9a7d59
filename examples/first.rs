//! The program on the first page of the README.

use orm::{Db, Model};

#[derive(Model)]
#[many_to_many(courses: Course, through = "enrollments")]
struct Student {
    id: i64,
    name: String,
}

#[derive(Model)]
struct Course {
    id: i64,
    title: String,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(Student, Course)>()?;
    let ada = NewStudent { name: "Ada".into() }.insert(&db)?;
    let grace = NewStudent { name: "Grace".into() }.insert(&db)?;
    let algebra = NewCourse { title: "Algebra".into() }.insert(&db)?;
    let compilers = NewCourse { title: "Compilers".into() }.insert(&db)?;
    Student::courses().link(&db, &ada, [&algebra, &compilers])?;
    Student::courses().link(&db, &grace, [&compilers])?;

    // Two statements, whatever the number of students.
    for student in Student::query().prefetch(Student::courses()).all(&db)? {
        println!("{} takes", student.name);
        for course in student.courses() {
            println!("  {}", course.title);
        }
    }
    Ok(())
}
