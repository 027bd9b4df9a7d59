//! What PostgreSQL alone does: how it is connected to, and what happens when it fails.

use orm::{Db, Model};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "driver_notes")]
struct Note {
    id: i64,
    text: String,
    score: Option<f64>,
}

/// The URL of the server that tests use.
fn url() -> String {
    std::env::var("ORM_TEST_POSTGRES").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned())
}

#[test]
fn rows_come_back_as_they_were_written() {
    let Ok(db) = Db::connect(&url()) else { return };
    orm::sql("DROP TABLE IF EXISTS driver_notes").execute(&db).expect("the table is dropped");
    db.create_tables::<(Note,)>().expect("the table is created");
    let note = NewNote { text: "a".into(), score: Some(0.5) }.insert(&db).expect("a row is inserted");
    let all = Note::query().all(&db).expect("the rows are read");
    assert_eq!(all, [note]);
}
