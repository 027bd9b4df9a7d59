//! The university of the guide.

use orm::{Db, Model, Result};

use crate::database::{Shared, db};

/// A new database with the university's tables and no rows.
pub(crate) fn empty_university() -> Db {
    let db = db();
    db.create_tables::<(Department, Course, Student, Enrollment)>().expect("the tables are created");
    db
}

/// A new database with a small university: see [`fill`].
pub(crate) fn university() -> Db {
    let db = empty_university();
    fill(&db).expect("the rows are inserted");
    db
}

/// The same university, where other connections can read it.
pub(crate) fn university_in(shared: &Shared) -> Db {
    let db = shared.open();
    db.create_tables::<(Department, Course, Student, Enrollment)>().expect("the tables are created");
    fill(&db).expect("the rows are inserted");
    db
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(courses: Course)]
#[has_many(students: Student)]
pub(crate) struct Department {
    pub(crate) id: i64,
    pub(crate) name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(students: Student, through = Enrollment)]
pub(crate) struct Course {
    pub(crate) id: i64,
    pub(crate) title: String,
    #[belongs_to(department: Department, on_delete = cascade)]
    pub(crate) department_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(courses: Course, through = Enrollment)]
#[has_many(enrollments: Enrollment)]
pub(crate) struct Student {
    pub(crate) id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    #[belongs_to(department: Department, on_delete = set_null)]
    pub(crate) department_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(student_id, course_id))]
pub(crate) struct Enrollment {
    #[belongs_to(student: Student, on_delete = cascade)]
    pub(crate) student_id: i64,
    #[belongs_to(course: Course, on_delete = cascade)]
    pub(crate) course_id: i64,
}

/// Departments: 1 Mathematics, 2 Physics, 3 Law (empty).
/// Courses: 1 Geometry (1), 2 Algebra (1), 3 Optics (2).
/// Students: 1 Ada Lovelace (1): Geometry, Algebra; 2 Isaac Newton (2): all three; 3 Emil Void (none): none.
fn fill(db: &Db) -> Result<()> {
    for name in ["Mathematics", "Physics", "Law"] {
        NewDepartment { name: name.into() }.insert(db)?;
    }
    for (title, department_id) in [("Geometry", 1), ("Algebra", 1), ("Optics", 2)] {
        NewCourse { title: title.into(), department_id }.insert(db)?;
    }
    for (first, last, department_id) in
        [("Ada", "Lovelace", Some(1)), ("Isaac", "Newton", Some(2)), ("Emil", "Void", None)]
    {
        NewStudent { first_name: first.into(), last_name: last.into(), department_id }.insert(db)?;
    }
    for (student_id, course_id) in [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)] {
        Enrollment { student_id, course_id }.insert(db)?;
    }
    Ok(())
}

/// The titles of some courses.
pub(crate) fn titles<'a, C: AsRef<Course> + 'a>(courses: impl IntoIterator<Item = &'a C>) -> Vec<&'a str> {
    courses.into_iter().map(|course| course.as_ref().title.as_str()).collect()
}

impl AsRef<Course> for Course {
    fn as_ref(&self) -> &Course {
        self
    }
}
