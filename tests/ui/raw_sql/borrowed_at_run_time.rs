//! A text that was made at run time does not live as long as a literal.

use orm::Db;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let name = "x'; DROP TABLE students; --";
    let text = format!("SELECT id FROM students WHERE name = '{name}'");
    orm::sql(text.as_str()).tuples::<(i64,)>(&db)?;
    Ok(())
}
