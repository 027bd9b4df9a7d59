//! Editing one row: what differs is written, and nothing else.

use orm::{Model, Result, assert_queries};

use crate::database::db;
use crate::schemas::university::{Enrollment, Student, university};

#[test]
fn only_what_changed_is_written() -> Result<()> {
    let db = university();
    let ada = Student::find(&db, 1)?;
    // What another program writes in the meantime to other columns stays.
    Student::rows_where(Student::id().eq(1)).update(&db, Student::first_name().set("Augusta"))?;
    let recording = db.record();
    let king = ada.edit(&db, |ada| ada.last_name = "King".into())?;
    let [statement] = &recording.statements()[..] else { panic!("one statement") };
    assert!(statement.starts_with(r#"UPDATE "students" SET "last_name" = "#), "{statement}");
    let (written, returned) = statement.split_once(" RETURNING ").expect("the row comes back");
    assert!(!written.contains("first_name") && !written.contains("department_id"), "{statement}");
    assert_eq!(returned, r#""id", "first_name", "last_name", "department_id""#);
    // What is returned is what is stored.
    assert_eq!(king, Student { first_name: "Augusta".into(), last_name: "King".into(), ..ada.clone() });
    assert_eq!(Student::find(&db, 1)?, king);
    assert_eq!(ada.last_name, "Lovelace", "the row that was read stays as it is");
    Ok(())
}

#[test]
fn what_does_not_change_anything_sends_nothing() -> Result<()> {
    let db = university();
    let ada = Student::find(&db, 1)?;
    let same = assert_queries!(&db, 0, ada.edit(&db, |ada| ada.last_name = "Lovelace".into())?);
    assert_eq!(same, ada);
    Ok(())
}

#[test]
fn values_become_null_and_come_back() -> Result<()> {
    let db = university();
    let ada = Student::find(&db, 1)?.edit(&db, |ada| ada.department_id = None)?;
    assert_eq!(Student::find(&db, 1)?.department_id, None);
    let ada = ada.edit(&db, |ada| ada.department_id = Some(2))?;
    assert_eq!(Student::find(&db, 1)?, ada);
    Ok(())
}

#[test]
fn a_key_can_be_edited() -> Result<()> {
    let db = university();
    let moved = Enrollment::find(&db, (1, 1))?.edit(&db, |enrollment| enrollment.course_id = 3)?;
    assert_eq!(moved, Enrollment::find(&db, (1, 3))?);
    assert!(Enrollment::find(&db, (1, 1)).is_err_and(|error| error.is_not_found()));
    Ok(())
}

#[test]
fn a_row_that_is_gone_is_not_found() -> Result<()> {
    let db = university();
    let emil = Student::find(&db, 3)?;
    emil.delete(&db)?;
    let error = emil.edit(&db, |emil| emil.first_name = "Emilia".into()).unwrap_err();
    assert!(error.is_not_found(), "{error}");
    Ok(())
}

#[test]
fn loaded_rows_are_edited_as_their_models() -> Result<()> {
    let db = university();
    let ada = Student::query().prefetch(Student::courses()).find(&db, 1)?;
    let edited: Student = ada.edit(&db, |ada| ada.first_name = "Augusta".into())?;
    assert_eq!((edited.first_name.as_str(), ada.first_name.as_str(), ada.courses().len()), ("Augusta", "Ada", 2));
    Ok(())
}

#[derive(Model, Debug, PartialEq)]
struct Sample {
    id: i64,
    bytes: Vec<u8>,
    ratio: f64,
    small: i16,
    big: u64,
    flag: bool,
    note: Option<String>,
}

#[test]
fn a_model_that_is_not_clone_keeps_every_value() -> Result<()> {
    let db = db();
    db.create_tables::<Sample>()?;
    let sample = NewSample { bytes: vec![0, 255], ratio: 0.1, small: -7, big: 1 << 62, flag: true, note: None };
    let edited = sample.insert(&db)?.edit(&db, |sample| sample.note = Some("it's".into()))?;
    let expected = (vec![0, 255], 0.1, -7, 1 << 62, true, Some("it's".to_owned()));
    let Sample { id, bytes, ratio, small, big, flag, note } = Sample::find(&db, edited.id)?;
    assert_eq!((bytes, ratio, small, big, flag, note), expected);
    assert_eq!(id, edited.id);
    Ok(())
}
