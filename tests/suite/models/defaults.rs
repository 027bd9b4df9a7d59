//! Defaults, in Rust or in the database, and conditions that rows meet.

use orm::{Constraint, Model, Result, assert_queries};

use crate::database::db;

#[derive(orm::ColumnType, Clone, Debug, PartialEq)]
#[column(text)]
enum Status {
    Draft,
    Live,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(check = "\"words\" >= 0", check = "\"title\" <> '' -- not even by accident")]
struct Article {
    id: i64,
    title: String,
    #[model(default = Status::Draft)]
    status: Status,
    #[model(default = Some("nobody".to_owned()))]
    editor: Option<String>,
    #[model(db_default = 100, check = "\"words\" < 1000")]
    words: i32,
    #[model(db_default = "it's \"fine\"")]
    note: Option<String>,
    #[model(db_default = sql("upper('x') || 'y'"))]
    code: String,
}

fn article(title: &str) -> NewArticle {
    NewArticle { title: title.into(), status: None, editor: None, words: None, note: None, code: None }
}

#[test]
fn what_is_not_said_becomes_the_default() -> Result<()> {
    let db = db();
    db.create_tables::<Article>()?;
    let plain = article("Plain").insert(&db)?;
    let expected = Article {
        id: plain.id,
        title: "Plain".into(),
        status: Status::Draft,
        editor: Some("nobody".into()),
        words: 100,
        note: Some("it's \"fine\"".into()),
        code: "Xy".into(),
    };
    assert_eq!(plain, expected);
    assert_eq!(Article::find(&db, plain.id)?, expected);
    Ok(())
}

#[test]
fn what_is_said_is_stored_be_it_none() -> Result<()> {
    let db = db();
    db.create_tables::<Article>()?;
    let said = NewArticle {
        title: "Said".into(),
        status: Some(Status::Live),
        editor: Some(None),
        words: Some(7),
        note: Some(None),
        code: Some("z".into()),
    };
    let said = said.insert(&db)?;
    assert_eq!(
        (said.status, said.editor, said.words, said.note, said.code.as_str()),
        (Status::Live, None, 7, None, "z")
    );
    Ok(())
}

#[test]
fn rows_that_say_different_things_are_inserted_in_their_order() -> Result<()> {
    let db = db();
    db.create_tables::<Article>()?;
    let with_words = |title: &str, words| NewArticle { words: Some(words), ..article(title) };
    let new = [article("a"), article("b"), with_words("c", 3), with_words("d", 4), article("e")];
    // Rows next to each other that name the same columns share a statement.
    let rows = assert_queries!(&db, 3, orm::insert_many(&db, new)?);
    let rows: Vec<(&str, i32)> = rows.iter().map(|row| (row.title.as_str(), row.words)).collect();
    assert_eq!(rows, [("a", 100), ("b", 100), ("c", 3), ("d", 4), ("e", 100)]);
    // The same number of columns, and not the same ones.
    let noted = |title: &str| NewArticle { note: Some(None), ..article(title) };
    let rows = orm::insert_many(&db, [with_words("f", 6), noted("g")])?;
    assert_eq!((rows[0].words, rows[1].words, rows[1].note.as_deref()), (6, 100, None));
    assert!(rows[0].note.is_some());
    Ok(())
}

#[test]
fn a_row_that_fails_undoes_those_before_it() -> Result<()> {
    let db = db();
    db.create_tables::<Article>()?;
    let new = [article("a"), NewArticle { words: Some(-1), ..article("b") }];
    let error = orm::insert_many(&db, new).unwrap_err();
    assert_eq!(error.constraint(), Some(Constraint::Check), "{error}");
    assert_eq!(Article::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn conditions_of_columns_and_of_rows_are_kept() -> Result<()> {
    let db = db();
    db.create_tables::<Article>()?;
    for new in [NewArticle { words: Some(1000), ..article("a") }, article("")] {
        let error = new.insert(&db).unwrap_err();
        assert_eq!(error.constraint(), Some(Constraint::Check), "{error}");
    }
    let a = article("a").insert(&db)?;
    assert!(a.edit(&db, |a| a.words = -1).is_err_and(|error| error.constraint() == Some(Constraint::Check)));
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Setting {
    #[model(primary_key, db_default = "main")]
    name: String,
    #[model(db_default = true)]
    on: bool,
    #[model(db_default = -0.5)]
    ratio: f64,
    #[model(db_default = -7)]
    level: i16,
    #[model(default = vec![1, 2, 3])]
    bytes: Vec<u8>,
}

#[test]
fn every_kind_of_value_is_a_default() -> Result<()> {
    let db = db();
    db.create_tables::<Setting>()?;
    let new = || NewSetting { name: None, on: None, ratio: None, level: None, bytes: None };
    let setting = new().insert(&db)?;
    assert_eq!(setting, Setting { name: "main".into(), on: true, ratio: -0.5, level: -7, bytes: vec![1, 2, 3] });
    let again = NewSetting { on: Some(false), ..new() };
    let again = orm::upsert(&db, NewSetting { name: Some("main".into()), ..again }, Setting::name(), Setting::on())?;
    assert!(!again.on);
    // A row that leaves its key to the database conflicts with the row that has the default.
    assert_eq!(orm::insert_or_skip(&db, new(), Setting::name())?, None);
    assert_eq!(Setting::query().count(&db)?, 1);
    Ok(())
}

#[test]
fn a_database_made_from_the_models_has_their_defaults() -> Result<()> {
    let db = db();
    db.create_tables::<(Article, Setting)>()?;
    assert_eq!(db.check::<(Article, Setting)>()?, []);
    Ok(())
}

/// Text that could end the literal that contains it.
#[derive(Model, Clone, Debug, PartialEq)]
struct Quoted {
    id: i64,
    #[model(db_default = "it's")]
    apostrophe: String,
    #[model(db_default = "{\"a\":'b'}")]
    json: String,
    #[model(db_default = "'); DROP TABLE quoteds; --")]
    injection: String,
    #[model(db_default = "\\'; \n\t/* */ $1 ?1 :a ü 🦀")]
    odd: String,
    #[model(db_default = "")]
    empty: String,
    #[model(db_default = "NULL")]
    word: String,
}

#[test]
fn text_in_a_default_is_text() -> Result<()> {
    let db = db();
    db.create_tables::<Quoted>()?;
    let new = NewQuoted { apostrophe: None, json: None, injection: None, odd: None, empty: None, word: None };
    let row = new.insert(&db)?;
    assert_eq!(row.apostrophe, "it's");
    assert_eq!(row.json, "{\"a\":'b'}");
    assert_eq!(row.injection, "'); DROP TABLE quoteds; --");
    assert_eq!(row.odd, "\\'; \n\t/* */ $1 ?1 :a ü 🦀");
    assert_eq!((row.empty.as_str(), row.word.as_str()), ("", "NULL"));
    assert_eq!(db.check::<Quoted>()?, []);
    Ok(())
}
