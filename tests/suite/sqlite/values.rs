//! Values that SQLite stores in a special way, or not at all.

use orm::{Mismatch, Model, Result};

use crate::database::{Shared as File, db};
use crate::schemas::university::{Course, Department, university_in};

#[test]
fn text_that_is_not_utf_8_is_an_error() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    file.raw().execute_batch("UPDATE departments SET name = CAST(x'ff41' AS TEXT) WHERE id = 1").unwrap();
    for error in [
        Department::find(&db, 1).unwrap_err(),
        Department::query().all(&db).unwrap_err(),
        Course::query().prefetch(Course::department()).all(&db).unwrap_err(),
    ] {
        assert_eq!(error.mismatch(), Some(&Mismatch::InvalidUtf8));
        assert_eq!(
            error.to_string(),
            "column `name` of table `departments` does not hold a `String`: the text is not valid UTF-8"
        );
    }
    assert_eq!(Department::find(&db, 2)?.name, "Physics", "the connection works on");
    Ok(())
}

#[test]
fn a_key_that_is_not_utf_8_is_an_error() -> Result<()> {
    #[derive(Model, Debug)]
    #[many_to_many(others: Key, through = "key_links", left = "one", right = "other")]
    struct Key {
        #[model(primary_key)]
        code: String,
    }
    let file = File::new();
    let db = file.open();
    db.create_tables::<Key>()?;
    let a = Key { code: "a".into() }.insert(&db)?;
    Key::others().link(&db, &a, [&a])?;
    let broken =
        "INSERT INTO keys VALUES (CAST(x'ff' AS TEXT)); INSERT INTO key_links VALUES ('a', CAST(x'ff' AS TEXT))";
    file.raw().execute_batch(broken).unwrap();
    let error = Key::query().filter(Key::code().eq("a")).prefetch(Key::others()).all(&db).unwrap_err();
    assert_eq!((error.table(), error.column()), (Some("keys"), Some("code")), "{error}");
    assert_eq!(error.mismatch(), Some(&Mismatch::InvalidUtf8));
    Ok(())
}

#[test]
fn a_number_that_is_none_is_not_stored_as_null() -> Result<()> {
    #[derive(Model, Debug)]
    struct Measure {
        id: i64,
        value: Option<f64>,
    }
    let db = db();
    db.create_tables::<Measure>()?;
    for error in [
        NewMeasure { value: Some(f64::NAN) }.insert(&db).unwrap_err(),
        Measure::query().filter(Measure::value().eq(Some(f64::NAN))).all(&db).unwrap_err(),
        Measure::query().filter(Measure::value().in_([Some(f64::NAN)])).all(&db).unwrap_err(),
    ] {
        assert!(error.is_encode(), "{error}");
        assert!(error.to_string().ends_with("cannot be stored: SQLite cannot store a NaN"), "{error}");
    }
    let columns = |error: orm::Error| (error.table().map(str::to_owned), error.column().map(str::to_owned));
    let column = (Some("measures".to_owned()), Some("value".to_owned()));
    let nan = || NewMeasure { value: Some(f64::NAN) };
    assert_eq!(columns(nan().insert(&db).unwrap_err()), column);
    assert_eq!(columns(orm::insert_many(&db, [NewMeasure { value: None }, nan()]).unwrap_err()), column);
    assert_eq!(columns(orm::bulk_insert(&db, [nan()]).unwrap_err()), column);
    assert_eq!(columns(Measure { id: 1, value: Some(f64::NAN) }.update(&db).unwrap_err()), column);
    let unnamed = Measure::query().filter(Measure::value().eq(Some(f64::NAN))).all(&db).unwrap_err();
    assert!(unnamed.to_string().starts_with("the value of parameter 1 cannot be stored"), "{unnamed}");
    assert_eq!(Measure::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn no_number_is_no_value_of_an_expression() -> Result<()> {
    #[derive(Model, Debug)]
    struct Account {
        id: i64,
        rate: f64,
    }
    let db = db();
    db.create_tables::<Account>()?;
    let refused = Account::rate().add(f64::NAN);
    assert!(Account::query().select(refused.clone()).all(&db).is_err());
    assert!(Account::query().order_by(refused.clone().asc()).all(&db).is_err());
    assert!(Account::query().filter(refused.gt(1.0)).all(&db).is_err());
    Ok(())
}

#[derive(Model, Debug, PartialEq)]
#[has_many(notes: Note, foreign_key = text_id)]
struct Text {
    #[model(primary_key)]
    text: String,
}

#[derive(Model, Debug, PartialEq)]
struct Note {
    id: i64,
    text_id: String,
}

#[test]
fn text_with_a_nul_is_stored_and_compared_whole() -> Result<()> {
    let db = db();
    db.create_tables::<(Text, Note)>()?;
    for text in ["x\0y", "x"] {
        Text { text: text.into() }.insert(&db)?;
        NewNote { text_id: text.into() }.insert(&db)?;
    }
    assert_eq!(Text::find(&db, "x\0y")?.text, "x\0y");
    assert_eq!(Text::query().filter(Text::text().eq("x")).count(&db)?, 1);
    for text in Text::query().prefetch(Text::notes()).all(&db)? {
        assert_eq!(text.notes().iter().map(|note| &note.text_id).collect::<Vec<_>>(), [&text.text]);
    }
    Ok(())
}
