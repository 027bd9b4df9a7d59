//! Names that the database reserves.

use orm::{Model, Result};

use crate::database::db;

#[derive(Model)]
struct Shelf {
    id: i64,
    label: String,
}

#[derive(Model)]
#[model(table = "SQLite_sequence")]
struct Sequence {
    id: i64,
}

#[test]
fn a_name_that_the_database_keeps_is_refused_before_anything_is_sent() -> Result<()> {
    let db = db();
    let error = orm::assert_queries!(&db, 0, db.create_tables::<(Shelf, Sequence)>().unwrap_err());
    assert_eq!(
        error.to_string(),
        "`Sequence`: the database reserves names like `SQLite_sequence`; give the table another name"
    );
    assert!(error.is_invalid());
    assert_eq!(db.check::<Shelf>()?.len(), 1, "nothing was created");
    assert!(db.check::<Sequence>()?.iter().any(|one| one.what == orm::Mismatched::ReservedName));
    Ok(())
}
