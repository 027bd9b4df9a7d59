//! Raw SQL in `order_by`: without a direction, made at run time, with columns of another model, with aggregates.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model, sql_order};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let column = "name";
    Student::query().order_by("name DESC").all(&db)?;
    Student::query().order_by(sql_order(format!("{column} DESC"), ())).all(&db)?;
    Student::query().order_by(sql_order("{} COLLATE NOCASE DESC")).all(&db)?;
    Student::query().order_by(sql_order("{} COLLATE NOCASE DESC", Course::title())).all(&db)?;
    Student::query().order_by(sql_order("{} + {} DESC", (Student::id(), Course::id()))).all(&db)?;
    Student::query().order_by(sql_order("{} DESC", orm::count())).all(&db)?;
    Student::query().order_by(sql_order("lower({})", Student::name()).desc()).all(&db)?;
    Student::query().filter(sql_order("{} DESC", Student::name())).all(&db)?;
    Student::query().select(sql_order("{} DESC", Student::name())).all(&db)?;
    Ok(())
}
