//! Aggregates where a value of each row is expected, and the reverse; columns of another model.

#[path = "../school.rs"]
mod school;

use orm::{Model, count};
use school::{Course, Student};

fn main() {
    let _ = Student::query().filter(count().gt(3));
    let _ = Student::query().order_by(Student::born().max().asc());
    let _ = Student::query().group_by(Student::born()).having(Student::born().gt(3));
    let _ = Student::query().select(Course::title());
    let _ = Student::query().select((Student::id(), Course::title()));
    let _ = Student::query().group_by(Course::title());
    let _ = Student::query().group_by((Student::born(), count()));
    let _ = Student::query().select(Student::name().sum());
    let _: orm::Selected<Student, i64> = Student::query().select(Student::name());
}
