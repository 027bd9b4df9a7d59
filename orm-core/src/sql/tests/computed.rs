//! Functions and cases.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::mariadb::MariaDb;
use super::number;
use super::school::{BELONGS_TO, COURSES};
use crate::ast::{Call, Case, Expr, Order, Scalar, Select};
use crate::schema::{ColumnDef, Table};
use crate::sql::postgres::{COCKROACH, POSTGRES};
use crate::sql::sqlite::Sqlite;
use crate::sql::{self, Dialect};
use crate::types::{Form, Number, SqlType, Unit};
use crate::value::{Decimal, Value};

fn call(function: Scalar, arguments: impl Into<Vec<Expr>>, sql_type: SqlType) -> Expr {
    Expr::Call(Call { function, arguments: arguments.into(), sql_type })
}

fn text(text: &'static str) -> Expr {
    Expr::Value(Value::Text(text.into()))
}

fn title() -> Expr {
    Expr::Column(1)
}

/// The selected expression in each dialect, with its parameters.
fn of_courses(expr: &Expr) -> String {
    selected(expr, &COURSES, &[&Sqlite, &POSTGRES, &COCKROACH, &MariaDb])
}

fn selected(expr: &Expr, table: &'static Table, dialects: &[&dyn Dialect]) -> String {
    let select = Select { outputs: Some([expr.clone()].into()), ..Select::new(table) };
    let line = |dialect: &&dyn Dialect| {
        let sql = sql::select(&select, *dialect);
        let (output, _) = sql.text.split_once(" FROM ").expect("a table");
        format!("{} {:?}\n", output.trim_start_matches("SELECT "), sql.params)
    };
    dialects.iter().map(line).collect()
}

#[test]
fn functions_of_texts() {
    expect![[r#"
        lower(t0."title") []
        lower(CAST(t0."title" AS text)) []
        lower(CAST(t0."title" AS text)) []
        lower(t0.`title`) []
    "#]]
    .assert_eq(&of_courses(&call(Scalar::Lower, [title()], SqlType::Text)));
    let trimmed = call(Scalar::Trim, [title()], SqlType::Text);
    expect![[r#"
        orm_length(trim(t0."title")) []
        CAST(length(trim(CAST(t0."title" AS text))) AS bigint) []
        CAST(length(trim(CAST(t0."title" AS text))) AS bigint) []
        char_length(trim(t0.`title`)) []
    "#]]
    .assert_eq(&of_courses(&call(Scalar::Length, [trimmed.clone()], SqlType::Int64)));
    expect![[r#"
        (t0."title" || ?1 || trim(t0."title")) [Compared(Text("x"))]
        (CAST(t0."title" AS text) || CAST($1 AS text) || trim(CAST(t0."title" AS text))) [Compared(Text("x"))]
        (CAST(t0."title" AS text) || CAST($1 AS text) || trim(CAST(t0."title" AS text))) [Compared(Text("x"))]
        concat(t0.`title`, ?, trim(t0.`title`)) [Compared(Text("x"))]
    "#]]
    .assert_eq(&of_courses(&call(Scalar::Concat, [title(), text("x"), trimmed], SqlType::Text)));
}

#[test]
fn the_first_value_that_is_there() {
    expect![[r#"
        coalesce(t0."department_id", ?1) [Compared(Int(1))]
        coalesce(t0."department_id", $1) [Compared(Int(1))]
        coalesce(t0."department_id", $1) [Compared(Int(1))]
        coalesce(t0.`department_id`, ?) [Compared(Int(1))]
    "#]]
    .assert_eq(&of_courses(&call(Scalar::Coalesce, [Expr::Column(2), Expr::Value(Value::Int(1))], SqlType::Int64)));
    let joined = Expr::ValueOf(&BELONGS_TO, Box::new(Expr::Column(1)));
    expect![[r#"
        coalesce(t1."na""me", t0."title") []
        coalesce(t1."na""me", t0."title") []
        coalesce(t1."na""me", t0."title") []
        coalesce(t1.`na"me`, t0.`title`) []
    "#]]
    .assert_eq(&of_courses(&call(Scalar::Coalesce, [joined, title()], SqlType::Text)));
}

/// Constants determine no type. A column or a computed value beside them does.
#[test]
fn cases() {
    let case = |value: Expr, otherwise: Option<Expr>, sql_type| {
        let branches = vec![(number(0, 1), value), (Expr::Or(vec![number(0, 2), number(0, 3)]), text("b"))];
        Expr::Case(Case { branches, otherwise: otherwise.map(Box::new), sql_type })
    };
    expect![[r#"
        CASE WHEN t0."id" = ?1 THEN ?2 WHEN t0."id" = ?3 OR t0."id" = ?4 THEN ?5 ELSE ?6 END [Compared(Int(1)), Compared(Text("a")), Compared(Int(2)), Compared(Int(3)), Compared(Text("b")), Compared(Text("c"))]
        CASE WHEN t0."id" = $1 THEN CAST($2 AS text) COLLATE "C" WHEN t0."id" = $3 OR t0."id" = $4 THEN CAST($5 AS text) COLLATE "C" ELSE CAST($6 AS text) COLLATE "C" END [Compared(Int(1)), Compared(Text("a")), Compared(Int(2)), Compared(Int(3)), Compared(Text("b")), Compared(Text("c"))]
        CASE WHEN t0."id" = $1 THEN CAST($2 AS text) WHEN t0."id" = $3 OR t0."id" = $4 THEN CAST($5 AS text) ELSE CAST($6 AS text) END [Compared(Int(1)), Compared(Text("a")), Compared(Int(2)), Compared(Int(3)), Compared(Text("b")), Compared(Text("c"))]
        CASE WHEN t0.`id` = ? THEN ? WHEN t0.`id` = ? OR t0.`id` = ? THEN ? ELSE ? END [Compared(Int(1)), Compared(Text("a")), Compared(Int(2)), Compared(Int(3)), Compared(Text("b")), Compared(Text("c"))]
    "#]]
    .assert_eq(&of_courses(&case(text("a"), Some(text("c")), SqlType::Text)));
    expect![[r#"
        CASE WHEN t0."id" = ?1 THEN t0."title" WHEN t0."id" = ?2 OR t0."id" = ?3 THEN ?4 END [Compared(Int(1)), Compared(Int(2)), Compared(Int(3)), Compared(Text("b"))]
        CASE WHEN t0."id" = $1 THEN t0."title" WHEN t0."id" = $2 OR t0."id" = $3 THEN $4 END [Compared(Int(1)), Compared(Int(2)), Compared(Int(3)), Compared(Text("b"))]
        CASE WHEN t0."id" = $1 THEN t0."title" WHEN t0."id" = $2 OR t0."id" = $3 THEN $4 END [Compared(Int(1)), Compared(Int(2)), Compared(Int(3)), Compared(Text("b"))]
        CASE WHEN t0.`id` = ? THEN t0.`title` WHEN t0.`id` = ? OR t0.`id` = ? THEN ? END [Compared(Int(1)), Compared(Int(2)), Compared(Int(3)), Compared(Text("b"))]
    "#]]
    .assert_eq(&of_courses(&case(title(), None, SqlType::Text)));
    let integers = Case {
        branches: vec![(number(0, 1), Expr::Value(Value::Int(1)))],
        otherwise: Some(Box::new(Expr::Value(Value::Int(0)))),
        sql_type: SqlType::Int32,
    };
    expect![[r#"
        CASE WHEN t0."id" = ?1 THEN ?2 ELSE ?3 END [Compared(Int(1)), Compared(Int(1)), Compared(Int(0))]
        CASE WHEN t0."id" = $1 THEN CAST($2 AS integer) ELSE CAST($3 AS integer) END [Compared(Int(1)), Compared(Int(1)), Compared(Int(0))]
        CASE WHEN t0."id" = $1 THEN CAST($2 AS integer) ELSE CAST($3 AS integer) END [Compared(Int(1)), Compared(Int(1)), Compared(Int(0))]
        CASE WHEN t0.`id` = ? THEN ? ELSE ? END [Compared(Int(1)), Compared(Int(1)), Compared(Int(0))]
    "#]]
    .assert_eq(&of_courses(&Expr::Case(integers)));
}

#[test]
fn functions_of_numbers() {
    for (sql_type, expected) in [
        (
            SqlType::Int64,
            expect![[r#"
                abs(t0."id") []
                abs(t0."id") []
                abs(t0."id") []
                abs(t0.`id`) []
            "#]],
        ),
        (
            SqlType::Decimal,
            expect![[r#"
                orm_round_decimal(orm_abs(t0."id"), 2) []
                round(abs(t0."id"), 2) []
                round(abs(t0."id"), 2) []
                round(abs(t0.`id`), 2) []
            "#]],
        ),
        (
            SqlType::Real64,
            expect![[r#"
                orm_round_double(abs(t0."id"), 2) []
                CAST(round(CAST(CAST(abs(t0."id") AS text) AS numeric), 2) AS double precision) []
                CAST(round(CAST(CAST(abs(t0."id") AS text) AS numeric), 2) AS double precision) []
                round(abs(t0.`id`), 2) []
            "#]],
        ),
        (
            SqlType::Real32,
            expect![[r#"
                orm_round_float(abs(t0."id"), 2) []
                CAST(round(CAST(CAST(CAST(abs(t0."id") AS real) AS text) AS numeric), 2) AS real) []
                CAST(round(CAST(CAST(CAST(abs(t0."id") AS real) AS text) AS numeric), 2) AS real) []
                round(abs(t0.`id`), 2) []
            "#]],
        ),
    ] {
        let number = call(Scalar::Absolute, [Expr::Column(0)], sql_type);
        expected.assert_eq(&of_courses(&call(Scalar::Round(2), [number], sql_type)));
    }
}

static PRICES: Table = Table::new(
    "Price",
    "prices",
    &[
        ColumnDef::new("id", "id", "i64", SqlType::Int64, false),
        ColumnDef::new("amount", "amount", "Decimal", SqlType::Decimal, false).stored(Form::MinorUnits(2)),
        ColumnDef::new("since", "since", "DateTime", SqlType::DateTime, true)
            .stored(Form::Unix(Unit::Seconds, Number::Integer)),
        ColumnDef::new("until", "until", "DateTime", SqlType::DateTime, true),
    ],
    &[0],
);

#[test]
fn values_in_stored_forms() {
    let of_prices = |expr: &Expr| selected(expr, &PRICES, &[&Sqlite, &POSTGRES]);
    expect![[r#"
        coalesce(orm_date_time(t0."since", 1), t0."until") []
        coalesce(t0."since", t0."until") []
    "#]]
    .assert_eq(&of_prices(&call(Scalar::Coalesce, [Expr::Column(2), Expr::Column(3)], SqlType::DateTime)));
    let tenth = Expr::Value(Value::Decimal(Decimal::new(1, 1)));
    let rounded = call(Scalar::Round(1), [Expr::Column(1)], SqlType::Decimal);
    let case =
        Case { branches: vec![(number(0, 1), tenth)], otherwise: Some(Box::new(rounded)), sql_type: SqlType::Decimal };
    expect![[r#"
        CASE WHEN t0."id" = ?1 THEN ?2 ELSE orm_round_decimal(orm_decimal(t0."amount", 2002), 1) END [Compared(Int(1)), Compared(Decimal(Decimal(0.1)))]
        CASE WHEN t0."id" = $1 THEN $2 ELSE round(t0."amount", 1) END [Compared(Int(1)), Compared(Decimal(Decimal(0.1)))]
    "#]]
    .assert_eq(&of_prices(&Expr::Case(case)));
    let changes = |dialect: &dyn Dialect| {
        let absolute = call(Scalar::Absolute, [Expr::Column(1)], SqlType::Decimal);
        let until = call(Scalar::Coalesce, [Expr::Column(3), Expr::Column(2)], SqlType::DateTime);
        sql::update_where(&PRICES, &[(1, absolute), (2, until)], &[number(0, 1)], false, dialect).text + "\n"
    };
    expect![[r#"
        UPDATE "prices" AS t0 SET "amount" = orm_stored_decimal(orm_abs(orm_decimal(t0."amount", 2002)), 2002), "since" = orm_stored_date_time(coalesce(t0."until", orm_date_time(t0."since", 1)), 1) WHERE t0."id" = ?1
        UPDATE "prices" AS t0 SET "amount" = abs(t0."amount"), "since" = coalesce(t0."until", t0."since") WHERE t0."id" = $1
    "#]]
    .assert_eq(&[changes(&Sqlite), changes(&POSTGRES)].concat());
}

/// An order by a value that cannot be `NULL` does not place `NULL`s, so that an index can be used.
#[test]
fn orders_by_functions() {
    let ordered = |by: Expr| {
        let select = Select { order: vec![Order::ascending(by)], ..Select::new(&COURSES) };
        let text = sql::select(&select, &POSTGRES).text;
        text.split(" ORDER BY ").last().unwrap_or_default().to_owned() + "\n"
    };
    let id_or = |value: Expr| call(Scalar::Coalesce, [Expr::Column(2), value], SqlType::Int64);
    let case =
        |otherwise| Expr::Case(Case { branches: vec![(number(0, 1), title())], otherwise, sql_type: SqlType::Text });
    expect![[r#"
        lower(CAST(t0."title" AS text)), t0."id"
        abs(t0."department_id") NULLS FIRST, t0."id"
        coalesce(t0."department_id", $1), t0."id"
        coalesce(t0."department_id", t0."department_id") NULLS FIRST, t0."id"
        CASE WHEN t0."id" = $1 THEN t0."title" END NULLS FIRST, t0."id"
        CASE WHEN t0."id" = $1 THEN t0."title" ELSE $2 END, t0."id"
    "#]]
    .assert_eq(
        &[
            ordered(call(Scalar::Lower, [title()], SqlType::Text)),
            ordered(call(Scalar::Absolute, [Expr::Column(2)], SqlType::Int64)),
            ordered(id_or(Expr::Value(Value::Int(0)))),
            ordered(id_or(Expr::Column(2))),
            ordered(case(None)),
            ordered(case(Some(Box::new(text("a"))))),
        ]
        .concat(),
    );
}
