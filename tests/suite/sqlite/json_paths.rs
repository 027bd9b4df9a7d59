//! Values within JSON of files that other programs wrote.

use orm::{Model, Result, sql};
use serde_json::Value;

use crate::database::db;

#[derive(Model, Clone, Debug)]
struct Event {
    id: i64,
    payload: Option<Value>,
}

/// SQLite's functions return the first of two values with one name.
#[test]
fn what_is_no_json_or_has_a_name_twice_is_an_error() -> Result<()> {
    let db = db();
    db.create_tables::<Event>()?;
    for payload in [r#"'{"a": 1'"#, r#"'{"a": 1, "a": 2}'"#, "'{a: 1}'", "''", "x'00'"] {
        sql("DELETE FROM events").execute(&db)?;
        sql(orm::TrustedSql(format!("INSERT INTO events (payload) VALUES ({payload})"))).execute(&db)?;
        let error = Event::query().select(Event::payload().path("a").integer()).all(&db).unwrap_err();
        assert!(error.to_string().contains("a value within JSON cannot be read"), "{payload}: {error}");
    }
    Ok(())
}

#[test]
fn a_number_that_a_numeric_column_made_of_the_text_is_json() -> Result<()> {
    let db = db();
    sql("CREATE TABLE events (id INTEGER PRIMARY KEY, payload JSON)").execute(&db)?;
    sql("INSERT INTO events (payload) VALUES ('7'), ('1.5'), (NULL)").execute(&db)?;
    let root = || Event::payload().path("");
    let read = Event::query().select((root().integer(), root().real(), root().text()));
    assert_eq!(read.all(&db)?, [(Some(7), Some(7.0), None), (None, Some(1.5), None), (None, None, None)]);
    Ok(())
}
