//! Combining conditions by the operators of `bool`s.

#[path = "../school.rs"]
mod school;

use orm::Model;
use school::*;

fn main() {
    let _ = Student::query().filter(Student::name().eq("Ada") && Student::born().lt(1900));
    let _ = Student::query().filter(Student::name().eq("Ada") || Student::born().lt(1900));
    let _ = Student::query().filter(true);
    let _ = Student::query().filter(Student::name());
}
