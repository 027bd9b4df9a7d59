//! SQL made by `format!` is rejected, because it could contain a value (SQL injection).

use orm::Db;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let name = "x'; DROP TABLE students; --";
    orm::sql(format!("SELECT id FROM students WHERE name = '{name}'")).tuples::<(i64,)>(&db)?;
    Ok(())
}
