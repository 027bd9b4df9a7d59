//! Values that either PostgreSQL or Rust cannot hold.

use orm::value::{Date, DateTime, Decimal, Time, Timestamp};
use orm::{Db, Model, Result};

use crate::server;
use crate::support::run;

#[derive(Model, Debug, PartialEq)]
struct Cell {
    id: i64,
    float: Option<f64>,
    half: Option<f32>,
    date: Option<Date>,
    time: Option<Time>,
    local: Option<DateTime>,
    instant: Option<Timestamp>,
    number: Option<Decimal>,
}

const EMPTY: NewCell =
    NewCell { float: None, half: None, date: None, time: None, local: None, instant: None, number: None };

fn cells() -> Result<Db> {
    let db = Db::connect(&server::schema())?;
    db.create_tables::<Cell>()?;
    Ok(db)
}

#[test]
fn floats_at_the_edges_are_kept_to_the_bit() -> Result<()> {
    let db = cells()?;
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324] {
        let float = NewCell { float: Some(number), ..EMPTY }.insert(&db)?.float;
        assert_eq!(float.map(f64::to_bits), Some(number.to_bits()));
    }
    for number in [f32::NAN, f32::INFINITY, -0.0, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 1e-45] {
        let half = NewCell { half: Some(number), ..EMPTY }.insert(&db)?.half;
        assert_eq!(half.map(f32::to_bits), Some(number.to_bits()));
    }
    Ok(())
}

#[test]
fn a_date_that_only_postgres_has_is_an_error() -> Result<()> {
    for (column, value) in [
        ("date", "'infinity'"),
        ("date", "'-infinity'"),
        ("time", "'24:00'"),
        ("local", "'infinity'"),
        ("instant", "'infinity'"),
        ("instant", "'-infinity'"),
        ("number", "'NaN'"),
        ("number", "'Infinity'"),
        ("number", "1e39"),
        ("number", "1e-70"),
    ] {
        let db = cells()?;
        run(&db, &format!("INSERT INTO cells ({column}) VALUES ({value})"));
        match Cell::query().all(&db) {
            Err(error) => {
                assert!(error.is_decode(), "{error}");
                assert_eq!((error.table(), error.column()), (Some("cells"), Some(column)), "{error}");
            }
            Ok(rows) => assert_eq!((column, rows[0].number), ("number", Some(Decimal::new(1, 70)))),
        }
    }
    Ok(())
}

#[test]
fn a_time_finer_than_postgres_counts_is_cut_and_compared_exactly() -> Result<()> {
    let db = cells()?;
    let date = Date::new(2024, 2, 29).expect("a date");
    let fine = Time::from_nanoseconds(1).expect("a time");
    let at = DateTime::of(date, fine);
    let row = NewCell { time: Some(fine), local: Some(at), instant: Some(Timestamp(at)), ..EMPTY }.insert(&db)?;
    let midnight = DateTime::of(date, Time::from_nanoseconds(0).expect("midnight"));
    assert_eq!((row.time, row.local, row.instant), (Some(midnight.time()), Some(midnight), Some(Timestamp(midnight))));
    assert_eq!(Cell::query().filter(Cell::instant().lt(Timestamp(at))).count(&db)?, 1);
    assert_eq!(Cell::query().filter(Cell::instant().eq(Timestamp(at))).count(&db)?, 0);
    Ok(())
}

#[test]
fn years_beyond_four_digits_come_back() -> Result<()> {
    let db = cells()?;
    for (year, month, day) in
        [(-4712, 1, 1), (-1, 12, 31), (0, 1, 1), (9999, 12, 31), (10_000, 1, 1), (294_275, 12, 31)]
    {
        let date = Date::new(year, month, day).expect("a date");
        let at = DateTime::of(date, Time::from_nanoseconds(86_399_999_999_000).expect("a time"));
        let row = NewCell { date: Some(date), local: Some(at), instant: Some(Timestamp(at)), ..EMPTY }.insert(&db)?;
        assert_eq!((row.date, row.local, row.instant), (Some(date), Some(at), Some(Timestamp(at))));
    }
    let beyond = NewCell { date: Some(Date::from_days(i32::MAX)), ..EMPTY }.insert(&db);
    assert!(beyond.is_err(), "a year beyond those of the database");
    Ok(())
}

#[cfg(feature = "json")]
#[test]
fn json_with_a_nul_is_refused() -> Result<()> {
    use orm::Json;

    #[derive(Model, Debug)]
    struct Document {
        id: i64,
        body: Json<String>,
    }
    let db = Db::connect(&server::schema())?;
    db.create_tables::<Document>()?;
    let error = NewDocument { body: Json("a\0b".to_owned()) }.insert(&db).expect_err("a NUL");
    assert!(matches!(error.mismatch(), Some(orm::Mismatch::Unstorable(reason)) if reason.contains("u0000")), "{error}");
    let body = NewDocument { body: Json("\\u0000 \\".to_owned()) }.insert(&db)?.body;
    assert_eq!(*body, "\\u0000 \\");
    Ok(())
}
