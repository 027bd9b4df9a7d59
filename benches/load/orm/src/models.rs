//! The tables, and their rows as checksums.

use bench_common::checksum::{self, total};
use bench_common::data;
use orm::{Many, Model};

#[derive(Model)]
#[model(table = "department")]
pub(crate) struct Department {
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(table = "course")]
pub(crate) struct Course {
    id: i64,
    title: String,
    #[belongs_to(department: Department)]
    department_id: i64,
}

#[derive(Model)]
#[model(table = "student")]
#[many_to_many(courses: Course, through = Enrollment)]
pub(crate) struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    #[belongs_to(department: Department)]
    department_id: Option<i64>,
}

#[derive(Model)]
#[model(table = "student_course", primary_key(student_id, course_id))]
pub(crate) struct Enrollment {
    #[belongs_to(student: Student)]
    student_id: i64,
    #[belongs_to(course: Course)]
    course_id: i64,
}

impl Student {
    pub(crate) fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

impl StudentLoaded<Many<Course>> {
    pub(crate) fn sum_with_courses(&self) -> u64 {
        let titles = self.courses().iter().map(|course| checksum::text(&course.title));
        self.sum().wrapping_add(checksum::link(self.id, total(titles)))
    }
}

impl From<data::NewStudent> for NewStudent {
    fn from(new: data::NewStudent) -> Self {
        NewStudent { first_name: new.first_name, last_name: new.last_name, department_id: new.department_id }
    }
}
