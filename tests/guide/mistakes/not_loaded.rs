//! The guide's example of a nested relation that was not loaded.

use orm::{Db, Model};

#[derive(Model, Debug)]
#[has_many(students: Student)]
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
    first_name: String,
    #[belongs_to(department: Department)]
    department_id: Option<i64>,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let departments = Department::query().prefetch(Department::students().prefetch(Student::courses())).all(&db)?;
    println!("{:?}", departments[0].students()[0].department());
    Ok(())
}
