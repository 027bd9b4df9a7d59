//! An upsert whose conflict target belongs to another model.

#[path = "../school.rs"]
mod school;

use orm::Db;
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let maths = NewDepartment { name: "Maths".into() };
    orm::upsert(&db, maths, Course::title(), (Department::name(), Course::title()))?;
    Ok(())
}
