//! Days are counted correctly, and a text is read only in the form in which it is written.

use super::{Date, DateTime, Time, Timestamp};

fn date(year: i64, month: u8, day: u8) -> Date {
    Date::new(year, month, day).expect("a date")
}

#[test]
fn days_count_from_1970() {
    assert_eq!(date(1970, 1, 1).days(), 0);
    assert_eq!(date(1969, 12, 31).days(), -1);
    assert_eq!(date(2000, 1, 1).days(), 10_957);
    assert_eq!(date(2000, 2, 29).days(), 11_016);
    assert_eq!(date(0, 1, 1).days(), -719_528);
    assert_eq!(date(9999, 12, 31).days(), 2_932_896);
    assert_eq!(date(-4712, 1, 1).days(), -2_440_550);
}

#[test]
fn each_day_follows_the_one_before() {
    let mut last = date(-401, 12, 31);
    for days in last.days() + 1..=date(2401, 1, 1).days() {
        let (year, month, day) = last.year_month_day();
        let next = Date::from_days(days);
        let follows = [Date::new(year, month, day + 1), Date::new(year, month + 1, 1), Date::new(year + 1, 1, 1)];
        assert_eq!(follows.into_iter().flatten().next(), Some(next), "after {last:?}");
        last = next;
    }
}

#[test]
fn what_is_no_date_is_none() {
    for (year, month, day) in [(2023, 2, 29), (1900, 2, 29), (2024, 0, 1), (2024, 13, 1), (2024, 4, 31), (2024, 1, 0)] {
        assert_eq!(Date::new(year, month, day), None, "{year}-{month}-{day}");
    }
    assert_eq!(Date::new(i64::MAX, 1, 1), None);
    assert_eq!(Date::new(i64::MIN, 1, 1), None);
    assert_eq!(Date::new(6_000_000, 1, 1), None);
    for days in [i32::MIN, i32::MAX] {
        let (year, month, day) = Date::from_days(days).year_month_day();
        assert_eq!(Date::new(year, month, day), Some(Date::from_days(days)));
    }
}

#[test]
fn texts_are_those_of_sqlite_and_read_back() {
    let noon = Time::from_nanoseconds(12 * 3_600_000_000_000 + 5).expect("a time");
    let moment = DateTime::of(date(2024, 2, 29), noon);
    assert_eq!(date(7, 2, 3).text().as_deref(), Ok("0007-02-03"));
    assert_eq!(noon.text(), "12:00:00.000000005");
    assert_eq!(noon.to_microseconds().text(), "12:00:00");
    assert_eq!(moment.text().as_deref(), Ok("2024-02-29 12:00:00.000000005"));
    assert_eq!(moment.to_microseconds().text().as_deref(), Ok("2024-02-29 12:00:00"));
    assert_eq!(Timestamp(moment).text(), moment.text());
    assert_eq!(Date::parse("0007-02-03"), Some(date(7, 2, 3)));
    assert_eq!(Time::parse("12:00:00.000000005"), Some(noon));
    let before = DateTime::new(-1, 999_999_999).expect("a time");
    assert_eq!(before.text().as_deref(), Ok("1969-12-31 23:59:59.999999999"));
    assert_eq!(DateTime::of(before.date(), before.time()), before);
}

#[test]
fn other_forms_are_refused() {
    for text in [
        "2024-2-29",
        "2024-02-30",
        "2024/02/29",
        "+024-02-29",
        "-024-02-29",
        "2024-02-29 ",
        " 2024-02-29",
        "20240-2-29",
        "２０２４-02-29",
        "",
    ] {
        assert_eq!(Date::parse(text), None, "{text}");
    }
    for text in
        ["24:00:00", "23:60:00", "23:59:60", "12", "12:0", "12:00:00.", "12:00:00.1234567890", "12:00.5", "12:00:00.+5"]
    {
        assert_eq!(Time::parse(text), None, "{text}");
    }
}

#[test]
fn what_has_no_place_is_refused() {
    assert!(date(-1, 12, 31).text().is_err());
    assert!(date(10_000, 1, 1).text().is_err());
    assert_eq!(Time::from_nanoseconds(86_400_000_000_000), None);
    assert_eq!(DateTime::new(0, 1_000_000_000), None);
    assert_eq!(DateTime::new(i64::MAX, 0), None);
}
