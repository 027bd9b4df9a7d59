//! Values that do not fit, when they are written and when they are read.

use orm::value::{Date, DateTime, Decimal, Time, Timestamp};
use orm::{Mismatch, Model, Result, TrustedSql, sql};

use crate::database::{db, either};
use crate::support::cells::{cell, read, refused, unstorable, written};

#[test]
fn a_number_beyond_the_type_is_an_error() {
    assert_eq!(refused(read!("5000000000", i32)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("70000", i16)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("300", u8)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("-1", u8)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("-1", u64)), Mismatch::OutOfRange);
    assert_eq!(refused(read!("-129", Option<i8>)), Mismatch::OutOfRange);
}

#[test]
fn what_is_no_integer_is_an_error() {
    for (literal, found) in [
        ("'abc'", "text"),
        ("'12abc'", "text"),
        ("'12'", "text"),
        ("''", "text"),
        ("1.9", either("a real number", "a decimal number")),
        (either("x'00'", r"CAST('\x00' AS bytea)"), "a blob"),
    ] {
        assert_eq!(refused(read!(literal, i64)), Mismatch::Kind { found }, "{literal}");
        let reason = refused(read!(literal, bool));
        let is_text = matches!(&reason, Mismatch::Refused(reason) if reason.contains("neither true nor false"));
        assert!(reason == Mismatch::Kind { found } || (found == "text" && is_text), "{literal}: {reason:?}");
    }
}

#[test]
fn null_is_an_error_for_every_type() {
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
fn what_is_no_boolean_is_an_error() {
    for literal in ["2", "-1", "9223372036854775807"] {
        assert_eq!(refused(read!(literal, bool)), Mismatch::OutOfRange, "{literal}");
    }
    // Words that mean true or false are read, because other tools store them.
    for (literal, meant) in [("'true'", true), ("'F'", false), ("'y'", true), ("'off'", false)] {
        assert_eq!(read!(literal, bool).ok(), Some(meant), "{literal}");
    }
    for literal in ["'maybe'", "'tr'", "'true '", "''"] {
        assert!(matches!(refused(read!(literal, bool)), Mismatch::Refused(_)), "{literal}");
    }
    assert_eq!(refused(read!(either("1.0", "CAST(1 AS float8)"), bool)), Mismatch::Kind { found: "a real number" });
}

#[test]
fn a_number_that_a_float_only_comes_near_is_an_error() {
    assert_eq!(refused(read!("9007199254740993", f64)), Mismatch::Inexact);
    assert_eq!(refused(read!("-9223372036854775807", f64)), Mismatch::Inexact);
    assert_eq!(refused(read!("16777217", f32)), Mismatch::Inexact);
    assert_eq!(refused(read!(either("1e300", "CAST(1e300 AS float8)"), f32)), Mismatch::Inexact);
    assert_eq!(refused(read!(either("0.1", "CAST(0.1 AS float8)"), f32)), Mismatch::Inexact);
    assert_eq!(read!("9007199254740992", f64).ok(), Some(9_007_199_254_740_992.0));
}

#[test]
fn an_unsigned_number_above_the_signed_ones_is_an_error() -> Result<()> {
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
fn bytes_for_text_and_text_for_bytes_are_errors() {
    let blob = either("x'6162'", "CAST('ab' AS bytea)");
    assert_eq!(refused(read!(blob, String)), Mismatch::Kind { found: "a blob" });
    assert_eq!(refused(read!("'ab'", Vec<u8>)), Mismatch::Kind { found: "text" });
}

#[test]
fn empty_is_not_null() -> Result<()> {
    assert_eq!(written!(Some(String::new()), Option<String>)?, Some(String::new()));
    assert_eq!(written!(None, Option<String>)?, None);
    assert_eq!(written!(Some(Vec::new()), Option<Vec<u8>>)?, Some(Vec::new()));
    assert_eq!(written!(None, Option<Vec<u8>>)?, None);
    assert_eq!(written!(Vec::new(), Vec<u8>)?, Vec::<u8>::new());
    Ok(())
}

#[test]
fn long_values_come_back_or_are_errors() -> Result<()> {
    for length in [1_000_000, 100_000_000] {
        let text = "ä\u{1f980}".repeat(length / 6);
        assert!(written!(text.clone(), String)? == text);
        let bytes = vec![0xa5; length];
        assert!(written!(bytes.clone(), Vec<u8>)? == bytes);
    }
    let db = cell("1");
    let (too_long, said) = either(
        ("SELECT zeroblob(1000000001)", "too big"),
        ("SELECT convert_to(repeat('x', 1100000000), 'UTF8')", "requested length too large"),
    );
    let too_long = sql(too_long).tuples::<(Vec<u8>,)>(&db).expect_err("it is too long");
    assert!(too_long.to_string().contains(said), "{too_long}");
    assert_eq!(sql("SELECT value FROM cells").tuples::<(i64,)>(&db)?, [(1,)]);
    Ok(())
}

/// The last nanosecond of a second. Databases count microseconds.
#[cfg(any(feature = "chrono-04", feature = "jiff-02"))]
fn last_nanosecond() -> u32 {
    999_999_000
}

/// A date beyond the years 0 to 9999 of SQLite. PostgreSQL stores some of them, and refuses others.
#[cfg(any(feature = "chrono-04", feature = "jiff-02", feature = "time-03"))]
#[track_caller]
fn exact_or_unstorable<T: PartialEq + std::fmt::Debug>(written: Result<T>, value: &T) {
    match written {
        Ok(found) => assert_eq!(either(None, Some(&found)), Some(value)),
        Err(error) => assert!(error.is_encode() || error.sqlstate() == Some("22008"), "{error}"),
    }
}

#[cfg(feature = "chrono-04")]
#[test]
fn dates_of_chrono_are_exact_or_an_error() -> Result<()> {
    use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

    let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).expect("a leap second");
    let error = unstorable(written!(leap, NaiveTime));
    assert!(error.to_string().contains("a leap second cannot be stored"), "{error}");
    let day = NaiveDate::from_ymd_opt(2016, 12, 31).expect("a date");
    unstorable(written!(day.and_time(leap), chrono::NaiveDateTime));
    unstorable(written!(day.and_time(leap).and_utc(), DateTime<Utc>));
    exact_or_unstorable(written!(NaiveDate::MAX, NaiveDate), &NaiveDate::MAX);
    exact_or_unstorable(written!(DateTime::<Utc>::MIN_UTC, DateTime<Utc>), &DateTime::<Utc>::MIN_UTC);
    let last = day.and_hms_nano_opt(23, 59, 59, last_nanosecond()).expect("a time").and_utc();
    for at in [DateTime::<Utc>::UNIX_EPOCH, last] {
        assert_eq!(written!(at, DateTime<Utc>)?, at);
        assert_eq!(written!(at.naive_utc(), chrono::NaiveDateTime)?, at.naive_utc());
        assert_eq!(written!(at.time(), NaiveTime)?, at.time());
    }
    Ok(())
}

#[cfg(feature = "jiff-02")]
#[test]
fn dates_of_jiff_are_exact_or_an_error() -> Result<()> {
    use jiff::Timestamp;
    use jiff::civil::{self, date};

    let last = last_nanosecond().cast_signed();
    for at in [date(0, 1, 1).at(0, 0, 0, 0), date(9999, 12, 31).at(23, 59, 59, last)] {
        assert_eq!(written!(at, civil::DateTime)?, at);
        assert_eq!(written!(at.date(), civil::Date)?, at.date());
        assert_eq!(written!(at.time(), civil::Time)?, at.time());
    }
    exact_or_unstorable(written!(civil::Date::MIN, civil::Date), &civil::Date::MIN);
    exact_or_unstorable(written!(Timestamp::MIN, Timestamp), &Timestamp::MIN);
    let finest = 1_000;
    for (second, nanosecond) in [(0, 0), (-1, -finest), (0, -finest), (1, last), (-62_167_219_200, 0)] {
        let at = Timestamp::new(second, nanosecond).expect("an instant");
        assert_eq!(written!(at, Timestamp)?, at);
    }
    Ok(())
}

#[cfg(feature = "time-03")]
#[test]
fn dates_of_time_are_exact_or_an_error() -> Result<()> {
    use time::{OffsetDateTime, PrimitiveDateTime, UtcDateTime, UtcOffset};

    let finest = time::Duration::microseconds(1);
    for at in [OffsetDateTime::UNIX_EPOCH, OffsetDateTime::UNIX_EPOCH - finest] {
        assert_eq!(written!(at, OffsetDateTime)?, at);
        assert_eq!(written!(at.to_utc(), UtcDateTime)?, at.to_utc());
        let local = PrimitiveDateTime::new(at.date(), at.time());
        assert_eq!(written!(local, PrimitiveDateTime)?, local);
        assert_eq!((written!(at.date(), time::Date)?, written!(at.time(), time::Time)?), (at.date(), at.time()));
        let abroad = at.to_offset(UtcOffset::from_hms(23, 59, 59).expect("an offset"));
        let error = unstorable(written!(abroad, OffsetDateTime));
        assert!(error.to_string().contains("the offset would be lost"), "{error}");
    }
    exact_or_unstorable(written!(time::Date::MIN, time::Date), &time::Date::MIN);
    Ok(())
}

#[test]
fn decimals_are_equal_as_numbers() -> Result<()> {
    #[derive(Model, Debug)]
    struct Price {
        #[model(primary_key)]
        amount: Decimal,
    }
    let db = db();
    db.create_tables::<Price>()?;
    let (one, also_one) = (Decimal::new(10, 1), Decimal::new(100, 2));
    NewPrice { amount: one }.insert(&db)?;
    let twice = NewPrice { amount: also_one }.insert(&db).expect_err("the same key");
    assert!(twice.is_unique_violation(), "{twice}");
    assert_eq!(Price::find(&db, also_one)?.amount, one);

    for literal in either(
        &["'+1'", "'NaN'", "'.5'", "'1e3'", "'170141183460469231731687303715884105728'"][..],
        &["CAST('NaN' AS numeric)", "CAST('-Infinity' AS numeric)", "170141183460469231731687303715884105728"],
    ) {
        let reason = refused(read!(literal, Decimal));
        let expected = either(
            matches!(reason, Mismatch::Refused(_)),
            matches!(
                reason,
                Mismatch::OutOfRange
                    | Mismatch::Unstorable("the database holds `NaN` or `Infinity`, which is not a decimal number")
            ),
        );
        assert!(expected, "{literal}: {reason:?}");
    }
    // Redundant zeros are read, and a floating-point number becomes the shortest decimal for it.
    for literal in [either("'1.50'", "1.50"), either("'01.5'", "1.5"), either("1.5", "CAST(1.5 AS float8)")] {
        assert_eq!(read!(literal, Decimal).ok(), Some(Decimal::new(15, 1)), "{literal}");
    }
    Ok(())
}

#[cfg(feature = "rust_decimal-1")]
#[test]
fn decimals_of_rust_decimal_are_exact_or_an_error() -> Result<()> {
    use rust_decimal::Decimal;

    for number in [Decimal::MAX, Decimal::MIN, Decimal::new(1, 28), Decimal::new(-15, 1), Decimal::ZERO] {
        assert_eq!(written!(number, Decimal)?, number);
    }
    assert_eq!(written!(Decimal::new(150, 2), Decimal)?.to_string(), "1.5");
    for literal in either(
        ["'79228162514264337593543950336'", "'0.00000000000000000000000000001'"],
        ["79228162514264337593543950336", "0.00000000000000000000000000001"],
    ) {
        let Mismatch::Refused(reason) = refused(read!(literal, Decimal)) else { panic!("{literal} is read") };
        assert!(reason.contains("beyond its range"), "{reason}");
    }
    Ok(())
}

#[cfg(feature = "uuid-1")]
#[test]
fn uuids_that_other_tools_stored_as_text_are_read() {
    use uuid::Uuid;

    let uuid = Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
    for literal in [
        "'67e55044-10b1-426f-9247-bb680e5fe0c8'",
        "'67E5504410B1426F9247BB680E5FE0C8'",
        "'{67e55044-10b1-426f-9247-bb680e5fe0c8}'",
    ] {
        assert_eq!(read!(literal, Uuid).ok(), Some(uuid), "{literal}");
    }
    for literal in
        ["'67e55044-10b1-426f-9247bb680e5fe0c8-'", "'67e5504410b1426f9247bb680e5fe0c'", "'{67e55044'", "''", "7"]
    {
        assert!(matches!(refused(read!(literal, Uuid)), Mismatch::Refused(_)), "{literal}");
    }
    let (short, whole) = either(
        ("x'00'", "x'67e5504410b1426f9247bb680e5fe0c8'"),
        (r"CAST('\x00' AS bytea)", "CAST('67E55044-10b1-426f-9247-bb680e5fe0c8' AS uuid)"),
    );
    assert!(matches!(refused(read!(short, Uuid)), Mismatch::Refused(_)));
    let uuid = read!(whole, Uuid);
    assert_eq!(uuid.map(|uuid| uuid.to_string()).ok().as_deref(), Some("67e55044-10b1-426f-9247-bb680e5fe0c8"));
}

#[test]
fn a_table_may_hold_keys_alone_and_not_too_many_columns() -> Result<()> {
    #[derive(Model, Debug, PartialEq)]
    struct Ticket {
        id: i64,
    }
    let db = db();
    db.create_tables::<Ticket>()?;
    let tickets = orm::insert_many(&db, [NewTicket {}, NewTicket {}])?;
    assert_eq!(tickets, [Ticket { id: 1 }, Ticket { id: 2 }]);

    let columns: Vec<String> = (0..=2_000).map(|at| format!("c{at} integer")).collect();
    let create = format!("CREATE TABLE wide ({})", columns.join(", "));
    let error = sql(TrustedSql(create)).execute(&db).expect_err("too many columns");
    assert!(error.to_string().contains(either("too many columns", "at most 1600 columns")), "{error}");
    Ok(())
}
