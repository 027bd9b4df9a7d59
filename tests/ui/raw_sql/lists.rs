//! Binding lists whose elements cannot be parameters.

#[path = "../school.rs"]
mod school;

use orm::Db;
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let ids = vec![1, 2];
    let _: Vec<Student> = orm::sql("SELECT * FROM students WHERE id IN $1").bind_list(&ids).rows(&db)?;
    let _: Vec<Student> = orm::sql("SELECT * FROM students WHERE id IN $1").bind_list(1).rows(&db)?;
    Ok(())
}
