//! Values of any type in the columns of SQLite.

use orm::value::{Date, DateTime, Time, Timestamp};
use orm::{Mismatch, Model, Result, sql};

use crate::database::db;
use crate::support::cells::{read, refused, unstorable, written};

#[test]
fn an_integer_in_a_column_of_floats_is_a_difference_and_an_error() -> Result<()> {
    #[derive(Model)]
    #[model(table = "cells")]
    struct Cell {
        id: i64,
        value: i64,
    }
    let db = db();
    sql("CREATE TABLE cells (id INTEGER PRIMARY KEY NOT NULL, value REAL NOT NULL)").execute(&db)?;
    let differences = db.check::<Cell>()?;
    assert_eq!(differences.len(), 1);
    assert!(differences[0].to_string().contains("is `REAL`, where `INTEGER` is expected"), "{}", differences[0]);
    // SQLite converts it to a double, and returns a value that is not an integer.
    let written = NewCell { value: 9_007_199_254_740_993 }.insert(&db).map(|cell| cell.id + cell.value);
    assert_eq!(refused(written), Mismatch::Kind { found: "a real number" });
    Ok(())
}

#[test]
fn floats_at_the_edges_come_back_or_are_errors() -> Result<()> {
    for number in [f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, -5e-324] {
        assert_eq!(written!(number, f64)?.to_bits(), number.to_bits());
    }
    // It is stored without its sign, and equal.
    assert_eq!(written!(-0.0, f64)?.partial_cmp(&0.0), Some(std::cmp::Ordering::Equal));
    let error = unstorable(written!(f64::NAN, f64));
    assert!(error.to_string().contains("SQLite cannot store a NaN"), "{error}");
    unstorable(written!(f32::NAN, f32));
    Ok(())
}

#[test]
fn what_is_no_date_is_an_error() -> Result<()> {
    for literal in ["'2023-02-29'", "'2024-2-9'", "'2024-02-29 '", "'now'", "'infinity'", "''"] {
        let Mismatch::Refused(reason) = refused(read!(literal, Date)) else { panic!("{literal} is a date") };
        assert!(reason.starts_with("found text that is not a date"), "{reason}");
    }
    for literal in ["'24:00:00'", "'23:59:60'", "'12'", "'12:00:00.'", "'noon'", "'2000-01-02 12:00:00'"] {
        assert!(matches!(refused(read!(literal, Time)), Mismatch::Refused(_)), "{literal}");
    }
    for literal in
        ["'2024-02-29 24:00:00'", "'2024-02-30 12:00:00'", "'0000-00-00 00:00:00'", "'2024-02-29 noon'", "''", "'now'"]
    {
        assert!(matches!(refused(read!(literal, Timestamp)), Mismatch::Refused(_)), "{literal}");
        assert!(matches!(refused(read!(literal, DateTime)), Mismatch::Refused(_)), "{literal}");
    }
    let abroad = "'2024-02-29T12:00:00+01:00'";
    assert!(matches!(refused(read!(abroad, DateTime)), Mismatch::Refused(_)), "the offset would be lost");
    let eleven = DateTime::new(1_709_204_400, 0).expect("a moment");
    assert_eq!(read!(abroad, Timestamp).ok(), Some(Timestamp(eleven)));
    assert_eq!(read!("'2024-02-29 11:00:00'", DateTime).ok(), Some(eleven));
    for literal in ["0", "1.5"] {
        let Mismatch::Refused(reason) = refused(read!(literal, Timestamp)) else { panic!("{literal} is an instant") };
        assert!(reason.contains("without a unit"), "{reason}");
    }
    assert_eq!(refused(read!("0", Date)), Mismatch::Kind { found: "an integer" });
    for year in [-4712, -1, 10_000] {
        let date = Date::new(year, 1, 1).expect("a date");
        let error = unstorable(written!(date, Date));
        assert!(error.to_string().contains("the years 0 to 9999"), "{error}");
        let at = DateTime::of(date, Time::from_nanoseconds(0).expect("midnight"));
        unstorable(written!(Timestamp(at), Timestamp));
    }
    for year in [0, 9999] {
        let date = Date::new(year, 12, 31).expect("a date");
        assert_eq!(written!(date, Date)?, date);
    }
    Ok(())
}

#[test]
fn columns_of_other_types_give_the_same_values_or_errors() -> Result<()> {
    #[derive(Model, Clone, Debug, PartialEq)]
    #[model(table = "cells")]
    struct Cell {
        id: i64,
        text: String,
        number: i64,
        float: f64,
    }
    let row = || NewCell { text: "12".into(), number: 5, float: 3.0 };
    for table in [
        "CREATE TABLE cells (id INTEGER PRIMARY KEY, text TEXT, number INTEGER, float REAL) STRICT",
        "CREATE TABLE cells (id INTEGER PRIMARY KEY, text VARCHAR(9), number BIGINT, float DOUBLE)",
        "CREATE TABLE cells (id INTEGER PRIMARY KEY, text, number NUMERIC, float NUMERIC)",
        "CREATE TABLE cells (id INTEGER PRIMARY KEY, text ANY, number ANY, float ANY) STRICT",
    ] {
        let db = db();
        sql(table).execute(&db)?;
        let cell = row().insert(&db)?;
        assert_eq!((cell.text.as_str(), cell.number, cell.float), ("12", 5, 3.0), "{table}");
    }
    // These conversions change a value. That is an error, and `check` reports it beforehand.
    for table in [
        "CREATE TABLE cells (id INTEGER PRIMARY KEY, text INTEGER, number INTEGER, float REAL)",
        "CREATE TABLE cells (id INTEGER PRIMARY KEY, text TEXT, number TEXT, float REAL)",
    ] {
        let db = db();
        sql(table).execute(&db)?;
        let error = row().insert(&db).expect_err("another value came back");
        assert!(error.is_decode(), "{error}");
        assert!(db.check::<Cell>()?.iter().any(|difference| difference.to_string().contains("is expected")), "{table}");
    }
    Ok(())
}
