//! Values that do not fit, on their way in and out.

use orm::value::{Date, DateTime, Decimal, Time, Timestamp};
use orm::{Db, Error, Mismatch, Model, Result, TrustedSql, sql};

/// A database whose table `cells` holds, in a column of no type, what a statement's text says.
fn cell(literal: &str) -> Db {
    let db = Db::memory().expect("a database in memory opens");
    let fill = format!("INSERT INTO cells VALUES (1, {literal})");
    for text in ["CREATE TABLE cells (id INTEGER PRIMARY KEY, value)".to_owned(), fill] {
        sql(TrustedSql(text)).execute(&db).expect("the statement runs");
    }
    db
}

/// What the stored value is as one of a type.
macro_rules! read {
    ($literal:expr, $type:ty) => {{
        #[derive(Model)]
        struct Cell {
            id: i64,
            value: $type,
        }
        Cell::find(&cell($literal), 1).map(|cell| (cell.id, cell.value).1)
    }};
}

/// What comes back of a value of a type.
macro_rules! written {
    ($value:expr, $type:ty) => {{
        #[derive(Model)]
        struct Cell {
            id: i64,
            value: $type,
        }
        let db = Db::memory()?;
        db.create_tables::<Cell>()?;
        NewCell { value: $value }.insert(&db).map(|cell| (cell.id, cell.value).1)
    }};
}

/// Errors of reading name the table and the column, and show no value.
fn refused<T>(read: Result<T>) -> Mismatch {
    let error = read.err().expect("an error");
    assert!(error.is_decode(), "{error}");
    assert_eq!((error.table(), error.column()), (Some("cells"), Some("value")), "{error}");
    error.mismatch().expect("a reason").clone()
}

fn unstorable<T>(written: Result<T>) -> Error {
    let error = written.err().expect("an error");
    assert!(error.is_encode(), "{error}");
    error
}

#[test]
fn adversarial_r23_numbers_beyond_the_type() {
    assert_eq!(refused(read!("5000000000", i32)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("70000", i16)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("300", u8)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("-1", u8)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("-1", u64)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("-129", Option<i8>)), Mismatch::OutOfRange);
}

#[test]
fn adversarial_r24_what_is_no_integer() {
    for (literal, found) in [
        ("'abc'", "text"),
        ("'12abc'", "text"),
        ("'12'", "text"),
        ("''", "text"),
        ("1.9", "a real number"),
        ("x'00'", "a blob"),
    ] {
        assert_eq!(refused(read!(literal, i64)), Mismatch::Kind { found }, "{literal}");
        assert_eq!(refused(read!(literal, bool)), Mismatch::Kind { found }, "{literal}");
    }
}

#[test]
fn adversarial_r25_null_for_every_type() {
    macro_rules! null {
        ($($type:ty),* $(,)?) => {$(
            assert_eq!(refused(read!("NULL", $type)), Mismatch::UnexpectedNull, stringify!($type));
            assert!(read!("NULL", Option<$type>).is_ok_and(|value| value.is_none()), stringify!($type));
        )*};
    }
    null!(bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64, String, Vec<u8>);
    null!(Date, Time, DateTime, Timestamp, Decimal);
    #[cfg(feature = "chrono-04")]
    null!(chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>);
    #[cfg(feature = "jiff-02")]
    null!(jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime, jiff::Timestamp);
    #[cfg(feature = "json")]
    null!(serde_json::Value, orm::Json<Vec<u8>>, orm::Json<Option<u8>>);
    #[cfg(feature = "rust_decimal-1")]
    null!(rust_decimal::Decimal);
    #[cfg(feature = "time-03")]
    null!(time::Date, time::Time, time::PrimitiveDateTime, time::OffsetDateTime, time::UtcDateTime);
    #[cfg(feature = "uuid-1")]
    null!(uuid::Uuid);
}

#[test]
fn adversarial_r26_what_is_no_boolean() {
    for literal in ["2", "-1", "9223372036854775807"] {
        assert_eq!(refused(read!(literal, bool)), Mismatch::OutOfRange, "{literal}");
    }
    assert_eq!(refused(read!("'true'", bool)), Mismatch::Kind { found: "text" });
    assert_eq!(refused(read!("1.0", bool)), Mismatch::Kind { found: "a real number" });
}

#[test]
fn adversarial_r27_numbers_that_a_float_only_comes_near() {
    assert_eq!(refused(read!("9007199254740993", f64)), Mismatch::Inexact);
    assert_eq!(refused(read!("-9223372036854775807", f64)), Mismatch::Inexact);
    assert_eq!(refused(read!("16777217", f32)), Mismatch::Inexact);
    assert_eq!(refused(read!("1e300", f32)), Mismatch::Inexact);
    assert_eq!(refused(read!("0.1", f32)), Mismatch::Inexact);
    assert_eq!(read!("9007199254740992", f64).ok(), Some(9_007_199_254_740_992.0));
}

#[test]
fn adversarial_r28_an_integer_in_a_column_of_floats() -> Result<()> {
    #[derive(Model)]
    #[model(table = "cells")]
    struct Cell {
        id: i64,
        value: i64,
    }
    let db = Db::memory()?;
    sql("CREATE TABLE cells (id INTEGER PRIMARY KEY NOT NULL, value REAL NOT NULL)").execute(&db)?;
    let differences = db.check::<Cell>()?;
    assert_eq!(differences.len(), 1);
    assert!(differences[0].to_string().contains("is `REAL`, where `INTEGER` is expected"), "{}", differences[0]);
    // SQLite makes a double of it, and what it returns is no integer any more.
    let written = NewCell { value: 9_007_199_254_740_993 }.insert(&db).map(|cell| cell.id + cell.value);
    assert_eq!(refused(written), Mismatch::Kind { found: "a real number" });
    Ok(())
}

#[test]
fn adversarial_r29_floats_at_the_edges() -> Result<()> {
    for number in [f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, -5e-324] {
        assert_eq!(written!(number, f64)?.to_bits(), number.to_bits());
    }
    // Stored without its sign, but equal.
    assert_eq!(written!(-0.0, f64)?.partial_cmp(&0.0), Some(std::cmp::Ordering::Equal));
    let error = unstorable(written!(f64::NAN, f64));
    assert!(error.to_string().contains("SQLite cannot store a NaN"), "{error}");
    unstorable(written!(f32::NAN, f32));
    Ok(())
}

#[test]
fn adversarial_r30_unsigned_numbers_above_the_signed() -> Result<()> {
    let greatest = u64::try_from(i64::MAX).expect("it is positive");
    for number in [0, greatest] {
        assert_eq!(written!(number, u64)?, number);
    }
    for number in [greatest + 1, u64::MAX] {
        let error = unstorable(written!(number, u64));
        assert_eq!((error.table(), error.column()), (Some("cells"), Some("value")));
    }
    Ok(())
}

#[test]
fn adversarial_r33_bytes_for_text_and_text_for_bytes() {
    assert_eq!(refused(read!("x'6162'", String)), Mismatch::Kind { found: "a blob" });
    assert_eq!(refused(read!("'ab'", Vec<u8>)), Mismatch::Kind { found: "text" });
}

#[test]
fn adversarial_r35_empty_is_not_null() -> Result<()> {
    assert_eq!(written!(Some(String::new()), Option<String>)?, Some(String::new()));
    assert_eq!(written!(None, Option<String>)?, None);
    assert_eq!(written!(Some(Vec::new()), Option<Vec<u8>>)?, Some(Vec::new()));
    assert_eq!(written!(None, Option<Vec<u8>>)?, None);
    assert_eq!(written!(Vec::new(), Vec<u8>)?, Vec::<u8>::new());
    Ok(())
}

#[test]
fn adversarial_r36_long_values() -> Result<()> {
    let text = "ä\u{1f980}".repeat(2_000_000);
    assert!(written!(text.clone(), String)? == text);
    let bytes = vec![0xa5; 50_000_000];
    assert!(written!(bytes.clone(), Vec<u8>)? == bytes);
    let db = cell("1");
    let too_long = sql("SELECT zeroblob(1000000001)").tuples::<(Vec<u8>,)>(&db);
    assert!(too_long.err().is_some_and(|error| error.to_string().contains("too big")));
    assert_eq!(sql("SELECT value FROM cells").tuples::<(i64,)>(&db)?, [(1,)]);
    Ok(())
}

#[test]
fn adversarial_r38_dates_that_are_none() -> Result<()> {
    for literal in ["'2023-02-29'", "'2024-2-9'", "'2024-02-29 '", "'now'", "'infinity'", "''"] {
        let Mismatch::Refused(reason) = refused(read!(literal, Date)) else { panic!("{literal} is a date") };
        assert!(reason.starts_with("found text that is no date"), "{reason}");
    }
    for literal in ["'24:00:00.000000000'", "'23:59:60.000000000'", "'12:00'"] {
        assert!(matches!(refused(read!(literal, Time)), Mismatch::Refused(_)), "{literal}");
    }
    for literal in
        ["'2024-02-29 12:00:00'", "'2024-02-29T12:00:00.000000000+01:00'", "'2024-02-29T24:00:00.000000000Z'"]
    {
        assert!(matches!(refused(read!(literal, Timestamp)), Mismatch::Refused(_)), "{literal}");
        assert!(matches!(refused(read!(literal, DateTime)), Mismatch::Refused(_)), "{literal}");
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

#[cfg(feature = "chrono-04")]
#[test]
fn adversarial_r38_dates_of_chrono() -> Result<()> {
    use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

    let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).expect("a leap second");
    let error = unstorable(written!(leap, NaiveTime));
    assert!(error.to_string().contains("a leap second cannot be stored"), "{error}");
    let day = NaiveDate::from_ymd_opt(2016, 12, 31).expect("a date");
    unstorable(written!(day.and_time(leap), chrono::NaiveDateTime));
    unstorable(written!(day.and_time(leap).and_utc(), DateTime<Utc>));
    unstorable(written!(NaiveDate::MAX, NaiveDate));
    unstorable(written!(DateTime::<Utc>::MIN_UTC, DateTime<Utc>));
    for at in [DateTime::<Utc>::UNIX_EPOCH, day.and_hms_nano_opt(23, 59, 59, 999_999_999).expect("a time").and_utc()] {
        assert_eq!(written!(at, DateTime<Utc>)?, at);
        assert_eq!(written!(at.naive_utc(), chrono::NaiveDateTime)?, at.naive_utc());
        assert_eq!(written!(at.time(), NaiveTime)?, at.time());
    }
    Ok(())
}

#[cfg(feature = "jiff-02")]
#[test]
fn adversarial_r38_dates_of_jiff() -> Result<()> {
    use jiff::Timestamp;
    use jiff::civil::{self, date};

    for at in [date(0, 1, 1).at(0, 0, 0, 0), date(9999, 12, 31).at(23, 59, 59, 999_999_999)] {
        assert_eq!(written!(at, civil::DateTime)?, at);
        assert_eq!(written!(at.date(), civil::Date)?, at.date());
        assert_eq!(written!(at.time(), civil::Time)?, at.time());
    }
    unstorable(written!(civil::Date::MIN, civil::Date));
    unstorable(written!(Timestamp::MIN, Timestamp));
    for (second, nanosecond) in [(0, 0), (-1, -1), (0, -1), (1, 999_999_999), (-62_167_219_200, 0)] {
        let at = Timestamp::new(second, nanosecond).expect("an instant");
        assert_eq!(written!(at, Timestamp)?, at);
    }
    Ok(())
}

#[cfg(feature = "time-03")]
#[test]
fn adversarial_r38_dates_of_time() -> Result<()> {
    use time::{OffsetDateTime, PrimitiveDateTime, UtcDateTime, UtcOffset};

    for at in [OffsetDateTime::UNIX_EPOCH, OffsetDateTime::UNIX_EPOCH - time::Duration::nanoseconds(1)] {
        assert_eq!(written!(at, OffsetDateTime)?, at);
        assert_eq!(written!(at.to_utc(), UtcDateTime)?, at.to_utc());
        let local = PrimitiveDateTime::new(at.date(), at.time());
        assert_eq!(written!(local, PrimitiveDateTime)?, local);
        assert_eq!((written!(at.date(), time::Date)?, written!(at.time(), time::Time)?), (at.date(), at.time()));
        let abroad = at.to_offset(UtcOffset::from_hms(23, 59, 59).expect("an offset"));
        let error = unstorable(written!(abroad, OffsetDateTime));
        assert!(error.to_string().contains("the offset would be lost"), "{error}");
    }
    unstorable(written!(time::Date::MIN, time::Date));
    Ok(())
}

#[test]
fn adversarial_r39_decimals_are_equal_as_numbers() -> Result<()> {
    #[derive(Model, Debug)]
    struct Price {
        #[model(primary_key)]
        amount: Decimal,
    }
    let db = Db::memory()?;
    db.create_tables::<Price>()?;
    let (one, also_one) = (Decimal::new(10, 1), Decimal::new(100, 2));
    NewPrice { amount: one }.insert(&db)?;
    let twice = NewPrice { amount: also_one }.insert(&db).expect_err("the same key");
    assert!(twice.is_unique_violation(), "{twice}");
    assert_eq!(Price::find(&db, also_one)?.amount, one);

    for literal in ["'1.50'", "'01'", "'+1'", "'NaN'", "'1e3'", "'170141183460469231731687303715884105728'"] {
        assert!(matches!(refused(read!(literal, Decimal)), Mismatch::Refused(_)), "{literal}");
    }
    assert_eq!(refused(read!("1.5", Decimal)), Mismatch::Kind { found: "a real number" });
    Ok(())
}

#[cfg(feature = "rust_decimal-1")]
#[test]
fn adversarial_r39_decimals_of_rust_decimal() -> Result<()> {
    use rust_decimal::Decimal;

    for number in [Decimal::MAX, Decimal::MIN, Decimal::new(1, 28), Decimal::new(-15, 1), Decimal::ZERO] {
        assert_eq!(written!(number, Decimal)?, number);
    }
    assert_eq!(written!(Decimal::new(150, 2), Decimal)?.to_string(), "1.5");
    for literal in ["'79228162514264337593543950336'", "'0.00000000000000000000000000001'"] {
        let Mismatch::Refused(reason) = refused(read!(literal, Decimal)) else { panic!("{literal} is read") };
        assert!(reason.contains("beyond its range"), "{reason}");
    }
    Ok(())
}

#[cfg(feature = "uuid-1")]
#[test]
fn adversarial_r40_uuids_have_one_form() {
    use uuid::Uuid;

    for literal in ["'67e55044-10b1-426f-9247-bb680e5fe0c8'", "'67E5504410B1426F9247BB680E5FE0C8'"] {
        let Mismatch::Refused(reason) = refused(read!(literal, Uuid)) else { panic!("{literal} is read") };
        assert!(reason.contains("uuids are stored as 16 bytes"), "{reason}");
    }
    assert!(matches!(refused(read!("x'00'", Uuid)), Mismatch::Refused(_)));
    let bytes = read!("x'67e5504410b1426f9247bb680e5fe0c8'", Uuid);
    assert_eq!(bytes.map(|uuid| uuid.to_string()).ok().as_deref(), Some("67e55044-10b1-426f-9247-bb680e5fe0c8"));
}

#[test]
fn adversarial_r45_columns_of_other_types() -> Result<()> {
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
        let db = Db::memory()?;
        sql(table).execute(&db)?;
        let cell = row().insert(&db)?;
        assert_eq!((cell.text.as_str(), cell.number, cell.float), ("12", 5, 3.0), "{table}");
    }
    // These make another value of one: that is an error, and `check` says it beforehand.
    for table in [
        "CREATE TABLE cells (id INTEGER PRIMARY KEY, text INTEGER, number INTEGER, float REAL)",
        "CREATE TABLE cells (id INTEGER PRIMARY KEY, text TEXT, number TEXT, float REAL)",
    ] {
        let db = Db::memory()?;
        sql(table).execute(&db)?;
        let error = row().insert(&db).expect_err("another value came back");
        assert!(error.is_decode(), "{error}");
        assert!(db.check::<Cell>()?.iter().any(|difference| difference.to_string().contains("is expected")), "{table}");
    }
    Ok(())
}

#[test]
fn adversarial_r46_a_table_of_keys_alone_and_one_of_too_many_columns() -> Result<()> {
    #[derive(Model, Debug, PartialEq)]
    struct Ticket {
        id: i64,
    }
    let db = Db::memory()?;
    db.create_tables::<Ticket>()?;
    let tickets = orm::insert_many(&db, [NewTicket {}, NewTicket {}])?;
    assert_eq!(tickets, [Ticket { id: 1 }, Ticket { id: 2 }]);

    let columns: Vec<String> = (0..=2_000).map(|at| format!("c{at}")).collect();
    let create = format!("CREATE TABLE wide ({})", columns.join(", "));
    let error = sql(TrustedSql(create)).execute(&db).expect_err("too many columns");
    assert!(error.to_string().contains("too many columns"), "{error}");
    Ok(())
}
