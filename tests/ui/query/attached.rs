//! Attaching a value that the relation does not load.

#[path = "../school.rs"]
mod school;

use orm::{Many, One};
use school::*;

struct Number;

fn title(course: &CourseLoaded<Many<Student>, One<Department>>) -> &str {
    &course.title
}

fn algebra() -> Course {
    Course { id: 1, title: "Algebra".into(), department_id: 1 }
}

fn maths() -> Department {
    Department { id: 1, name: "Mathematics".into() }
}

fn main() {
    let of_another_model = orm::attach(algebra(), Course::students(), [maths()]);
    let of_another_row = orm::attach(algebra(), Department::courses(), []);
    let twice = orm::attach(orm::attach(algebra(), Course::department(), maths()), Course::department(), maths());
    let without_a_name = orm::attach(algebra(), Course::students().count(), 2_u64);
    title(&orm::attach(algebra(), Course::department(), maths()));
}
