//! Combining conditions with `&&` and `||`.

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
