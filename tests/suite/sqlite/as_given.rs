//! New rows that are returned without being read: the values that were sent, with the key that SQLite assigned.

use orm::{Db, Model, Result, bulk_insert, insert_many, sql};

use crate::support::text::without_placeholders;

#[derive(Model, Clone, Debug, PartialEq)]
struct Note {
    id: i64,
    title: String,
    stars: Option<i32>,
    pinned: bool,
    raw: Vec<u8>,
}

fn note(title: &str) -> NewNote {
    NewNote { title: title.into(), stars: Some(7), pinned: true, raw: vec![0, 255] }
}

fn statements(db: &Db, work: impl FnOnce(&Db) -> Result<()>) -> Result<Vec<String>> {
    let recording = db.record();
    work(db)?;
    Ok(recording.statements().iter().map(|text| without_placeholders(text)).collect())
}

const INSERT: &str = r#"INSERT INTO "notes" ("title", "stars", "pinned", "raw") VALUES (?, ?, ?, ?)"#;

#[test]
fn a_row_of_plain_values_is_not_read_back() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Note>()?;
    let mut notes = Vec::new();
    let sent = statements(&db, |db| {
        notes.push(note("one").insert(db)?);
        notes.push(NewNote { stars: None, ..note("") }.insert(db)?);
        Ok(())
    })?;
    assert_eq!(sent, [INSERT; 2]);
    assert_eq!((notes[0].id, notes[1].id), (1, 2));
    assert_eq!(notes, Note::query().order_by(Note::id().asc()).all(&db)?);
    Ok(())
}

#[test]
fn many_rows_are_one_statement_that_is_run_again_and_again() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Note>()?;
    let titles: Vec<String> = (0..1_200).map(|number| format!("note {number}")).collect();
    let mut notes = Vec::new();
    let sent = statements(&db, |db| {
        notes = insert_many(db, titles.iter().map(|title| note(title)))?;
        Ok(())
    })?;
    // Up to 500 rows at once.
    assert_eq!(sent, [INSERT; 3]);
    assert!(notes.iter().zip(&titles).all(|(note, title)| note.title == *title));
    assert_eq!(notes, Note::query().order_by(Note::id().asc()).all(&db)?);

    let sent = statements(&db, |db| bulk_insert(db, ["a", "b"].map(note)).map(|number| assert_eq!(number, 2)))?;
    assert_eq!(sent, [INSERT]);
    assert_eq!(Note::query().count(&db)?, 1_202);
    Ok(())
}

#[test]
fn one_row_that_is_refused_takes_all_others_with_it() -> Result<()> {
    let db = Db::memory()?;
    sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, stars INTEGER, pinned INTEGER, raw BLOB)")
        .execute(&db)?;
    let error = insert_many(&db, ["a", "b", "a"].map(note)).unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    let error = bulk_insert(&db, ["a", "b", "a"].map(note)).unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Note::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn rows_that_the_table_ignores_are_an_error() -> Result<()> {
    let db = Db::memory()?;
    sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT UNIQUE ON CONFLICT IGNORE, stars INTEGER, pinned INTEGER, raw BLOB)")
        .execute(&db)?;
    note("a").insert(&db)?;
    assert!(note("a").insert(&db).unwrap_err().is_ignored());
    assert!(insert_many(&db, ["b", "a"].map(note)).unwrap_err().is_ignored());
    assert_eq!(Note::query().count(&db)?, 1);
    Ok(())
}

#[test]
fn a_column_that_makes_something_else_of_values_is_read_back() -> Result<()> {
    let db = Db::memory()?;
    // The column converts the text to a number, which a `String` cannot read.
    sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, title NUMERIC, stars INTEGER, pinned INTEGER, raw BLOB)")
        .execute(&db)?;
    assert!(note("007").insert(&db).unwrap_err().is_decode());
    assert!(insert_many(&db, ["a", "007"].map(note)).unwrap_err().is_decode());
    assert_eq!(Note::query().count(&db)?, 0);
    let sent = statements(&db, |db| note("plain").insert(db).map(|_| ()))?;
    assert!(sent[0].contains(" RETURNING "), "{sent:?}");
    Ok(())
}

#[test]
fn what_a_trigger_makes_of_a_row_comes_back() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.db");
    let db = Db::open(&path)?;
    db.create_tables::<Note>()?;
    assert_eq!(note("first").insert(&db)?.title, "first");
    // Another program creates the trigger after the table's definition was read.
    let other = rusqlite::Connection::open(&path).expect("the file is opened");
    let shout =
        "CREATE TRIGGER shout AFTER INSERT ON notes BEGIN UPDATE notes SET title = upper(title) WHERE id = new.id; END";
    other.execute_batch(shout).expect("the trigger is made");
    assert_eq!(note("second").insert(&db)?.title, "SECOND");
    assert_eq!(note("third").insert(&db)?.title, "THIRD");
    let many = insert_many(&db, ["fourth", "fifth"].map(note))?;
    assert_eq!(many.iter().map(|note| &*note.title).collect::<Vec<_>>(), ["FOURTH", "FIFTH"]);
    let all = Note::query().order_by(Note::id().asc()).all(&db)?;
    assert_eq!(all[3..], many);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "notes", new = NewNumbered, loaded = NumberedLoaded)]
struct Numbered {
    #[model(primary_key, generated = false)]
    id: i32,
    title: String,
}

#[test]
fn a_key_that_is_given_stays() -> Result<()> {
    let db = Db::memory()?;
    sql("CREATE TABLE notes (id INT PRIMARY KEY, title TEXT)").execute(&db)?;
    let kept = NewNumbered { id: 70, title: "kept".into() }.insert(&db)?;
    assert_eq!(kept, Numbered { id: 70, title: "kept".into() });
    assert_eq!(Numbered::query().all(&db)?, [kept]);
    // This key is not a row number, so SQLite would not assign one.
    assert!(NewShort { title: "x".into() }.insert(&db).unwrap_err().is_schema_mismatch());
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "notes")]
struct Short {
    id: i64,
    title: String,
}
