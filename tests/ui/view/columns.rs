//! Columns that do not exist, or that have another type than the field.

#[path = "../school.rs"]
mod school;

use orm::View;
use school::Student;

#[derive(View)]
#[view(of = Student)]
struct NoSuchColumn {
    nmae: String,
}

#[derive(View)]
#[view(of = Student)]
struct AnotherType {
    born: String,
}

#[derive(View)]
#[view(of = Student)]
struct NotOptional {
    #[view(from = department_id)]
    department: i64,
}

#[derive(View)]
#[view(of = Student)]
struct Optional {
    name: Option<String>,
}

fn main() {}
