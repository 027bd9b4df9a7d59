//! The guide's example of reading a column from a relation.

use orm::{Db, Model};

#[derive(Model, Debug)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
struct Student {
    id: i64,
    first_name: String,
    #[belongs_to(department: Department)]
    department_id: Option<i64>,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let students = Student::query().filter(Student::department().name().eq("Computing")).all(&db)?;
    println!("{students:?}");
    Ok(())
}
