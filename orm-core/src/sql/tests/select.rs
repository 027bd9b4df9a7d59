//! Queries for rows, counts and existence.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::mariadb::MariaDb;
use super::school::{BELONGS_TO, COMPOSITE, COURSES, DEPARTMENTS, ENROLLMENTS, HAS_MANY, MANY_TO_MANY};
use super::{check, check_text, number, order, text};
use crate::ast::{
    Argument, Arithmetic, CallSite, Comparison, Expr, Function, Group, Join, Lock, Nulls, OfParent, Order, Select,
    Strength, Wait,
};
use crate::schema::RelationDef;
use crate::sql::sqlite::Sqlite;
use crate::sql::{self, Dialect, TextCache};
use crate::types::SqlType;
use crate::value::Value;

#[test]
fn queries() {
    let all = Select::new(&DEPARTMENTS);
    check(
        |dialect| sql::select(&all, dialect),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 ORDER BY t0."id"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 ORDER BY t0."id"
            SELECT t0.`id`, t0.`na"me` FROM `departments` AS t0 ORDER BY t0.`id`
            []
        "#]],
    );
    check(
        |dialect| sql::count(&all, dialect),
        &expect![[r#"
            SELECT count(*) FROM "departments" AS t0
            SELECT count(*) FROM "departments" AS t0
            SELECT count(*) FROM `departments` AS t0
            []
        "#]],
    );
    check(
        |dialect| sql::exists(&all, dialect),
        &expect![[r#"
            SELECT EXISTS (SELECT 1 FROM "departments" AS t0)
            SELECT EXISTS (SELECT 1 FROM "departments" AS t0)
            SELECT EXISTS (SELECT 1 FROM `departments` AS t0)
            []
        "#]],
    );
    check_text(
        |dialect| sql::find(&ENROLLMENTS, dialect),
        &expect![[r#"
            SELECT t0."department_id", t0."course_id" FROM "enrollments" AS t0 WHERE t0."department_id" = ?1 AND t0."course_id" = ?2
            SELECT t0."department_id", t0."course_id" FROM "enrollments" AS t0 WHERE t0."department_id" = $1 AND t0."course_id" = $2
            SELECT t0.`department_id`, t0.`course_id` FROM `enrollments` AS t0 WHERE t0.`department_id` = ? AND t0.`course_id` = ?
        "#]],
    );
}

/// Only rows of the query's table are locked, even if other tables are joined to it.
#[test]
fn rows_that_are_locked() {
    let locked = |strength, wait| {
        let join = Join { relation: &BELONGS_TO, filter: Vec::new() };
        let lock = Some(Lock { strength, wait });
        let select = Select { joins: vec![join], limit: Some(1), lock, ..Select::new(&COURSES) };
        move |dialect: &dyn Dialect| sql::select(&select, dialect)
    };
    check(
        locked(Strength::Update, Wait::Wait),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id", t1."id", t1."na""me" FROM "courses" AS t0 LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" ORDER BY t0."id" LIMIT ?1
        SELECT t0."id", t0."title", t0."department_id", t1."id", t1."na""me" FROM "courses" AS t0 LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" ORDER BY t0."id" LIMIT $1 FOR UPDATE OF t0
        SELECT t0.`id`, t0.`title`, t0.`department_id`, t1.`id`, t1.`na"me` FROM `courses` AS t0 LEFT JOIN `departments` AS t1 ON t1.`id` = t0.`department_id` ORDER BY t0.`id` LIMIT ? FOR UPDATE
        [Value(Int(1))]
    "#]],
    );
    check(
        locked(Strength::Update, Wait::Skip),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id", t1."id", t1."na""me" FROM "courses" AS t0 LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" ORDER BY t0."id" LIMIT ?1
        SELECT t0."id", t0."title", t0."department_id", t1."id", t1."na""me" FROM "courses" AS t0 LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" ORDER BY t0."id" LIMIT $1 FOR UPDATE OF t0 SKIP LOCKED
        SELECT t0.`id`, t0.`title`, t0.`department_id`, t1.`id`, t1.`na"me` FROM `courses` AS t0 LEFT JOIN `departments` AS t1 ON t1.`id` = t0.`department_id` ORDER BY t0.`id` LIMIT ? FOR UPDATE SKIP LOCKED
        [Value(Int(1))]
    "#]],
    );
    check(
        locked(Strength::Share, Wait::Refuse),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id", t1."id", t1."na""me" FROM "courses" AS t0 LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" ORDER BY t0."id" LIMIT ?1
        SELECT t0."id", t0."title", t0."department_id", t1."id", t1."na""me" FROM "courses" AS t0 LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" ORDER BY t0."id" LIMIT $1 FOR SHARE OF t0 NOWAIT
        SELECT t0.`id`, t0.`title`, t0.`department_id`, t1.`id`, t1.`na"me` FROM `courses` AS t0 LEFT JOIN `departments` AS t1 ON t1.`id` = t0.`department_id` ORDER BY t0.`id` LIMIT ? LOCK IN SHARE MODE NOWAIT
        [Value(Int(1))]
    "#]],
    );
}

#[test]
fn queries_with_orders_and_limits() {
    let page = Select {
        filter: vec![text(1, "Algebra"), Expr::IsNull(Box::new(Expr::Column(2)))],
        order: vec![order(2, false, Some(Nulls::Last)), order(2, true, Some(Nulls::Last)), order(1, true, None)],
        limit: Some(10),
        offset: Some(u64::MAX),
        ..Select::new(&COURSES)
    };
    check(
        |dialect| sql::select(&page, dialect),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" = ?1 AND t0."department_id" IS NULL ORDER BY t0."department_id" NULLS LAST, t0."department_id" DESC, t0."title" DESC, t0."id" DESC LIMIT ?2 OFFSET ?3
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" = $1 AND t0."department_id" IS NULL ORDER BY t0."department_id", t0."department_id" DESC NULLS LAST, t0."title" DESC, t0."id" DESC LIMIT $2 OFFSET $3
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`title` = ? AND t0.`department_id` IS NULL ORDER BY t0.`department_id` IS NULL, t0.`department_id`, t0.`department_id` DESC, t0.`title` DESC, t0.`id` DESC LIMIT ? OFFSET ?
            [Compared(Text("Algebra")), Value(Int(10)), Value(Int(9223372036854775807))]
        "#]],
    );
    check(
        |dialect| sql::count(&page, dialect),
        &expect![[r#"
            SELECT count(*) FROM (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = ?1 AND t0."department_id" IS NULL LIMIT ?2 OFFSET ?3) AS limited
            SELECT count(*) FROM (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = $1 AND t0."department_id" IS NULL LIMIT $2 OFFSET $3) AS limited
            SELECT count(*) FROM (SELECT 1 FROM `courses` AS t0 WHERE t0.`title` = ? AND t0.`department_id` IS NULL LIMIT ? OFFSET ?) AS limited
            [Compared(Text("Algebra")), Value(Int(10)), Value(Int(9223372036854775807))]
        "#]],
    );
    check(
        |dialect| sql::exists(&page, dialect),
        &expect![[r#"
            SELECT EXISTS (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = ?1 AND t0."department_id" IS NULL LIMIT ?2 OFFSET ?3)
            SELECT EXISTS (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = $1 AND t0."department_id" IS NULL LIMIT $2 OFFSET $3)
            SELECT EXISTS (SELECT 1 FROM `courses` AS t0 WHERE t0.`title` = ? AND t0.`department_id` IS NULL LIMIT ? OFFSET ?)
            [Compared(Text("Algebra")), Value(Int(10)), Value(Int(9223372036854775807))]
        "#]],
    );
    let offset = Select { offset: Some(3), order: vec![order(0, true, None)], ..Select::new(&COURSES) };
    check(
        |dialect| sql::select(&offset, dialect),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 ORDER BY t0."id" DESC LIMIT -1 OFFSET ?1
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 ORDER BY t0."id" DESC LIMIT ALL OFFSET $1
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 ORDER BY t0.`id` DESC LIMIT 18446744073709551615 OFFSET ?
            [Value(Int(3))]
        "#]],
    );
}

#[test]
fn the_rows_of_one_parent() {
    let of = |relation: &'static RelationDef, key: &[i64]| {
        let key = key.iter().copied().map(Value::Int).collect();
        let select =
            Select { of: Some(OfParent { relation, key, place: CallSite::default() }), ..Select::new((relation.to)()) };
        Select { filter: vec![number(0, 7)], ..select }
    };
    check(
        |dialect| sql::select(&of(&HAS_MANY, &[1]), dialect),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" = ?1 AND t0."id" = ?2 ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" = $1 AND t0."id" = $2 ORDER BY t0."id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`department_id` = ? AND t0.`id` = ? ORDER BY t0.`id`
            [Compared(Int(1)), Compared(Int(7))]
        "#]],
    );
    check(
        |dialect| sql::select(&of(&MANY_TO_MANY, &[1]), dialect),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 JOIN "enrollments" AS t1 ON t1."course_id" = t0."id" WHERE t1."department_id" = ?1 AND t0."id" = ?2 ORDER BY t1."course_id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 JOIN "enrollments" AS t1 ON t1."course_id" = t0."id" WHERE t1."department_id" = $1 AND t0."id" = $2 ORDER BY t1."course_id"
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 JOIN `enrollments` AS t1 ON t1.`course_id` = t0.`id` WHERE t1.`department_id` = ? AND t0.`id` = ? ORDER BY t1.`course_id`
            [Compared(Int(1)), Compared(Int(7))]
        "#]],
    );
    check(
        |dialect| sql::count(&of(&COMPOSITE, &[1, 2]), dialect),
        &expect![[r#"
            SELECT count(*) FROM "marks" AS t0 WHERE t0."department_id" = ?1 AND t0."course_id" = ?2 AND t0."id" = ?3
            SELECT count(*) FROM "marks" AS t0 WHERE t0."department_id" = $1 AND t0."course_id" = $2 AND t0."id" = $3
            SELECT count(*) FROM `marks` AS t0 WHERE t0.`department_id` = ? AND t0.`course_id` = ? AND t0.`id` = ?
            [Compared(Int(1)), Compared(Int(2)), Compared(Int(7))]
        "#]],
    );
}

/// A cache belongs to one database. Here a second dialect shows whether a text is rendered again.
#[test]
fn the_text_for_the_rows_of_one_parent_is_rendered_once() {
    let of = |key| Select {
        of: Some(OfParent { relation: &MANY_TO_MANY, key: vec![key], place: CallSite::default() }),
        ..Select::new(&COURSES)
    };
    let texts = TextCache::default();
    let [first, again] = [1, 2].map(|key| texts.select(&of(Value::Int(key)), &Sqlite));
    assert_eq!(first, sql::select(&of(Value::Int(1)), &Sqlite));
    assert_eq!(again, sql::select(&of(Value::Int(2)), &Sqlite));
    assert_eq!(texts.select(&of(Value::Int(3)), &MariaDb).text, first.text);

    let by_text = of(Value::Text("1".into()));
    let limited = Select { limit: Some(1), ..of(Value::Int(1)) };
    for other in [by_text, limited] {
        texts.select(&other, &Sqlite);
        assert_eq!(texts.select(&other, &MariaDb), sql::select(&other, &MariaDb));
    }
}

#[test]
fn totals() {
    let argument = |sql_type| Argument { value: Box::new(Expr::Column(0)), sql_type };
    let of = |select: Select, function, sql_type| {
        move |dialect: &dyn Dialect| sql::total(&select, function, &argument(sql_type), dialect)
    };
    let limited = || Select { limit: Some(2), ..Select::new(&COURSES) };
    check(
        of(Select::new(&COURSES), Function::Average, SqlType::Int64),
        &expect![[r#"
            SELECT avg(t0."id") FROM "courses" AS t0
            SELECT avg(CAST(t0."id" AS double precision)) FROM "courses" AS t0
            SELECT avg(CAST(t0.`id` AS double)) FROM `courses` AS t0
            []
        "#]],
    );
    check(
        of(limited(), Function::Sum, SqlType::Int64),
        &expect![[r#"
            SELECT sum(n."value") FROM (SELECT t0."id" AS "value" FROM "courses" AS t0 ORDER BY t0."id" LIMIT ?1) AS n
            SELECT CAST(sum(n."value") AS bigint) FROM (SELECT t0."id" AS "value" FROM "courses" AS t0 ORDER BY t0."id" LIMIT $1) AS n
            SELECT CAST(sum(n.`value`) AS signed) FROM (SELECT t0.`id` AS `value` FROM `courses` AS t0 ORDER BY t0.`id` LIMIT ?) AS n
            [Value(Int(2))]
        "#]],
    );
    check(
        of(limited(), Function::CountDistinct, SqlType::Int64),
        &expect![[r#"
            SELECT count(DISTINCT n."value") FROM (SELECT t0."id" AS "value" FROM "courses" AS t0 ORDER BY t0."id" LIMIT ?1) AS n
            SELECT count(DISTINCT n."value") FROM (SELECT t0."id" AS "value" FROM "courses" AS t0 ORDER BY t0."id" LIMIT $1) AS n
            SELECT count(DISTINCT n.`value`) FROM (SELECT t0.`id` AS `value` FROM `courses` AS t0 ORDER BY t0.`id` LIMIT ?) AS n
            [Value(Int(2))]
        "#]],
    );
    check(
        of(Select::new(&COURSES), Function::Max, SqlType::Decimal),
        &expect![[r#"
            SELECT max(t0."id" COLLATE "orm_decimal") FROM "courses" AS t0
            SELECT max(t0."id") FROM "courses" AS t0
            SELECT max(t0.`id`) FROM `courses` AS t0
            []
        "#]],
    );
}

#[test]
fn a_computed_key_of_groups_has_one_text() {
    let key = || {
        let three = Box::new(Expr::Value(Value::Int(3)));
        Expr::Arithmetic(Box::new(Expr::Column(0)), Arithmetic::Multiply, three)
    };
    let one = Box::new(Expr::Value(Value::Int(1)));
    let more = Expr::Arithmetic(Box::new(key()), Arithmetic::Add, one);
    let groups = Select {
        outputs: Some([more, Expr::Aggregate(Function::Count, None)].to_vec().into()),
        group: Some(Group { by: vec![Expr::Column(2), key()], having: Vec::new() }),
        ..Select::new(&COURSES)
    };
    check(
        |dialect| sql::select(&groups, dialect),
        &expect![[r#"
        SELECT ((t0."id" * ?1) + ?2), count(*) FROM "courses" AS t0 GROUP BY t0."department_id", (t0."id" * ?1) ORDER BY t0."department_id", (t0."id" * ?1)
        SELECT ((t0."id" * $1) + $2), count(*) FROM "courses" AS t0 GROUP BY t0."department_id", (t0."id" * $1) ORDER BY t0."department_id" NULLS FIRST, (t0."id" * $1) NULLS FIRST
        SELECT ((t0.`id` * ?) + ?), count(*) FROM `courses` AS t0 GROUP BY t0.`department_id`, (t0.`id` * ?) ORDER BY t0.`department_id`, (t0.`id` * ?)
        [Compared(Int(3)), Compared(Int(1))]
        [Compared(Int(3)), Compared(Int(1)), Compared(Int(3)), Compared(Int(3))]
    "#]],
    );
}

#[test]
fn distinct_values_and_groups() {
    let nulls_last = || vec![order(2, false, Some(Nulls::Last))];
    let outputs = [Expr::Column(2), Expr::Aggregate(Function::Count, None)];
    let several = Box::new(Expr::Aggregate(Function::Count, None));
    let several = Expr::Compare(several, Comparison::Gt, Box::new(Expr::Value(Value::Int(1))));
    let group = Group { by: vec![Expr::Column(2)], having: vec![several] };
    let groups = Select {
        outputs: Some(outputs.to_vec().into()),
        group: Some(group),
        order: nulls_last(),
        ..Select::new(&COURSES)
    };
    check(
        |dialect| sql::select(&groups, dialect),
        &expect![[r#"
            SELECT t0."department_id", count(*) FROM "courses" AS t0 GROUP BY t0."department_id" HAVING count(*) > ?1 ORDER BY t0."department_id" NULLS LAST
            SELECT t0."department_id", count(*) FROM "courses" AS t0 GROUP BY t0."department_id" HAVING count(*) > $1 ORDER BY t0."department_id"
            SELECT t0.`department_id`, count(*) FROM `courses` AS t0 GROUP BY t0.`department_id` HAVING count(*) > ? ORDER BY t0.`department_id` IS NULL, t0.`department_id`
            [Compared(Int(1))]
        "#]],
    );
    let next = Expr::Arithmetic(Box::new(Expr::Column(0)), Arithmetic::Add, Box::new(Expr::Value(Value::Int(1))));
    let outputs = vec![Expr::Column(2), next.clone()];
    let distinct =
        Select { outputs: Some(outputs.into()), distinct: true, order: nulls_last(), ..Select::new(&COURSES) };
    check(
        |dialect| sql::select(&distinct, dialect),
        &expect![[r#"
            SELECT DISTINCT t0."department_id", (t0."id" + ?1) FROM "courses" AS t0 ORDER BY t0."department_id" NULLS LAST, 2
            SELECT DISTINCT t0."department_id", (t0."id" + $1) FROM "courses" AS t0 ORDER BY t0."department_id", 2 NULLS FIRST
            SELECT DISTINCT t0.`department_id`, (t0.`id` + ?) FROM `courses` AS t0 ORDER BY t0.`department_id` IS NULL, t0.`department_id`, 2
            [Compared(Int(1))]
        "#]],
    );
    check(
        |dialect| sql::count(&distinct, dialect),
        &expect![[r#"
            SELECT count(*) FROM (SELECT DISTINCT t0."department_id", (t0."id" + ?1) FROM "courses" AS t0) AS limited
            SELECT count(*) FROM (SELECT DISTINCT t0."department_id", (t0."id" + $1) FROM "courses" AS t0) AS limited
            SELECT count(*) FROM (SELECT DISTINCT t0.`department_id`, (t0.`id` + ?) FROM `courses` AS t0) AS limited
            [Compared(Int(1))]
        "#]],
    );
    let by_value = Order { descending: true, nulls: Some(Nulls::First), ..Order::ascending(next) };
    let ordered = Select { order: vec![by_value], ..Select::new(&COURSES) };
    check(
        |dialect| sql::select(&ordered, dialect),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 ORDER BY (t0."id" + ?1) DESC NULLS FIRST, t0."id" DESC
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 ORDER BY (t0."id" + $1) DESC, t0."id" DESC
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 ORDER BY (t0.`id` + ?) IS NOT NULL, (t0.`id` + ?) DESC, t0.`id` DESC
            [Compared(Int(1))]
            [Compared(Int(1)), Compared(Int(1))]
        "#]],
    );
}
