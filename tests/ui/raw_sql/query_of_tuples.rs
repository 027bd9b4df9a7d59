//! Raw SQL whose rows are not those of a model, and a relation of another model.

#[path = "../school.rs"]
mod school;

use orm::Db;
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let _ = orm::sql("SELECT name, count(*) FROM students GROUP BY name").query::<(String, i64)>();
    orm::sql("SELECT * FROM students").query::<Student>().prefetch(Department::courses()).all(&db)?;
    Ok(())
}
