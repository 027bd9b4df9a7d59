//! Files: which of them are databases, and the effects of opening one.

use orm::{Db, Model, Result};

use crate::schemas::university::{Department, Student, university_in};

use super::law;
use crate::database::Shared as File;

#[test]
fn a_directory_is_no_database() {
    let file = File::new();
    let error = Db::open(file.directory.path()).unwrap_err();
    assert!(error.is_open_failure());
    assert_eq!(error.to_string(), format!("cannot open `{}`: it is a directory", file.directory.path().display()));
}

#[test]
fn a_text_file_is_no_database() {
    let file = File::new();
    std::fs::write(file.path(), "Dear diary, this is not a database. ".repeat(100)).unwrap();
    let error = Db::open(file.path()).unwrap_err();
    assert!(error.is_open_failure());
    assert_eq!(error.to_string(), format!("`{}` is not an SQLite database", file.path().display()));
    assert!(std::fs::read_to_string(file.path()).unwrap().starts_with("Dear diary"), "it is left as it was");
}

#[test]
fn a_path_that_leads_nowhere_is_an_error() {
    let file = File::new();
    let path = file.directory.path().join("missing").join("test.db");
    let error = Db::open(&path).unwrap_err();
    assert!(error.is_open_failure());
    assert!(error.to_string().starts_with(&format!("cannot open `{}`: ", path.display())), "{error}");
}

#[test]
fn a_broken_file_is_an_error_and_no_panic() {
    let file = File::new();
    drop(university_in(&file));
    let mut bytes = std::fs::read(file.path()).unwrap();
    bytes[100..].iter_mut().for_each(|byte| *byte = 0xA5);
    std::fs::write(file.path(), bytes).unwrap();
    let result = Db::open(file.path()).and_then(|db| Student::query().all(&db).map(|rows| rows.len()));
    assert!(result.is_err(), "{result:?}");
}

#[test]
fn a_new_and_an_empty_file_are_databases() -> Result<()> {
    let file = File::new();
    std::fs::write(file.path(), "").unwrap();
    assert_eq!(Department::query().count(&university_in(&file))?, 3);
    assert_eq!(Department::query().count(&file.open())?, 3, "and stay so");
    Ok(())
}

#[test]
fn a_file_opened_for_reading_is_not_changed() -> Result<()> {
    let file = File::new();
    let raw = file.raw();
    raw.execute_batch(
        "CREATE TABLE departments (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO departments VALUES (1, 'Law')",
    )
    .unwrap();
    let before = std::fs::read(file.path()).unwrap();
    let db = Db::sqlite().read_only().open(file.path())?;
    assert_eq!(Department::find(&db, 1)?.name, "Law");
    let error = law().insert(&db).unwrap_err();
    assert!(error.is_read_only());
    assert!(error.to_string().starts_with("the database cannot be written: "), "{error}");
    assert!(db.transaction(|transaction| law().insert(transaction)).is_err());
    assert_eq!(Department::query().count(&db)?, 1);
    drop(db);
    assert_eq!(std::fs::read(file.path()).unwrap(), before);
    let journal: String = raw.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(journal, "delete");
    Ok(())
}

#[test]
fn opening_for_reading_creates_no_file() {
    let file = File::new();
    assert!(Db::sqlite().read_only().open(file.path()).unwrap_err().is_open_failure());
    assert!(!file.path().exists());
}

#[test]
fn a_file_with_a_write_ahead_log_is_read_too() -> Result<()> {
    let file = File::new();
    let writing = university_in(&file);
    for _ in 0..2 {
        let db = Db::sqlite().read_only().open(file.path())?;
        assert_eq!(Student::query().prefetch(Student::courses()).all(&db)?.len(), 3);
    }
    law().insert(&writing)?;
    assert_eq!(Department::query().count(&Db::sqlite().read_only().open(file.path())?)?, 4);
    Ok(())
}

#[test]
fn the_path_of_a_database_in_memory_is_one_database() -> Result<()> {
    let db = Db::open(":memory:")?;
    db.create_tables::<Department>()?;
    law().insert(&db)?;
    assert_eq!(Department::query().count(&db)?, 1);
    assert!(!std::path::Path::new(":memory:").exists());
    Ok(())
}

#[test]
fn an_empty_path_is_an_error() {
    let error = Db::open("").unwrap_err();
    assert!(error.is_open_failure());
    assert_eq!(error.to_string(), "cannot open ``: the path is empty");
}

#[test]
fn names_of_files_are_taken_literally() -> Result<()> {
    let file = File::new();
    for name in ["file:a?mode=memory", "a b%20#?.db", "'\"; --", "\u{e4}\u{1F600}"] {
        let path = file.directory.path().join(name);
        let db = Db::open(&path)?;
        db.create_tables::<Department>()?;
        law().insert(&db)?;
        assert_eq!(Department::query().count(&db)?, 1);
        assert!(path.exists(), "{name}");
    }
    Ok(())
}
