//! Students with their courses, as both databases return them.

use std::collections::HashMap;

use bench_common::checksum::{self, total};
use sqlx::FromRow;

#[derive(FromRow)]
pub(crate) struct Student {
    pub(crate) id: i64,
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

/// A course that a student takes.
#[derive(FromRow)]
pub(crate) struct Taken {
    student_id: i64,
    title: String,
    #[expect(dead_code, reason = "the benchmark decodes all columns, as a service does, and reads some")]
    department_id: i64,
}

impl Student {
    pub(crate) fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

pub(crate) fn sum_with_courses(students: &[Student], taken: Vec<Taken>) -> u64 {
    let mut courses: HashMap<i64, Vec<Taken>> = HashMap::new();
    for course in taken {
        courses.entry(course.student_id).or_default().push(course);
    }
    total(students.iter().map(|student| {
        let titles = courses.get(&student.id).into_iter().flatten().map(|course| checksum::text(&course.title));
        student.sum().wrapping_add(checksum::link(student.id, total(titles)))
    }))
}
