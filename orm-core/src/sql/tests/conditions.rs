//! Conditions.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::sync::Arc;

use expect_test::expect;

use super::mariadb::MariaDb;
use super::school::{BELONGS_TO, COURSES, DEPARTMENTS, HAS_MANY, MANY_TO_MANY};
use super::{check, filtered, limited, narrowed, number, text};
use crate::ast::{Aggregate, Argument, Arithmetic, Comparison, Expr, Function, Group, Letters, Pattern, Select};
use crate::sql::postgres::{COCKROACH, POSTGRES};
use crate::sql::sqlite::Sqlite;
use crate::sql::{self, Dialect};
use crate::types::SqlType;
use crate::value::Value;

/// Each database finds prefixes by an index in a different way, and has other wildcards where case matters.
#[test]
fn patterns() {
    let texts_of = |pattern: Pattern, letters| {
        let select = filtered(Expr::Like(Box::new(Expr::Column(1)), pattern, letters));
        let dialects: [&dyn Dialect; 4] = [&Sqlite, &POSTGRES, &COCKROACH, &MariaDb];
        let text = |dialect: &dyn Dialect| {
            let sql = sql::select(&select, dialect);
            let (_, condition) = sql.text.split_once("WHERE ").expect("there is a condition");
            format!("{} {:?}\n", condition.split(" ORDER BY ").next().unwrap_or_default(), sql.params)
        };
        dialects.map(text).concat()
    };
    expect![[r#"
        t0."title" GLOB ?1 [Value(Text("*50[*]_*"))]
        CAST(t0."title" AS text) COLLATE "C" LIKE $1 ESCAPE '\' [Value(Text("%50*\\_%"))]
        t0."title" LIKE $1 ESCAPE '\' [Value(Text("%50*\\_%"))]
        t0.`title` COLLATE utf8mb4_bin LIKE ? ESCAPE '\\' [Value(Text("%50*\\_%"))]
    "#]]
    .assert_eq(&texts_of(Pattern::Contains("50*_".into()), Letters::AsWritten));
    expect![[r#"
        (t0."title" LIKE ?1 ESCAPE '\' AND t0."title" GLOB ?2) [Value(Text("2024-a%")), Value(Text("2024-*"))]
        CAST(t0."title" AS text) COLLATE "C" ILIKE $1 ESCAPE '\' [Value(Text("2024-a%"))]
        t0."title" ILIKE $1 ESCAPE '\' [Value(Text("2024-a%"))]
        t0.`title` COLLATE utf8mb4_general_ci LIKE ? ESCAPE '\\' [Value(Text("2024-a%"))]
    "#]]
    .assert_eq(&texts_of(Pattern::StartsWith("2024-a".into()), Letters::EitherCase));
    expect![[r#"
        t0."title" GLOB ?1 [Value(Text("2024*"))]
        CAST(t0."title" AS text) COLLATE "C" ILIKE $1 ESCAPE '\' [Value(Text("2024%"))]
        t0."title" ILIKE $1 ESCAPE '\' [Value(Text("2024%"))]
        t0.`title` COLLATE utf8mb4_general_ci LIKE ? ESCAPE '\\' [Value(Text("2024%"))]
    "#]]
    .assert_eq(&texts_of(Pattern::StartsWith("2024".into()), Letters::EitherCase));
}

#[test]
fn conditions() {
    let column = || Box::new(Expr::Column(1));
    let condition = |expr: Expr| move |dialect: &dyn Dialect| sql::select(&filtered(expr.clone()), dialect);
    check(
        condition(Expr::In(column(), vec![Value::Int(1), Value::Int(2)])),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" IN (SELECT "value" FROM rarray(?1)) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" = ANY($1) ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`title` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` longtext PATH '$')) AS l) ORDER BY t0.`id`
            [List([Int(1), Int(2)])]
        "#]],
    );
    check(
        condition(Expr::In(column(), Vec::new())),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE 1 = 0 ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE 1 = 0 ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE 1 = 0 ORDER BY t0.`id`
            []
        "#]],
    );
    check(
        condition(Expr::Like(column(), Pattern::Contains("50%_\\".into()), Letters::EitherCase)),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" LIKE ?1 ESCAPE '\' ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE CAST(t0."title" AS text) COLLATE "C" ILIKE $1 ESCAPE '\' ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`title` COLLATE utf8mb4_general_ci LIKE ? ESCAPE '\\' ORDER BY t0.`id`
            [Value(Text("%50\\%\\_\\\\%"))]
        "#]],
    );
    let between = Expr::Between(column(), Box::new(Expr::Value(Value::Int(1))), Box::new(Expr::Column(0)));
    check(
        condition(Expr::Not(Box::new(between))),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE NOT (t0."title" BETWEEN ?1 AND t0."id") ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE NOT (t0."title" BETWEEN $1 AND t0."id") ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE NOT (t0.`title` BETWEEN ? AND t0.`id`) ORDER BY t0.`id`
            [Compared(Int(1))]
        "#]],
    );
}

#[test]
fn lists_of_conditions_are_bracketed() {
    let condition = |expr: Expr| move |dialect: &dyn Dialect| sql::select(&filtered(expr.clone()), dialect);
    let either = Expr::Or(vec![number(0, 1), number(0, 2)]);
    check(
        condition(Expr::And(vec![either, text(1, "x")])),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE ((t0."id" = ?1 OR t0."id" = ?2) AND t0."title" = ?3) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE ((t0."id" = $1 OR t0."id" = $2) AND t0."title" = $3) ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE ((t0.`id` = ? OR t0.`id` = ?) AND t0.`title` = ?) ORDER BY t0.`id`
            [Compared(Int(1)), Compared(Int(2)), Compared(Text("x"))]
        "#]],
    );
    let both = Expr::And(vec![number(0, 1), text(1, "x")]);
    check(
        condition(Expr::Or(vec![both, number(0, 2)])),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE ((t0."id" = ?1 AND t0."title" = ?2) OR t0."id" = ?3) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE ((t0."id" = $1 AND t0."title" = $2) OR t0."id" = $3) ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE ((t0.`id` = ? AND t0.`title` = ?) OR t0.`id` = ?) ORDER BY t0.`id`
            [Compared(Int(1)), Compared(Text("x")), Compared(Int(2))]
        "#]],
    );
    check(
        condition(Expr::And(Vec::new())),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 1) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 1) ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE (1 = 1) ORDER BY t0.`id`
            []
        "#]],
    );
    check(
        condition(Expr::Or(Vec::new())),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 0) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 0) ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE (1 = 0) ORDER BY t0.`id`
            []
        "#]],
    );
}

#[test]
fn conditions_on_related_rows() {
    let condition = |expr: Expr| {
        let select = Select { filter: vec![expr], ..Select::new(&DEPARTMENTS) };
        move |dialect: &dyn Dialect| sql::select(&select, dialect)
    };
    let back = Expr::Exists(&BELONGS_TO, Box::new(text(1, "Law")));
    check(
        condition(Expr::Exists(&HAS_MANY, Box::new(back))),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE EXISTS (SELECT 1 FROM "courses" AS t1 WHERE t1."department_id" = t0."id" AND EXISTS (SELECT 1 FROM "departments" AS t2 WHERE t2."id" = t1."department_id" AND t2."na""me" = ?1)) ORDER BY t0."id"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE EXISTS (SELECT 1 FROM "courses" AS t1 WHERE t1."department_id" = t0."id" AND EXISTS (SELECT 1 FROM "departments" AS t2 WHERE t2."id" = t1."department_id" AND t2."na""me" = $1)) ORDER BY t0."id"
            SELECT t0.`id`, t0.`na"me` FROM `departments` AS t0 WHERE EXISTS (SELECT 1 FROM `courses` AS t1 WHERE t1.`department_id` = t0.`id` AND EXISTS (SELECT 1 FROM `departments` AS t2 WHERE t2.`id` = t1.`department_id` AND t2.`na"me` = ?)) ORDER BY t0.`id`
            [Compared(Text("Law"))]
        "#]],
    );
    let unknown = Expr::IsNotTrue(Box::new(Expr::Or(vec![text(1, "a"), text(1, "b")])));
    check(
        condition(Expr::Not(Box::new(Expr::Exists(&MANY_TO_MANY, Box::new(unknown))))),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE NOT (EXISTS (SELECT 1 FROM "courses" AS t1 JOIN "enrollments" AS t2 ON t2."course_id" = t1."id" WHERE t2."department_id" = t0."id" AND (t1."title" = ?1 OR t1."title" = ?2) IS NOT TRUE)) ORDER BY t0."id"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE NOT (EXISTS (SELECT 1 FROM "courses" AS t1 JOIN "enrollments" AS t2 ON t2."course_id" = t1."id" WHERE t2."department_id" = t0."id" AND (t1."title" = $1 OR t1."title" = $2) IS NOT TRUE)) ORDER BY t0."id"
            SELECT t0.`id`, t0.`na"me` FROM `departments` AS t0 WHERE NOT (EXISTS (SELECT 1 FROM `courses` AS t1 JOIN `enrollments` AS t2 ON t2.`course_id` = t1.`id` WHERE t2.`department_id` = t0.`id` AND (t1.`title` = ? OR t1.`title` = ?) IS NOT TRUE)) ORDER BY t0.`id`
            [Compared(Text("a")), Compared(Text("b"))]
        "#]],
    );
    check(
        condition(Expr::Exists(&HAS_MANY, Box::new(Expr::And(Vec::new())))),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE EXISTS (SELECT 1 FROM "courses" AS t1 WHERE t1."department_id" = t0."id") ORDER BY t0."id"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE EXISTS (SELECT 1 FROM "courses" AS t1 WHERE t1."department_id" = t0."id") ORDER BY t0."id"
            SELECT t0.`id`, t0.`na"me` FROM `departments` AS t0 WHERE EXISTS (SELECT 1 FROM `courses` AS t1 WHERE t1.`department_id` = t0.`id`) ORDER BY t0.`id`
            []
        "#]],
    );
}

#[test]
fn long_lists_of_conditions_make_shallow_trees() {
    for (list, word) in [(Expr::Or as fn(Vec<Expr>) -> Expr, " OR "), (Expr::And, " AND ")] {
        let terms = (0..100_000).map(|value| number(0, value)).collect();
        let text = sql::select(&filtered(list(terms)), &Sqlite).text;
        assert_eq!(text.matches(word).count(), 99_999);
        let (mut depth, mut deepest) = (0_usize, 0);
        for letter in text.chars() {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        assert!(deepest < 20, "{deepest} levels");
    }
}

#[test]
fn comparisons() {
    let column = |at| Box::new(Expr::Column(at));
    let value = |value| Box::new(Expr::Value(Value::Int(value)));
    let conditions = |exprs: Vec<Expr>| {
        move |dialect: &dyn Dialect| sql::select(&Select { filter: exprs.clone(), ..Select::new(&COURSES) }, dialect)
    };
    let rows = Expr::Compare(
        Box::new(Expr::Row(vec![Expr::Column(0), Expr::Column(2)])),
        Comparison::Gt,
        Box::new(Expr::Row(vec![*value(1), *value(2)])),
    );
    let product = Expr::Arithmetic(column(0), Arithmetic::Multiply, column(2));
    let compared = Expr::Compare(Box::new(product), Comparison::Ne, value(3));
    check(
        conditions(vec![rows, compared]),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (t0."id", t0."department_id") > (?1, ?2) AND (t0."id" * t0."department_id") <> ?3 ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (t0."id", t0."department_id") > ($1, $2) AND (t0."id" * t0."department_id") <> $3 ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE (t0.`id`, t0.`department_id`) > (?, ?) AND (t0.`id` * t0.`department_id`) <> ? ORDER BY t0.`id`
            [Compared(Int(1)), Compared(Int(2)), Compared(Int(3))]
        "#]],
    );
    let listed = Expr::In(column(0), vec![Value::Int(1)]);
    let counted = Expr::In(
        Box::new(Expr::OfRelated(&MANY_TO_MANY, Aggregate::COUNT, Box::new(Expr::And(Vec::new())))),
        vec![Value::Int(2)],
    );
    let select = Select { filter: vec![counted], ..Select::new(&DEPARTMENTS) };
    check(
        conditions(vec![listed]),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT "value" FROM rarray(?1)) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" = ANY($1) ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) ORDER BY t0.`id`
            [List([Int(1)])]
        "#]],
    );
    check(
        |dialect| sql::select(&select, dialect),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE (SELECT count(*) FROM "courses" AS t1 JOIN "enrollments" AS t2 ON t2."course_id" = t1."id" WHERE t2."department_id" = t0."id") IN (SELECT "value" FROM rarray(?1)) ORDER BY t0."id"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE (SELECT count(*) FROM "courses" AS t1 JOIN "enrollments" AS t2 ON t2."course_id" = t1."id" WHERE t2."department_id" = t0."id") = ANY($1) ORDER BY t0."id"
            SELECT t0.`id`, t0.`na"me` FROM `departments` AS t0 WHERE (SELECT count(*) FROM `courses` AS t1 JOIN `enrollments` AS t2 ON t2.`course_id` = t1.`id` WHERE t2.`department_id` = t0.`id`) IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) ORDER BY t0.`id`
            [List([Int(2)])]
        "#]],
    );
}

/// `NULL`s are left out where a column may contain them: after a limit, or before the comparison.
#[test]
fn values_that_a_query_returns() {
    let column = |at| Box::new(Expr::Column(at));
    let condition = |expr: Expr| move |dialect: &dyn Dialect| sql::select(&filtered(expr.clone()), dialect);
    let returned = |at, select: Select| Arc::new(Select { outputs: Some([Expr::Column(at)].into()), ..select });
    let of_courses = |at| returned(at, Select { filter: vec![number(0, 7)], ..narrowed() });
    check(
        condition(Expr::InQuery(column(2), of_courses(0))),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" IN (SELECT t1."id" FROM "courses" AS t1 WHERE t1."id" = ?1) ORDER BY t0."id"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" IN (SELECT t1."id" FROM "courses" AS t1 WHERE t1."id" = $1) ORDER BY t0."id"
        SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`department_id` IN (SELECT t1.`id` FROM `courses` AS t1 WHERE t1.`id` = ?) ORDER BY t0.`id`
        [Compared(Int(7))]
    "#]],
    );
    check(
        condition(Expr::Not(Box::new(Expr::InQuery(column(2), of_courses(2))))),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE NOT (t0."department_id" IN (SELECT t1."department_id" FROM "courses" AS t1 WHERE t1."id" = ?1 AND t1."department_id" IS NOT NULL)) ORDER BY t0."id"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE NOT (t0."department_id" IN (SELECT t1."department_id" FROM "courses" AS t1 WHERE t1."id" = $1 AND t1."department_id" IS NOT NULL)) ORDER BY t0."id"
        SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE NOT (t0.`department_id` IN (SELECT t1.`department_id` FROM `courses` AS t1 WHERE t1.`id` = ? AND t1.`department_id` IS NOT NULL)) ORDER BY t0.`id`
        [Compared(Int(7))]
    "#]],
    );
    check(
        condition(Expr::InQuery(column(0), returned(2, limited()))),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT n."value" FROM (SELECT t1."department_id" AS "value" FROM "courses" AS t1 WHERE NOT (t1."title" = ?1) ORDER BY t1."title" DESC, t1."id" DESC LIMIT ?2 OFFSET ?3) AS n WHERE n."value" IS NOT NULL) ORDER BY t0."id"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT n."value" FROM (SELECT t1."department_id" AS "value" FROM "courses" AS t1 WHERE NOT (t1."title" = $1) ORDER BY t1."title" DESC, t1."id" DESC LIMIT $2 OFFSET $3) AS n WHERE n."value" IS NOT NULL) ORDER BY t0."id"
        SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` IN (SELECT n.`value` FROM (SELECT t1.`department_id` AS `value` FROM `courses` AS t1 WHERE NOT (t1.`title` = ?) ORDER BY t1.`title` DESC, t1.`id` DESC LIMIT ? OFFSET ?) AS n WHERE n.`value` IS NOT NULL) ORDER BY t0.`id`
        [Compared(Text("x")), Value(Int(2)), Value(Int(1))]
    "#]],
    );
    let most = Expr::Aggregate(Function::Max, Some(Argument { value: column(2), sql_type: SqlType::Int64 }));
    let group = Some(Group { by: vec![Expr::Column(1)], having: Vec::new() });
    let greatest = Select { outputs: Some([most].into()), group, ..Select::new(&COURSES) };
    check(
        condition(Expr::InQuery(column(0), Arc::new(greatest))),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT max(t1."department_id") FROM "courses" AS t1 GROUP BY t1."title" HAVING max(t1."department_id") IS NOT NULL) ORDER BY t0."id"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT max(t1."department_id") FROM "courses" AS t1 GROUP BY t1."title" HAVING max(t1."department_id") IS NOT NULL) ORDER BY t0."id"
        SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` IN (SELECT max(t1.`department_id`) FROM `courses` AS t1 GROUP BY t1.`title` HAVING max(t1.`department_id`) IS NOT NULL) ORDER BY t0.`id`
        []
    "#]],
    );
    // If there are more conditions than the server can plan together, they are planned separately.
    let nine = |dialect: &dyn Dialect| {
        let all = Select { outputs: Some([Expr::Column(0)].into()), ..Select::new(&DEPARTMENTS) };
        let condition = Expr::InQuery(column(2), Arc::new(all));
        sql::select(&Select { filter: vec![condition; 9], ..Select::new(&COURSES) }, dialect)
    };
    let text = nine(&POSTGRES).text;
    let (together, apart) = (
        r#"t0."department_id" IN (SELECT"#,
        r#") AND (t0."department_id" IN (SELECT t9."id" FROM "departments" AS t9)) = true"#,
    );
    assert!(text.starts_with("SELECT") && text.matches(together).count() == 9 && text.contains(apart), "{text}");
    assert!(!nine(&Sqlite).text.contains(" = "));
}
