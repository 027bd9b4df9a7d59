//! Fragments of SQL that the user wrote.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::school::{BELONGS_TO, COURSES};
use super::{DIALECTS, check, filtered, number};
use crate::ast::{Arithmetic, Expr, Order, Select, SqlFragment};
use crate::sql::check_fragment;
use crate::sql::{self, Dialect};
use crate::value::Value;

fn fragment(text: &'static str, arguments: Vec<Expr>) -> Expr {
    Expr::Fragment(Box::new(SqlFragment { text: text.into(), arguments, sql_type: None, is_aggregate: false }))
}

fn value(value: i64) -> Expr {
    Expr::Value(Value::Int(value))
}

#[test]
fn arguments_stand_in_their_places() {
    let both = Expr::And(vec![number(0, 1), number(2, 2)]);
    let sum = Expr::Arithmetic(Box::new(Expr::Column(0)), Arithmetic::Add, Box::new(value(1)));
    let condition = fragment(
        "{} % {}1 = {}{} AND'{}' <> \"title\" OR {} OR {} = 7",
        vec![Expr::Column(0), value(2), value(3), value(4), both, sum],
    );
    let select = Select {
        filter: vec![number(0, 9), Expr::Not(Box::new(condition))],
        order: vec![Order::ascending(fragment("lower(a{}b, c{})", vec![Expr::Column(1), value(5)]))],
        ..Select::new(&COURSES)
    };
    check(
        |dialect: &dyn Dialect| sql::select(&select, dialect),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" = ?1 AND NOT ((t0."id" % ?2 1 = ?3 ?4 AND'{}' <> "title" OR (t0."id" = ?5 AND t0."department_id" = ?6) OR (t0."id" + ?7) = 7)) ORDER BY (lower(a t0."title" b, c ?8)), t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" = $1 AND NOT ((t0."id" % $2 1 = $3 $4 AND'{}' <> "title" OR (t0."id" = $5 AND t0."department_id" = $6) OR (t0."id" + $7) = 7)) ORDER BY (lower(a t0."title" b, c $8)) NULLS FIRST, t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` = ? AND NOT ((t0.`id` % ? 1 = ? ? AND'{}' <> "title" OR (t0.`id` = ? AND t0.`department_id` = ?) OR (t0.`id` + ?) = 7)) ORDER BY (lower(a t0.`title` b, c ?)), t0.`id`
            [Compared(Int(9)), Value(Int(2)), Value(Int(3)), Value(Int(4)), Compared(Int(1)), Compared(Int(2)), Compared(Int(1)), Value(Int(5))]
        "#]],
    );
}

#[test]
fn values_of_other_rows_are_in_parentheses_where_they_need_them() {
    let related = Expr::Exists(&BELONGS_TO, Box::new(fragment("{} IS {}", vec![Expr::Column(1), value(1)])));
    let nested =
        fragment("{} + {}", vec![fragment("{} - 1", vec![Expr::Column(0)]), Expr::IsNull(Box::new(Expr::Column(2)))]);
    check(
        |dialect: &dyn Dialect| {
            sql::select(&filtered(fragment("{} = {}", vec![nested.clone(), related.clone()])), dialect)
        },
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (((t0."id" - 1) + (t0."department_id" IS NULL)) = (EXISTS (SELECT 1 FROM "departments" AS t1 WHERE t1."id" = t0."department_id" AND (t1."na""me" IS ?1)))) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (((t0."id" - 1) + (t0."department_id" IS NULL)) = (EXISTS (SELECT 1 FROM "departments" AS t1 WHERE t1."id" = t0."department_id" AND (t1."na""me" IS $1)))) ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE (((t0.`id` - 1) + (t0.`department_id` IS NULL)) = (EXISTS (SELECT 1 FROM `departments` AS t1 WHERE t1.`id` = t0.`department_id` AND (t1.`na"me` IS ?)))) ORDER BY t0.`id`
            [Value(Int(1))]
        "#]],
    );
}

/// A token that databases read in different ways is refused where it would be ambiguous, and only there.
#[test]
fn quotes_are_those_of_the_database() {
    let text = |text: &'static str, given: usize| {
        let Expr::Fragment(own) = fragment(text, vec![value(1); given]) else { unreachable!() };
        let checked = check_fragment(&own).map_or_else(|error| error.to_string(), |()| "sound".to_owned());
        let select = filtered(Expr::Fragment(own));
        let rendered = DIALECTS[..2].iter().map(|dialect| {
            let sql = sql::select(&select, *dialect);
            let (_, condition) = sql.text.split_once("WHERE ").expect("there is a condition");
            format!("{} {:?}", condition.split(" ORDER BY ").next().unwrap_or_default(), sql.params)
        });
        format!("{text}\n  {checked}\n  {}\n", rendered.collect::<Vec<_>>().join("\n  "))
    };
    let texts = [
        text("a[{}] = 1", 1),
        text("[{}] = 1", 0),
        text("`{}` = {}", 1),
        text("E'\\' {}' = ''", 0),
        text("$x$ ' {} $x$ = {}", 1),
        text("{}::bigint = 1", 1),
        text("a @> {} AND b @@c", 1),
        text("a ?? {}", 1),
        text("a ??| {}", 1),
        text("a = :name", 0),
        text("a = @name", 0),
        text("'\u{e4}' = \u{e4} AND e'' = ''", 0),
        text("EXISTS (SELECT 1 FROM t1)", 0),
        text("t = 1 AND tt1 = 2 AND t1a = 3 AND 't1' = '4'", 0),
    ];
    expect![[r#"
        a[{}] = 1
          sound
          ?1 [Refused(Refused("the SQL fragment `a[{}] = 1` has 0 `{}` outside of quotes, and 1 columns and values are passed; pass one for each"))]
          (a[$1] = 1) [Value(Int(1))]
        [{}] = 1
          sound
          ([{}] = 1) []
          $1 [Refused(Refused("the SQL fragment `[{}] = 1` has 1 `{}` outside of quotes, and 0 columns and values are passed; pass one for each"))]
        `{}` = {}
          sound
          (`{}` = ?1) [Value(Int(1))]
          $1 [Refused(Refused("the SQL fragment ``{}` = {}` has 2 `{}` outside of quotes, and 1 columns and values are passed; pass one for each"))]
        E'\' {}' = ''
          sound
          ?1 [Refused(Refused("the SQL fragment `E'\\' {}' = ''` has a quote ' that is not closed"))]
          (E'\' {}' = '') []
        $x$ ' {} $x$ = {}
          sound
          ?1 [Refused(Refused("the SQL fragment `$x$ ' {} $x$ = {}` has a parameter `$x`; write `{}` and give the value in its place among the columns and values"))]
          ($x$ ' {} $x$ = $1) [Value(Int(1))]
        {}::bigint = 1
          sound
          ?1 [Refused(Refused("the SQL fragment `{}::bigint = 1` has `::`; write `CAST({} AS …)`, which every database accepts"))]
          ($1::bigint = 1) [Value(Int(1))]
        a @> {} AND b @@c
          sound
          ?1 [Refused(Refused("the SQL fragment `a @> {} AND b @@c` has a parameter `@c`; write `{}` and give the value in its place among the columns and values"))]
          (a @> $1 AND b @@c) [Value(Int(1))]
        a ?? {}
          sound
          ?1 [Refused(Refused("the SQL fragment `a ?? {}` has a parameter `?`; write `{}` and give the value in its place among the columns and values"))]
          (a ? $1) [Value(Int(1))]
        a ??| {}
          sound
          ?1 [Refused(Refused("the SQL fragment `a ??| {}` has a parameter `?`; write `{}` and give the value in its place among the columns and values"))]
          (a ?| $1) [Value(Int(1))]
        a = :name
          sound
          ?1 [Refused(Refused("the SQL fragment `a = :name` has a parameter `:name`; write `{}` and give the value in its place among the columns and values"))]
          (a = :name) []
        a = @name
          sound
          ?1 [Refused(Refused("the SQL fragment `a = @name` has a parameter `@name`; write `{}` and give the value in its place among the columns and values"))]
          (a = @name) []
        'ä' = ä AND e'' = ''
          sound
          ('ä' = ä AND e'' = '') []
          ('ä' = ä AND e'' = '') []
        EXISTS (SELECT 1 FROM t1)
          the SQL fragment `EXISTS (SELECT 1 FROM t1)` names `t1`, as a table of the statement may be called; use another alias
          ?1 [Refused(Refused("the SQL fragment `EXISTS (SELECT 1 FROM t1)` names `t1`, as a table of the statement may be called; use another alias"))]
          $1 [Refused(Refused("the SQL fragment `EXISTS (SELECT 1 FROM t1)` names `t1`, as a table of the statement may be called; use another alias"))]
        t = 1 AND tt1 = 2 AND t1a = 3 AND 't1' = '4'
          sound
          (t = 1 AND tt1 = 2 AND t1a = 3 AND 't1' = '4') []
          (t = 1 AND tt1 = 2 AND t1a = 3 AND 't1' = '4') []
    "#]].assert_eq(&texts.concat());
}
