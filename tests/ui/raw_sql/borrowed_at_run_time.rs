//! SQL must be `'static`, and a borrowed `String` is not.

use orm::Db;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let name = "x'; DROP TABLE students; --";
    let text = format!("SELECT id FROM students WHERE name = '{name}'");
    orm::sql(text.as_str()).tuples::<(i64,)>(&db)?;
    Ok(())
}
