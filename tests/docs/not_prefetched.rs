//! The example of the README for a relation that the query did not load.

use orm::{Db, Model};

#[derive(Model, Debug)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
struct Course {
    id: i64,
    title: String,
}

#[derive(Model, Debug)]
#[many_to_many(courses: Course, through = "enrollments")]
struct Student {
    id: i64,
    name: String,
    #[belongs_to(department: Department)]
    department_id: Option<i64>,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    for student in Student::query().prefetch(Student::courses()).all(&db)? {
        println!("{} takes {} courses", student.name, student.courses().len());
        println!("and studies at {:?}", student.department());
    }
    Ok(())
}
