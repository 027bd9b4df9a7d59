//! Raw SQL that writes though it begins with `SELECT`.

use orm::{Result, sql};

use crate::database::db;

#[test]
fn a_function_that_writes_is_called_by_a_statement_that_says_so() -> Result<()> {
    let db = db();
    sql("CREATE SEQUENCE numbers").execute(&db)?;
    let next = || sql("SELECT nextval('numbers')");
    let error = next().tuples::<(i64,)>(&db).unwrap_err();
    assert!(error.is_read_only(), "{error}");
    assert!(error.to_string().contains("write `.writing()` before them"), "{error}");
    assert_eq!(error.sqlstate(), Some("25006"), "it was the server that refused it");
    assert_eq!(next().writing().tuples::<(i64,)>(&db)?, [(1,)]);
    // For the function only.
    assert_eq!(next().execute(&db)?, 0);
    assert_eq!(next().writing().tuples::<(i64,)>(&db)?, [(3,)]);
    Ok(())
}
