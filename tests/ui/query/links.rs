//! Link conditions on relations without a join table, and on those of another model.

#[path = "../school.rs"]
mod school;

use orm::Model;
use school::{Course, Department, Enrollment, Student};

#[derive(Model)]
#[many_to_many(tags: Tag, through = "note_tags")]
struct Note {
    id: i64,
}

#[derive(Model)]
struct Tag {
    id: i64,
}

fn main() {
    let _ = Student::query().prefetch(Student::courses().filter_link(Course::title().eq("Logic")));
    let _ = Student::query().prefetch(Student::courses().order_by_link(Course::title().asc()));
    let _ = Student::query().prefetch(Student::courses().order_by_link(Enrollment::course_id()));
    let _ = Department::query().prefetch(Department::courses().filter_link(Enrollment::course_id().gt(1)));
    let _ = Note::query().prefetch(Note::tags().filter_link(Enrollment::course_id().gt(1)));
    let _ = Note::query().prefetch(Note::tags().with_link());
    let _ = Student::query().prefetch(Student::courses().filter(Enrollment::course_id().gt(1)));
}
