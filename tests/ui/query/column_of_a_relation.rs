//! Reading a column of the target model from the relation.

#[path = "../school.rs"]
mod school;

use orm::Model;
use school::*;

fn main() {
    let _ = Student::query().filter(Student::department().name().eq("Law"));
    let _ = Student::query().filter(Student::courses().title().eq("Logic"));
}
