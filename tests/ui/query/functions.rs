//! SQL functions and `case` with columns and values of the wrong type.

#[path = "../school.rs"]
mod school;

use orm::{Model, case};
use school::{Course, Student};

fn main() {
    let _ = Student::query().filter(Student::born().lower().eq("x"));
    let _ = Student::name().round(2);
    let _ = Student::name().concat(Student::born());
    let _ = Student::name().concat(Course::title());
    let _ = Student::name().coalesce("x");
    let _ = Student::department_id().coalesce("x");
    let _ = case().when(Student::born().gt(3), "late").otherwise(3);
    let _ = case().when(Student::born().gt(3), "late").when(Course::title().eq("x"), "early");
    let _ = case().when(Student::born().gt(3), Student::query());
    let _ = Student::query().select(case().when(Student::born().gt(3), "late"));
    let _: orm::Selected<Student, String> =
        Student::query().select(case().when(Student::born().gt(3), "late").otherwise(None));
}
