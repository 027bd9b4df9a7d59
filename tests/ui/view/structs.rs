//! Structs that cannot be views, each with its own message.

#[path = "../school.rs"]
mod school;

use orm::View;
use school::Student;

#[derive(View)]
struct OfNothing {
    name: String,
}

#[derive(View)]
#[view(of = Student)]
struct Generic<T> {
    name: T,
}

#[derive(View)]
#[view(of = Student)]
struct Tuple(String);

#[derive(View)]
#[view(of = Student)]
enum Either {
    Name,
}

#[derive(View)]
#[view(off = Student)]
struct Misspelt {
    name: String,
}

#[derive(View)]
#[view(of = Student)]
struct OnFields {
    #[view(form = name)]
    first: String,
    #[view(from)]
    second: String,
    #[view(from = department.school.name)]
    third: String,
}

fn main() {}
