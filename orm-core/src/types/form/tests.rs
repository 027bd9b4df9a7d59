//! Forms: which values they read, which forms are recognised, and which values they can store.

use super::*;

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}

fn moment(text: &str) -> Option<(i64, u32)> {
    Moment::parse(text).and_then(Moment::utc).map(|at| (at.seconds(), at.nanoseconds()))
}

#[test]
fn every_text_that_means_one_moment_is_read() {
    let at = 1_710_498_030;
    for text in [
        "2024-03-15 10:20:30",
        "2024-03-15T10:20:30",
        "2024-03-15T10:20:30Z",
        "2024-03-15 10:20:30Z",
        "2024-03-15 10:20:30 Z",
        "2024-03-15 10:20:30+00:00",
        "2024-03-15 10:20:30 +00:00",
        "2024-03-15T15:50:30+05:30",
        "2024-03-15T02:20:30-08:00",
        "2024-03-15 10:20:30.0",
        "2024-03-15 10:20:30.000000000",
    ] {
        assert_eq!(moment(text), Some((at, 0)), "{text}");
    }
    assert_eq!(moment("2024-03-15 10:20:30.123456789"), Some((at, 123_456_789)));
    assert_eq!(moment("2024-03-15 10:20"), Some((at - 30, 0)));
    assert_eq!(moment("2024-03-15"), Some((1_710_460_800, 0)));
    for text in [
        "",
        "2024-03-15 ",
        "2024-03-15x10:20:30",
        "2024-03-15  10:20:30",
        "2024-03-15 10:20:30z",
        "2024-03-15 10:20:30+0530",
        "2024-03-15 10:20:30+5:30",
        "2024-03-15 10:20:30+24:00",
        "2024-03-15 10:20:30.",
        "2024-03-15 10:20:30.1234567890",
        "0000-00-00 00:00:00",
        "2024-02-30 00:00:00",
        "1710498030",
        "Fri Mar 15 2024 10:20:30 GMT+0000",
        "\u{00e9}024-03-15",
    ] {
        assert_eq!(moment(text), None, "{text}");
    }
    let with_offset = Moment::parse("2024-03-15T15:50:30+05:30").expect("a moment");
    assert_eq!(with_offset.date_time(), None, "an offset would be lost");
}

#[test]
fn a_form_is_found_by_what_is_stored() {
    let found = |sql_type, values: &[&str]| {
        let values: Vec<Value<'_>> = values.iter().map(|value| text(value)).collect();
        Form::detect(sql_type, &values).map(|form| form.to_string())
    };
    for (sql_type, values, form) in [
        (SqlType::DateTime, &["2024-03-15 10:20:30", "2024-03-15 10:20:30.12"][..], "native"),
        (SqlType::DateTime, &["2024-03-15 10:20:30", "2024-03-15 10:20:30.123000"], "sqlite(fraction = optional(6))"),
        (SqlType::DateTime, &["2024-03-15 10:20:30.000", "2024-03-15 10:20:30.120"], "sqlite(fraction = 3)"),
        (SqlType::DateTime, &["2024-03-15 10:20:30.000000"], "sqlite(fraction = 6)"),
        (SqlType::DateTime, &["2024-03-15 10:20:30", "2024-03-15 10:20:30.120"], "sqlite(fraction = auto_si)"),
        (SqlType::DateTime, &["2024-03-15 10:20:30.0", "2024-03-15 10:20:30.12"], "sqlite(fraction = at_least(1))"),
        (SqlType::Timestamp, &["2024-03-15T10:20:30Z", "2024-03-15T10:20:30.5Z"], "iso8601"),
        (SqlType::Timestamp, &["2024-03-15T10:20:30.000Z", "2024-03-15T10:20:30.500Z"], "iso8601(fraction = 3)"),
        (SqlType::Timestamp, &["2024-03-15 10:20:30+00:00"], "sqlite(offset = \"+00:00\")"),
        (SqlType::Timestamp, &["2024-03-15T10:20:30+00:00", "2024-03-15T10:20:30+05:30"], "mixed"),
        (SqlType::Timestamp, &["2024-03-15 10:20:30", "2024-03-15T10:20:30Z"], "mixed"),
        (
            SqlType::Time,
            &["2000-01-01 09:00:00", "2000-01-01 09:30:15.250000"],
            "sqlite(dated, fraction = optional(6))",
        ),
        (SqlType::Bool, &["t", "f"], "t_f"),
        (SqlType::Bool, &["true", "TRUE"], "mixed"),
        (SqlType::Uuid, &["550e8400-e29b-41d4-a716-446655440000"], "hyphenated"),
        (SqlType::Uuid, &["550E8400E29B41D4A716446655440000"], "simple(upper)"),
        (SqlType::Decimal, &["19.90", "-5.00"], "fixed(2)"),
        (SqlType::Decimal, &["19.9", "-5"], "native"),
        (SqlType::Decimal, &["19.90", "-5"], "mixed"),
    ] {
        assert_eq!(found(sql_type, values).as_deref(), Some(form), "{values:?}");
    }
    assert_eq!(found(SqlType::Timestamp, &["yesterday"]), None);
    assert_eq!(Form::detect(SqlType::Timestamp, &[Value::Int(1_710_498_030)]), None, "a number has no unit");
    assert_eq!(Form::detect(SqlType::Decimal, &[Value::Int(-5), Value::Real(19.9)]), Some(Form::Numeric));
    assert_eq!(Form::detect(SqlType::Bool, &[Value::Int(0), Value::Int(1)]), Some(Form::Native));
}

#[test]
fn a_fraction_before_a_z_does_not_sort_where_it_varies() {
    assert!(TextForm::SQLITE.sorts());
    assert!(!TextForm::ISO.sorts());
    assert!(TextForm::ISO.fraction(Fraction::Exactly(3)).sorts());
    assert!(TextForm::ISO.offset(Offset::Utc("+00:00")).sorts());
    assert!(TextForm::SQLITE.offset(Offset::Utc(" +00:00")).sorts());
}

#[test]
fn what_a_form_has_no_place_for_is_an_error() {
    let number = |text: &str| Value::Decimal(Decimal::parse(text).expect("a number"));
    assert_eq!(Form::MinorUnits(2).store(&number("19.9")), Ok(Some(Value::Int(1_990))));
    assert!(Form::MinorUnits(2).store(&number("19.901")).is_err());
    assert!(Form::MinorUnits(2).store(&number("99999999999999999999")).is_err());
    assert!(Form::Fixed(1).store(&number("0.01")).is_err());
    assert_eq!(Form::Numeric.store(&number("0.1")), Ok(Some(Value::Real(0.1))));
    assert!(Form::Numeric.store(&number("0.1000000000000000055511151231257827")).is_err());
    let far = DateTime::new(i64::from(i32::MAX) * 86_400, 0).expect("a date-time");
    assert!(Form::Text(TextForm::ISO).store(&Value::DateTime(far)).is_err());
    assert_eq!(Form::Unix(Unit::Seconds, Number::Integer).store(&Value::Bool(true)), Ok(None), "another type");
}
