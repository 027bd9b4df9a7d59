//! A new row that sets its version.

use orm::{Db, Model};

#[derive(Model)]
struct Page {
    id: i64,
    text: String,
    #[model(version)]
    version: i64,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    NewPage { text: "Hello".into(), version: 1 }.insert(&db)?;
    Ok(())
}
