//! Parts and starts of dates and timestamps.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::check;
use super::school::COURSES;
use crate::ast::{Argument, Calendar, Expr, Select};
use crate::sql;
use crate::types::SqlType;
use crate::value::{DatePart, DateUnit, TimeUnit};

/// An expression of the first column, as if it had this type.
fn of(sql_type: SqlType, computed: &[Calendar]) -> Select {
    let argument = || Argument { value: Box::new(Expr::Column(0)), sql_type };
    let outputs: Vec<Expr> = computed.iter().map(|&calendar| Expr::Calendar(calendar, argument())).collect();
    Select { outputs: Some(outputs.into()), ..Select::new(&COURSES) }
}

#[test]
fn parts() {
    let parts = [DatePart::Year, DatePart::Month, DatePart::Weekday, DatePart::IsoWeek, DatePart::Second];
    for sql_type in [SqlType::Timestamp, SqlType::DateTime] {
        let expected = match sql_type {
            SqlType::Timestamp => expect![[r#"
                SELECT orm_instant_part('year', t0."id", 0), orm_instant_part('month', t0."id", 0), orm_instant_part('isodow', t0."id", 0), orm_instant_part('week', t0."id", 0), orm_instant_part('second', t0."id", 0) FROM "courses" AS t0 ORDER BY t0."id"
                SELECT CAST(EXTRACT(year FROM t0."id" AT TIME ZONE 'UTC' + interval '10000 years') - 10000 AS integer), CAST(EXTRACT(month FROM t0."id" AT TIME ZONE 'UTC') AS integer), CAST(EXTRACT(isodow FROM t0."id" AT TIME ZONE 'UTC') AS integer), CAST(EXTRACT(week FROM t0."id" AT TIME ZONE 'UTC') AS integer), CAST(floor(EXTRACT(second FROM t0."id" AT TIME ZONE 'UTC')) AS integer) FROM "courses" AS t0 ORDER BY t0."id"
                SELECT extract(year FROM t0.`id`), extract(month FROM t0.`id`), extract(isodow FROM t0.`id`), extract(week FROM t0.`id`), extract(second FROM t0.`id`) FROM `courses` AS t0 ORDER BY t0.`id`
                []
            "#]],
            _ => expect![[r#"
                SELECT orm_date_time_part('year', t0."id", 0), orm_date_time_part('month', t0."id", 0), orm_date_time_part('isodow', t0."id", 0), orm_date_time_part('week', t0."id", 0), orm_date_time_part('second', t0."id", 0) FROM "courses" AS t0 ORDER BY t0."id"
                SELECT CAST(EXTRACT(year FROM t0."id" + interval '10000 years') - 10000 AS integer), CAST(EXTRACT(month FROM t0."id") AS integer), CAST(EXTRACT(isodow FROM t0."id") AS integer), CAST(EXTRACT(week FROM t0."id") AS integer), CAST(floor(EXTRACT(second FROM t0."id")) AS integer) FROM "courses" AS t0 ORDER BY t0."id"
                SELECT extract(year FROM t0.`id`), extract(month FROM t0.`id`), extract(isodow FROM t0.`id`), extract(week FROM t0.`id`), extract(second FROM t0.`id`) FROM `courses` AS t0 ORDER BY t0.`id`
                []
            "#]],
        };
        check(|dialect| sql::select(&of(sql_type, &parts.map(Calendar::Part)), dialect), &expected);
    }
    check(
        |dialect| sql::select(&of(SqlType::Date, &[Calendar::Part(DatePart::Day)]), dialect),
        &expect![[r#"
        SELECT orm_date_part('day', t0."id", 0) FROM "courses" AS t0 ORDER BY t0."id"
        SELECT CAST(EXTRACT(day FROM CAST(t0."id" AS timestamp)) AS integer) FROM "courses" AS t0 ORDER BY t0."id"
        SELECT extract(day FROM t0.`id`) FROM `courses` AS t0 ORDER BY t0.`id`
        []
    "#]],
    );
}

#[test]
fn beginnings() {
    let starts = [Calendar::Start(DateUnit::Quarter), Calendar::TimeStart(TimeUnit::Minute)];
    check(
        |dialect| sql::select(&of(SqlType::Timestamp, &starts), dialect),
        &expect![[r#"
        SELECT orm_instant_start('quarter', t0."id", 0), orm_instant_start('minute', t0."id", 0) FROM "courses" AS t0 ORDER BY t0."id"
        SELECT (date_trunc('quarter', t0."id" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'), (date_trunc('minute', t0."id" AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') FROM "courses" AS t0 ORDER BY t0."id"
        SELECT date_trunc(quarter, t0.`id`), date_trunc(minute, t0.`id`) FROM `courses` AS t0 ORDER BY t0.`id`
        []
    "#]],
    );
    check(
        |dialect| sql::select(&of(SqlType::DateTime, &starts), dialect),
        &expect![[r#"
        SELECT orm_date_time_start('quarter', t0."id", 0), orm_date_time_start('minute', t0."id", 0) FROM "courses" AS t0 ORDER BY t0."id"
        SELECT date_trunc('quarter', t0."id"), date_trunc('minute', t0."id") FROM "courses" AS t0 ORDER BY t0."id"
        SELECT date_trunc(quarter, t0.`id`), date_trunc(minute, t0.`id`) FROM `courses` AS t0 ORDER BY t0.`id`
        []
    "#]],
    );
    check(
        |dialect| sql::select(&of(SqlType::Date, &starts[..1]), dialect),
        &expect![[r#"
        SELECT orm_date_start('quarter', t0."id", 0) FROM "courses" AS t0 ORDER BY t0."id"
        SELECT CAST(date_trunc('quarter', CAST(t0."id" AS timestamp)) AS date) FROM "courses" AS t0 ORDER BY t0."id"
        SELECT date_trunc(quarter, t0.`id`) FROM `courses` AS t0 ORDER BY t0.`id`
        []
    "#]],
    );
}
