// The models and rows of the examples in the documentation, which include this file.

use orm::{Db, Insert, Many, Model, Result};

#[derive(Model, Clone, Debug)]
#[has_many(courses: Course)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug)]
#[many_to_many(courses: Course, through = Enrollment)]
struct Student {
    id: i64,
    #[model(unique)]
    email: String,
    first_name: String,
    last_name: String,
    age: i32,
    #[belongs_to(department: Department)]
    department_id: Option<i64>,
}

#[derive(Model, Clone, Debug)]
struct Course {
    id: i64,
    title: String,
    department_id: i64,
}

#[derive(Model, Clone, Debug)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    #[belongs_to(student: Student)]
    student_id: i64,
    #[belongs_to(course: Course)]
    course_id: i64,
    grade: Option<i32>,
}

/// A database in memory with Ada, who takes algebra and does not take geometry.
fn school() -> Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    let maths = NewDepartment { name: "Mathematics".into() }.insert(&db)?;
    let course = |title: &str| NewCourse { title: title.into(), department_id: maths.id };
    let algebra = course("Algebra").insert(&db)?;
    course("Geometry").insert(&db)?;
    let ada = NewStudent { department_id: Some(maths.id), ..student("Ada", "Byron") }.insert(&db)?;
    Student::courses().link(&db, &ada, [&algebra])?;
    Ok(db)
}

fn student(first_name: &str, last_name: &str) -> NewStudent {
    NewStudent {
        email: format!("{first_name}@example.org").to_lowercase(),
        first_name: first_name.into(),
        last_name: last_name.into(),
        age: 20,
        department_id: None,
    }
}

fn ada(db: &Db) -> Result<Student> {
    Student::query().filter(Student::first_name().eq("Ada")).one(db)
}

fn course(db: &Db, title: &str) -> Result<Course> {
    Course::query().filter(Course::title().eq(title)).one(db)
}
