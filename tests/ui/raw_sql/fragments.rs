//! SQL fragments: made at run time, with columns of another model, with invalid values, aggregates in a filter.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model, sql_condition, sql_value};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let word = "x";
    Student::query().filter(sql_condition(format!("name = '{word}'"), ())).all(&db)?;
    Student::query().filter(sql_condition("{} = 1", Course::id())).all(&db)?;
    Student::query().filter(sql_condition("{} = {}", (Student::id(), Course::id()))).all(&db)?;
    Student::query().filter(sql_condition("{} > {}", (Student::id(), Student::courses()))).all(&db)?;
    Student::query().filter(sql_condition("{} > {}", (orm::count(), 2))).all(&db)?;
    Student::query().filter(sql_condition("{} = {}", (Student::id(), std::time::Instant::now()))).all(&db)?;
    Student::query().filter(sql_condition("{} = {}", (Student::id(), Student::name))).all(&db)?;
    Student::query().filter(sql_condition("{} = {}", (1, 2, 3, 4, 5, 6, 7, 8, 9))).all(&db)?;
    Student::query().order_by(sql_value("lower({})", Student::name())).all(&db)?;
    Student::query().select(sql_value("lower({})", Student::name())).all(&db)?;
    Ok(())
}
