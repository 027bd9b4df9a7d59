//! Related values in orders and conditions: of another model, of another type, without a direction.

#[path = "../school.rs"]
mod school;

use orm::Model;
use school::{Course, Department, Student};

fn main() {
    let _ = Student::query().order_by(Student::courses().value(Course::title()).asc());
    let _ = Student::query().order_by(Student::courses().desc());
    let _ = Student::query().order_by(Student::courses().count());
    let _ = Student::query().order_by(Department::courses().count().desc());
    let _ = Student::query().filter(Student::courses().max(Course::title()).gt(3));
    let _ = Student::query().filter(Student::courses().count().is_null());
    let _ = Student::query().filter(Student::department().value(Course::title()).eq("Logic"));
    let _ = Student::query().filter(Student::department().value(Department::name()).eq(Course::title()));
    let _ = Student::query().prefetch(Student::courses().joined());
}
