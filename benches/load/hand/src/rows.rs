//! Students with their courses, as both databases return them.

use std::collections::HashMap;

use bench_common::checksum::{self, total};
use foldhash::fast::RandomState;

pub(crate) struct Student {
    pub(crate) id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) department_id: Option<i64>,
}

pub(crate) struct Course {
    pub(crate) title: String,
    #[expect(dead_code, reason = "the benchmark decodes all columns, as a service does, and reads some")]
    pub(crate) department_id: i64,
}

/// The courses of some students, each course once.
#[derive(Default)]
pub(crate) struct Courses {
    rows: Vec<Course>,
    places: HashMap<i64, u32, RandomState>,
    links: Vec<(i64, u32)>,
}

impl Student {
    pub(crate) fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

impl Courses {
    /// Adds a link; the course is read where it comes for the first time.
    pub(crate) fn link<E>(
        &mut self,
        student: i64,
        course: i64,
        read: impl FnOnce() -> Result<Course, E>,
    ) -> Result<(), E> {
        let place = if let Some(&place) = self.places.get(&course) {
            place
        } else {
            let place = u32::try_from(self.rows.len()).expect("the data is smaller than this");
            self.rows.push(read()?);
            self.places.insert(course, place);
            place
        };
        self.links.push((student, place));
        Ok(())
    }

    /// Sorts the links by student, which they mostly are.
    pub(crate) fn sorted(mut self) -> Self {
        self.links.sort_by_key(|link| link.0);
        self
    }

    fn of(&self, student: i64) -> impl Iterator<Item = &Course> {
        let from = self.links.partition_point(|link| link.0 < student);
        let links = self.links[from..].iter().take_while(move |link| link.0 == student);
        links.map(|link| &self.rows[link.1 as usize])
    }

    pub(crate) fn sum_with(&self, students: &[Student]) -> u64 {
        total(students.iter().map(|student| {
            let titles = total(self.of(student.id).map(|course| checksum::text(&course.title)));
            student.sum().wrapping_add(checksum::link(student.id, titles))
        }))
    }
}
