//! Upserts with columns and changes of another model, and without a conflict target.

#[path = "../school.rs"]
mod school;

use orm::{Db, Upsert, excluded};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let ada = || NewStudent { name: "Ada".into(), born: 1815, department_id: None };
    let _ = Upsert::of([ada()], Student::name()).set(Student::born().set(excluded(Course::id()))).all(&db)?;
    let _ = Upsert::of([ada()], Student::name()).set(Course::title().set("Algebra")).all(&db)?;
    let _ = Upsert::of([ada()], Student::name()).update(Course::title()).all(&db)?;
    let _ = Upsert::of([ada()], Student::name()).index_where(Course::title().eq("Algebra")).all(&db)?;
    let _ = Upsert::of([ada()]).update(Student::born()).all(&db)?;
    let _ = Upsert::of([Student { id: 1, name: "Ada".into(), born: 1815, department_id: None }], Student::name()).all(&db)?;
    let _ = orm::get_or_create(&db, ada(), Course::title())?;
    Ok(())
}
