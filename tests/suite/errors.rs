//! Data that does not fit the model: each is a typed error that names the place and the problem, and never contains the
//! value.

use orm::{Error, Mismatch, Model, Result};

use crate::database::db;

/// Creates the table that the other models of a test read with other types.
macro_rules! stored {
    ($db:ident, $table:literal, $type:ty, $value:expr) => {{
        #[derive(Model)]
        #[model(table = $table)]
        struct Stored {
            id: i64,
            value: $type,
        }
        $db.create_tables::<Stored>()?;
        NewStored { value: $value }.insert(&$db)?;
    }};
}

/// Reads the only row of a table, whose value must not fit the type, and checks the error.
macro_rules! refused {
    ($db:ident, $table:literal, $type:ty, $mismatch:expr, $text:literal) => {{
        #[derive(Model, Debug)]
        #[model(table = $table)]
        struct Reading {
            id: i64,
            value: $type,
        }
        let error = Reading::query().all(&$db).unwrap_err();
        check(&error, $table, stringify!($type), &$mismatch, $text);
        let error = Reading::find(&$db, 1).unwrap_err();
        check(&error, $table, stringify!($type), &$mismatch, $text);
        assert_eq!(Reading::query().count(&$db)?, 1, "the connection works on");
    }};
}

#[track_caller]
fn check(error: &Error, table: &str, rust_type: &str, mismatch: &Mismatch, text: &str) {
    assert!(error.is_decode(), "{error}");
    assert_eq!((error.table(), error.column()), (Some(table), Some("value")));
    assert_eq!(error.mismatch(), Some(mismatch));
    assert_eq!(error.to_string(), format!("column `value` of table `{table}` does not hold a `{rust_type}`: {text}"));
    assert!(error.statement().is_some_and(|sql| sql.starts_with("SELECT")));
}

#[test]
fn a_number_out_of_range_is_an_error() -> Result<()> {
    let db = db();
    stored!(db, "great", i64, 5_000_000_000);
    refused!(db, "great", i32, Mismatch::OutOfRange, "the number is out of range");
    refused!(db, "great", u32, Mismatch::OutOfRange, "the number is out of range");
    refused!(db, "great", Option<i16>, Mismatch::OutOfRange, "the number is out of range");
    stored!(db, "negative", i64, -1);
    refused!(db, "negative", u8, Mismatch::OutOfRange, "the number is out of range");
    refused!(db, "negative", u64, Mismatch::OutOfRange, "the number is out of range");
    stored!(db, "byte", i64, 300);
    refused!(db, "byte", u8, Mismatch::OutOfRange, "the number is out of range");
    stored!(db, "two", i64, 2);
    refused!(db, "two", bool, Mismatch::OutOfRange, "the number is out of range");
    Ok(())
}

#[test]
fn a_number_that_the_type_would_round_is_an_error() -> Result<()> {
    let db = db();
    stored!(db, "wide", i64, (1 << 53) + 1);
    refused!(db, "wide", f64, Mismatch::Inexact, "the number cannot be held exactly");
    stored!(db, "double", f64, 0.1);
    refused!(db, "double", f32, Mismatch::Inexact, "the number cannot be held exactly");
    Ok(())
}

#[test]
fn a_value_of_another_kind_is_an_error() -> Result<()> {
    let db = db();
    stored!(db, "words", String, "12abc".into());
    refused!(db, "words", i64, Mismatch::Kind { found: "text" }, "found text");
    refused!(db, "words", f64, Mismatch::Kind { found: "text" }, "found text");
    let neither = "found text that is neither true nor false";
    refused!(db, "words", bool, Mismatch::Refused(neither.into()), "found text that is neither true nor false");
    refused!(db, "words", Vec<u8>, Mismatch::Kind { found: "text" }, "found text");
    stored!(db, "blobs", Vec<u8>, vec![0]);
    refused!(db, "blobs", String, Mismatch::Kind { found: "a blob" }, "found a blob");
    refused!(db, "blobs", Option<i64>, Mismatch::Kind { found: "a blob" }, "found a blob");
    stored!(db, "reals", f64, 1.9);
    refused!(db, "reals", i64, Mismatch::Kind { found: "a real number" }, "found a real number");
    stored!(db, "integers", i64, 7);
    refused!(db, "integers", String, Mismatch::Kind { found: "an integer" }, "found an integer");
    Ok(())
}

#[test]
fn a_null_where_the_struct_has_none_is_an_error() -> Result<()> {
    let db = db();
    stored!(db, "nulls", Option<i64>, None);
    let text = "found NULL, which only an `Option` can hold";
    macro_rules! each {
        ($($type:ty),*) => {$({
            #[derive(Model, Debug)]
            #[model(table = "nulls")]
            struct Reading {
                id: i64,
                value: $type,
            }
            check(&Reading::find(&db, 1).unwrap_err(), "nulls", stringify!($type), &Mismatch::UnexpectedNull, text);
        })*};
    }
    each!(i8, u16, i32, i64, u64, f32, f64, bool, String, Vec<u8>);
    Ok(())
}

#[derive(Model, Debug)]
#[has_many(parts: Part)]
struct Whole {
    id: i64,
}

#[derive(Model, Debug)]
struct Part {
    id: i64,
    value: i64,
    whole_id: i64,
}

#[derive(Model)]
#[model(table = "parts")]
struct LoosePart {
    id: i64,
    value: Option<i64>,
    whole_id: i64,
}

#[test]
fn a_bad_row_below_fails_the_whole_query() -> Result<()> {
    let db = db();
    db.create_tables::<(Whole, LoosePart)>()?;
    for id in 1..=2 {
        Whole { id }.insert(&db)?;
    }
    NewLoosePart { value: Some(1), whole_id: 1 }.insert(&db)?;
    NewLoosePart { value: None, whole_id: 2 }.insert(&db)?;
    for query in [Whole::query(), Whole::query().filter(Whole::id().gt(0))] {
        let error = query.prefetch(Whole::parts()).all(&db).unwrap_err();
        check(&error, "parts", "i64", &Mismatch::UnexpectedNull, "found NULL, which only an `Option` can hold");
    }
    let first = Whole::query().limit(1).prefetch(Whole::parts()).all(&db)?;
    assert_eq!(first[0].parts().len(), 1, "a row that is not asked for does no harm");
    db.begin()?.commit()
}

#[test]
fn a_missing_table_is_an_error_that_names_it() -> Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "no such 'table")]
    #[has_many(parts: Part, foreign_key = whole_id)]
    struct Ghost {
        id: i64,
        value: i64,
    }
    let db = db();
    let ghost = || Ghost { id: 1, value: 1 };
    let errors = [
        Ghost::query().all(&db).err(),
        Ghost::query().prefetch(Ghost::parts()).all(&db).err(),
        Ghost::query().count(&db).err(),
        Ghost::find(&db, 1).err(),
        ghost().insert(&db).err(),
        ghost().update(&db).err(),
        ghost().delete(&db).err(),
    ];
    for error in errors {
        let error = error.expect("there is no table");
        assert!(error.is_schema_mismatch());
        assert_eq!(error.table(), Some("no such 'table"));
        assert_eq!(
            error.to_string(),
            "the database has no table `no such 'table`; \
             create it, or name the table with `#[model(table = \"..\")]`"
        );
    }
    db.create_tables::<Whole>()?;
    Whole { id: 1 }.insert(&db)?;
    let error = Whole::query().prefetch(Whole::parts()).all(&db).unwrap_err();
    assert_eq!(error.table(), Some("parts"));
    Ok(())
}

#[test]
fn raw_sql_with_a_wrong_name_is_not_a_matter_of_models() -> Result<()> {
    let db = db();
    db.create_tables::<Narrow>()?;
    let column = "the SQL, or add the column";
    let table = "the database has no table `thing`; correct the name in the SQL, or create the table";
    for (error, advice) in [
        (orm::sql("SELECT \"email\" FROM \"my things\"").tuples::<(String,)>(&db).err(), column),
        (orm::sql("SELECT \"email\" FROM \"my things\"").query::<Narrow>().all(&db).err(), column),
        (
            orm::sql("UPDATE \"my things\" SET \"email\" = 'a' RETURNING id").writing().tuples::<(i64,)>(&db).err(),
            column,
        ),
        (orm::sql("UPDATE \"my things\" SET \"email\" = 'a'").execute(&db).err(), column),
        (orm::sql("SELECT id FROM thing").tuples::<(i64,)>(&db).err(), table),
    ] {
        let error = error.expect("the name is wrong");
        assert!(error.is_schema_mismatch());
        assert!(error.to_string().ends_with(advice), "{error}");
    }
    Ok(())
}

#[derive(Model)]
#[model(table = "my things")]
struct Narrow {
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "my things")]
struct Broad {
    id: i64,
    #[model(column = "e mail")]
    email: String,
}

#[test]
fn a_missing_column_is_an_error_that_names_it() -> Result<()> {
    let db = db();
    db.create_tables::<Narrow>()?;
    Narrow { id: 1 }.insert(&db)?;
    let broad = || Broad { id: 1, email: "a".into() };
    let errors = [
        Broad::query().all(&db).err(),
        Broad::query().order_by(Broad::email().asc()).first(&db).err(),
        Broad::query().filter(Broad::email().eq("x")).count(&db).err(),
        broad().insert(&db).err(),
        NewBroad { email: String::new() }.insert(&db).err(),
        broad().update(&db).err(),
    ];
    for error in errors {
        let error = error.expect("there is no such column");
        assert!(error.is_schema_mismatch());
        assert_eq!((error.table(), error.column()), (Some("my things"), Some("e mail")), "{error:?}");
        assert_eq!(
            error.to_string(),
            "table `my things` has no column `e mail`; add it, or name the column with `#[model(column = \"..\")]`"
        );
    }
    Ok(())
}

#[test]
fn a_missing_column_of_a_related_table_is_an_error_that_names_it() -> Result<()> {
    #[derive(Model)]
    #[model(table = "parts")]
    struct Stump {
        id: i64,
        value: i64,
    }
    let db = db();
    db.create_tables::<(Whole, Stump)>()?;
    Whole { id: 1 }.insert(&db)?;
    for query in [Whole::query(), Whole::query().limit(1)] {
        let error = query.prefetch(Whole::parts()).all(&db).unwrap_err();
        assert_eq!((error.table(), error.column()), (Some("parts"), Some("whole_id")), "{error:?}");
    }
    let error = Whole::query().filter(Whole::parts().exists()).all(&db).unwrap_err();
    assert_eq!((error.table(), error.column()), (Some("parts"), Some("whole_id")), "{error:?}");
    Ok(())
}

#[test]
fn columns_in_another_order_and_more_of_them_are_no_matter() -> Result<()> {
    #[derive(Model)]
    #[model(table = "shuffled")]
    struct Table {
        extra: i64,
        second: String,
        id: i64,
        first: i64,
    }
    #[derive(Model, Debug)]
    #[model(table = "shuffled")]
    struct View {
        id: i64,
        first: i64,
        second: String,
    }
    let db = db();
    db.create_tables::<Table>()?;
    NewTable { extra: 1, second: "two".into(), first: 3 }.insert(&db)?;
    let view = View::find(&db, 1)?;
    assert_eq!((view.first, view.second.as_str()), (3, "two"));
    view.update(&db)?;
    assert_eq!(Table::find(&db, 1)?.extra, 1, "columns that a model does not know stay as they are");
    Ok(())
}

#[test]
fn errors_never_show_values() -> Result<()> {
    fn shown(error: &Error) -> String {
        format!("{error} {error:?} {:?}", error.mismatch())
    }
    #[derive(Model, Debug)]
    #[model(table = "secrets")]
    struct Reading {
        id: i64,
        value: i64,
    }
    #[derive(Model, Debug)]
    struct Token {
        #[model(primary_key)]
        value: String,
    }
    let db = db();
    stored!(db, "secrets", String, "hunter2".into());
    assert!(!shown(&Reading::find(&db, 1).unwrap_err()).contains("hunter2"));
    db.create_tables::<Token>()?;
    let token = Token { value: "hunter2".into() };
    token.insert(&db)?;
    assert!(!shown(&token.insert(&db).unwrap_err()).contains("hunter2"));
    let query = Token::query().filter(Token::value().eq("hunter2"));
    let sql = query.sql(&db);
    assert!(!format!("{sql} {sql:?} {query:?} {}", query.plan(&db)?).contains("hunter2"));
    Ok(())
}
