//! Parts of dates and timestamps, and the starts of their months and other units.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use orm::value::{Date, DateTime, Timestamp};
use orm::{Cursor, DateUnit, Db, Model, OrderBy, Result, TimeUnit, assert_queries, count, insert_many};

use crate::database::{db, either};
use crate::support::random::Random;

#[derive(Model, Clone, Debug, PartialEq)]
struct Visit {
    id: i64,
    day: Date,
    at: Timestamp,
    local: DateTime,
    left_at: Option<Timestamp>,
    price: i64,
}

fn at(text: &str) -> DateTime {
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").expect("a moment");
    DateTime::new(at.and_utc().timestamp(), at.and_utc().timestamp_subsec_nanos()).expect("a moment")
}

fn visit(text: &str, left_at: Option<&str>, price: i64) -> NewVisit {
    let at = at(text);
    let left_at = left_at.map(|text| Timestamp(self::at(text)));
    NewVisit { day: at.date(), at: Timestamp(at), local: at, left_at, price }
}

fn visits() -> Result<Db> {
    let db = db();
    db.create_tables::<Visit>()?;
    let rows = [
        visit("2024-02-29 23:59:59.999999", Some("2024-03-01 00:00:00"), 1),
        visit("2024-12-31 23:59:59.9996", None, 2),
        visit("2025-01-01 00:00:00", Some("2025-02-03 04:05:06"), 4),
        visit("1969-12-31 23:59:58.5", None, 8),
    ];
    insert_many(&db, rows)?;
    Ok(db)
}

#[test]
fn parts_of_moments_are_selected_compared_and_ordered_by() -> Result<()> {
    let db = visits()?;
    let query = Visit::query()
        .filter(Visit::at().year().ge(2024) & Visit::at().month().ne(1))
        .order_by(Visit::at().day().desc())
        .select((Visit::at().year(), Visit::at().hour(), Visit::at().second()));
    assert_eq!(
        query.sql(&db).to_string(),
        either(
            r#"SELECT orm_instant_part('year', t0."at", 0), orm_instant_part('hour', t0."at", 0), orm_instant_part('second', t0."at", 0) FROM "visits" AS t0 WHERE (orm_instant_part('year', t0."at", 0) >= ?1 AND orm_instant_part('month', t0."at", 0) <> ?2) ORDER BY orm_instant_part('day', t0."at", 0) DESC, t0."id" DESC"#,
            r#"SELECT CAST(EXTRACT(year FROM t0."at" AT TIME ZONE 'UTC' + interval '10000 years') - 10000 AS integer), CAST(EXTRACT(hour FROM t0."at" AT TIME ZONE 'UTC') AS integer), CAST(floor(EXTRACT(second FROM t0."at" AT TIME ZONE 'UTC')) AS integer) FROM "visits" AS t0 WHERE (CAST(EXTRACT(year FROM t0."at" AT TIME ZONE 'UTC' + interval '10000 years') - 10000 AS integer) >= $1 AND CAST(EXTRACT(month FROM t0."at" AT TIME ZONE 'UTC') AS integer) <> $2) ORDER BY CAST(EXTRACT(day FROM t0."at" AT TIME ZONE 'UTC') AS integer) DESC, t0."id" DESC"#,
        )
    );
    let rows: Vec<(i32, i32, i32)> = assert_queries!(db, 1, query.all(&db)?);
    assert_eq!(rows, [(2024, 23, 59), (2024, 23, 59)]);
    let days = Visit::query().select((Visit::day().year(), Visit::day().month(), Visit::day().day())).all(&db)?;
    assert_eq!(days, [(2024, 2, 29), (2024, 12, 31), (2025, 1, 1), (1969, 12, 31)]);
    let weeks = Visit::query().select((Visit::local().iso_week(), Visit::local().weekday())).all(&db)?;
    assert_eq!(weeks, [(9, 4), (1, 2), (1, 3), (1, 3)]);
    Ok(())
}

#[test]
fn a_value_that_may_be_absent_has_parts_that_may() -> Result<()> {
    let db = visits()?;
    let months: Vec<Option<i32>> = Visit::query().select(Visit::left_at().month()).all(&db)?;
    assert_eq!(months, [Some(3), None, Some(2), None]);
    let starts: Vec<Option<Timestamp>> =
        Visit::query().select(Visit::left_at().truncate_to(DateUnit::Month)).all(&db)?;
    let start = |text: &str| Some(Timestamp(at(text)));
    assert_eq!(starts, [start("2024-03-01 00:00:00"), None, start("2025-02-01 00:00:00"), None]);
    assert_eq!(Visit::query().filter(Visit::left_at().month().eq(None)).count(&db)?, 2);
    assert_eq!(Visit::query().filter(Visit::left_at().month().ne(3)).count(&db)?, 1, "NULL is not found");
    assert_eq!(Visit::query().max(&db, Visit::left_at().month())?, Some(3));
    Ok(())
}

#[test]
fn rows_are_grouped_by_months_and_years() -> Result<()> {
    let db = visits()?;
    let month = || Visit::at().truncate_to(DateUnit::Month);
    let query = Visit::query().group_by(month()).select((month(), count(), Visit::price().sum()));
    assert_eq!(
        query.sql(&db).to_string(),
        either(
            r#"SELECT orm_instant_start('month', t0."at", 0), count(*), sum(t0."price") FROM "visits" AS t0 GROUP BY orm_instant_start('month', t0."at", 0) ORDER BY orm_instant_start('month', t0."at", 0)"#,
            r#"SELECT (date_trunc('month', t0."at" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'), count(*), CAST(sum(t0."price") AS bigint) FROM "visits" AS t0 GROUP BY (date_trunc('month', t0."at" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') ORDER BY (date_trunc('month', t0."at" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')"#,
        )
    );
    let groups: Vec<(Timestamp, u64, Option<i64>)> = assert_queries!(db, 1, query.all(&db)?);
    let month = |text: &str| Timestamp(at(text));
    assert_eq!(
        groups,
        [
            (month("1969-12-01 00:00:00"), 1, Some(8)),
            (month("2024-02-01 00:00:00"), 1, Some(1)),
            (month("2024-12-01 00:00:00"), 1, Some(2)),
            (month("2025-01-01 00:00:00"), 1, Some(4)),
        ]
    );
    let year = || Visit::day().year();
    let years = Visit::query().group_by(year()).select((year(), Visit::price().sum())).order_by(year().desc());
    assert_eq!(years.all(&db)?, [(2025, Some(4)), (2024, Some(3)), (1969, Some(8))]);
    Ok(())
}

#[test]
fn a_truncated_value_is_compared_with_values_and_columns() -> Result<()> {
    let db = visits()?;
    let newest = Timestamp(at("2024-12-31 23:59:59"));
    let second = || Visit::at().truncate_time_to(TimeUnit::Second);
    assert_eq!(Visit::query().filter(second().eq(newest)).select(Visit::id()).all(&db)?, [2]);
    assert_eq!(Visit::query().filter(second().eq(Visit::at())).select(Visit::id()).all(&db)?, [3]);
    assert_eq!(Visit::query().filter(second().lt(Visit::at())).select(Visit::id()).all(&db)?, [1, 2, 4]);
    let day = Visit::day().truncate_to(DateUnit::Year);
    assert_eq!(Visit::query().filter(day.eq(Visit::day())).select(Visit::id()).all(&db)?, [3]);
    assert_eq!(
        Visit::query().select(Visit::at().truncate_to(DateUnit::Week).truncate_to(DateUnit::Month).month()).all(&db)?,
        [2, 12, 12, 12],
        "within each other"
    );
    Ok(())
}

#[test]
fn a_truncated_value_is_a_change_of_its_column_and_a_part_is_none() -> Result<()> {
    let db = visits()?;
    let rows = || Visit::rows_where(Visit::id().eq(2));
    assert_eq!(
        rows().update(&db, (Visit::at().truncate_to(DateUnit::Day), Visit::day().truncate_to(DateUnit::Year)))?,
        1
    );
    let changed = Visit::find(&db, 2)?;
    assert_eq!((changed.at, changed.day), (Timestamp(at("2024-12-31 00:00:00")), at("2024-01-01 00:00:00").date()));
    let error = rows().update(&db, Visit::at().year()).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("does not begin with one of its columns"), "{error}");
    Ok(())
}

#[test]
fn values_of_groups_have_parts_too() -> Result<()> {
    let db = visits()?;
    let last = || Visit::at().max();
    let query =
        Visit::query().select((last().year(), last().truncate_to(DateUnit::Month), Visit::left_at().min().month()));
    assert_eq!(query.one(&db)?, (Some(2025), Some(Timestamp(at("2025-01-01 00:00:00"))), Some(3)));
    let year = || Visit::day().year();
    let query = Visit::query().group_by(year()).having(last().month().ge(2)).select((year(), last().day()));
    assert_eq!(query.all(&db)?, [(1969, Some(31)), (2024, Some(31))]);
    Ok(())
}

#[test]
fn pages_go_on_by_parts_and_beginnings() -> Result<()> {
    let db = visits()?;
    let orders: [fn() -> OrderBy<Visit>; 5] = [
        || Visit::at().truncate_to(DateUnit::Year).desc(),
        || Visit::day().truncate_to(DateUnit::Month).asc(),
        || Visit::local().truncate_time_to(TimeUnit::Hour).asc(),
        || Visit::left_at().month().asc(),
        || Visit::left_at().truncate_time_to(TimeUnit::Second).desc().nulls_first(),
    ];
    for order in orders {
        let query = Visit::query().order_by(order());
        let (mut rows, mut cursor) = (Vec::new(), None::<Cursor>);
        loop {
            let page = query.clone().page(1).after(cursor).read(&db)?;
            rows.extend(page.rows);
            let Some(next) = page.next else { break };
            cursor = Some(next.to_string().parse()?);
        }
        assert_eq!(rows, query.all(&db)?, "{}", query.sql(&db));
    }
    Ok(())
}

/// The results of `chrono` for timestamps, each of which contains a date too.
#[test]
fn parts_and_beginnings_are_those_of_rust() -> Result<()> {
    let db = db();
    db.create_tables::<Visit>()?;
    let mut random = Random::new(29);
    let (first, last) = (at("0000-01-03 00:00:00").seconds(), at("9999-12-31 23:59:59").seconds());
    let mut moments: Vec<DateTime> = (0..400)
        .map(|step| {
            let seconds = if step % 2 == 0 {
                random.below(8_000_000_000) - 4_000_000_000
            } else {
                first + random.below(last - first)
            };
            let nanoseconds = u32::try_from(random.below(1_000_000)).expect("small") * 1_000;
            DateTime::new(seconds, nanoseconds).expect("a moment")
        })
        .collect();
    for year in [0, 1, 4, 1600, 1700, 1900, 1968, 1969, 1970, 1972, 2000, 2020, 2023, 2024, 2100, 9999] {
        for (month, day) in [(1, 3), (1, 4), (2, 28), (2, 29), (3, 1), (12, 29), (12, 31)] {
            let date = NaiveDate::from_ymd_opt(year, month, day);
            for time in ["00:00:00", "23:59:59.999999"] {
                moments.extend(date.map(|date| at(&format!("{date} {time}"))));
            }
        }
    }
    let new = |&at: &DateTime| NewVisit {
        day: at.date(),
        at: Timestamp(at),
        local: at,
        left_at: (at.nanoseconds() > 0).then_some(Timestamp(at)),
        price: 0,
    };
    insert_many(&db, moments.iter().map(new))?;
    let (day, instant, local, left) = (Visit::day(), Visit::at(), Visit::local(), Visit::left_at());
    let parts = Visit::query().select((
        (day.year(), day.month(), day.day(), day.weekday(), day.iso_week()),
        (instant.year(), instant.month(), instant.day(), instant.weekday(), instant.iso_week()),
        (local.year(), local.month(), local.day(), local.weekday(), local.iso_week()),
        (instant.hour(), instant.minute(), instant.second()),
        (local.hour(), local.minute(), local.second()),
        (left.year(), left.second()),
    ));
    for (found, &moment) in parts.all(&db)?.into_iter().zip(&moments) {
        let at = chrono(moment);
        let week = i32::try_from(at.iso_week().week()).expect("small");
        let small = |number: u32| i32::try_from(number).expect("small");
        let date = (at.year(), small(at.month()), small(at.day()), small(at.weekday().number_from_monday()), week);
        let time = (small(at.hour()), small(at.minute()), small(at.second()));
        let maybe = (moment.nanoseconds() > 0).then_some((date.0, time.2)).unzip();
        assert_eq!(found, (date, date, date, time, time, maybe), "{moment:?}");
    }
    for unit in [DateUnit::Year, DateUnit::Quarter, DateUnit::Month, DateUnit::Week, DateUnit::Day] {
        let query = Visit::query().select((day.truncate_to(unit), instant.truncate_to(unit), local.truncate_to(unit)));
        for (found, &moment) in query.all(&db)?.into_iter().zip(&moments) {
            let date = start(unit, chrono(moment).date());
            let at = at(&format!("{date} 00:00:00"));
            assert_eq!(found, (at.date(), Timestamp(at), at), "{unit:?} of {moment:?}");
        }
    }
    for (unit, seconds) in [(TimeUnit::Hour, 3_600), (TimeUnit::Minute, 60), (TimeUnit::Second, 1)] {
        let query = Visit::query().select((instant.truncate_time_to(unit), local.truncate_time_to(unit)));
        for (found, &moment) in query.all(&db)?.into_iter().zip(&moments) {
            let of_day = i64::from(chrono(moment).num_seconds_from_midnight());
            let at = DateTime::new(moment.seconds() - of_day % seconds, 0).expect("a moment");
            assert_eq!(found, (Timestamp(at), at), "{unit:?} of {moment:?}");
        }
    }
    Ok(())
}

fn chrono(at: DateTime) -> NaiveDateTime {
    chrono::DateTime::from_timestamp(at.seconds(), at.nanoseconds()).expect("a moment").naive_utc()
}

fn start(unit: DateUnit, date: NaiveDate) -> NaiveDate {
    let start = match unit {
        DateUnit::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        DateUnit::Quarter => NaiveDate::from_ymd_opt(date.year(), (date.month0() / 3) * 3 + 1, 1),
        DateUnit::Month => NaiveDate::from_ymd_opt(date.year(), date.month(), 1),
        DateUnit::Week => Some(date.week(chrono::Weekday::Mon).first_day()),
        DateUnit::Day => Some(date),
    };
    start.expect("a date")
}
