//! Statements that load relations, and statements that compute values from their rows.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::school::{
    BELONGS_TO, BY_NAME, COMPOSITE, COURSES, DEPARTMENTS, DISTINCT, HAS_MANY, MANY_TO_MANY, MARKS, TAGGED,
};
use super::{check, keys, limited, names, narrowed, pairs, relation_sql, text};
use crate::ast::{Aggregate, Function, Join, Select};
use crate::sql::{self, Dialect, Form, Related};

#[test]
fn relations() {
    let all = Select::new(&COURSES);
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &all, Form::Keys, keys()),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" ORDER BY t0."id"
            SELECT k."ord", t0."id", t0."title", t0."department_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" ORDER BY t0."id"
            SELECT k.`ord`, t0.`id`, t0.`title`, t0.`department_id` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `courses` AS t0 ON t0.`department_id` = k.`value` ORDER BY t0.`id`
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &narrowed(), Form::Keys, keys()),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" WHERE NOT (t0."title" = ?2) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT k."ord", t0."id", t0."title", t0."department_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" WHERE NOT (t0."title" = $2) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT k.`ord`, t0.`id`, t0.`title`, t0.`department_id` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `courses` AS t0 ON t0.`department_id` = k.`value` WHERE NOT (t0.`title` = ?) ORDER BY t0.`title` DESC, t0.`id` DESC
            [Keys(Ints([1, 2])), Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &narrowed(), Form::Whole, keys()),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" IS NOT NULL AND NOT (t0."title" = ?1) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" IS NOT NULL AND NOT (t0."title" = $1) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`department_id` IS NOT NULL AND NOT (t0.`title` = ?) ORDER BY t0.`title` DESC, t0.`id` DESC
            [Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &narrowed(), Form::List, keys()),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" IN (SELECT "value" FROM rarray(?1)) AND NOT (t0."title" = ?2) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" = ANY($1::bigint[]) AND NOT (t0."title" = $2) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`department_id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) AND NOT (t0.`title` = ?) ORDER BY t0.`title` DESC, t0.`id` DESC
            [Keys(Ints([1, 2])), Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &BELONGS_TO, &Select::new(&DEPARTMENTS), Form::List, keys()),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE t0."id" IN (SELECT "value" FROM rarray(?1))
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE t0."id" = ANY($1::bigint[])
            SELECT t0.`id`, t0.`na"me` FROM `departments` AS t0 WHERE t0.`id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l)
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &BELONGS_TO, &Select::new(&DEPARTMENTS), Form::Keys, keys()),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."na""me" FROM rarray(?1) AS k CROSS JOIN "departments" AS t0 ON t0."id" = +k."value"
            SELECT k."ord", t0."id", t0."na""me" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "departments" AS t0 ON t0."id" = k."value"
            SELECT k.`ord`, t0.`id`, t0.`na"me` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `departments` AS t0 ON t0.`id` = k.`value`
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &COMPOSITE, &Select::new(&MARKS), Form::Keys, pairs()),
        &expect![[r#"
            SELECT k."key", t0."id", t0."department_id", t0."course_id" FROM json_each(?1) AS k CROSS JOIN "marks" AS t0 ON t0."department_id" = k."value" ->> 0 AND t0."course_id" = k."value" ->> 1 ORDER BY t0."id"
            SELECT k."ord", t0."id", t0."department_id", t0."course_id" FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS k("value0", "value1", "ord") JOIN "marks" AS t0 ON t0."department_id" = k."value0" AND t0."course_id" = k."value1" ORDER BY t0."id"
            SELECT k.`ord`, t0.`id`, t0.`department_id`, t0.`course_id` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value0` bigint PATH '$[0]', `value1` bigint PATH '$[1]')) AS k JOIN `marks` AS t0 ON t0.`department_id` = k.`value0` AND t0.`course_id` = k.`value1` ORDER BY t0.`id`
            [Keys(Values { types: [Int64, Int64], values: [Int(1), Int(2), Int(3), Int(4)] })]
            [List([Int(1), Int(3)]), List([Int(2), Int(4)])]
            [Keys(Values { types: [Int64, Int64], values: [Int(1), Int(2), Int(3), Int(4)] })]
        "#]],
    );
}

#[test]
fn relations_through_a_join_table() {
    let all = Select::new(&COURSES);
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &all, Form::Keys, keys()),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON t1."department_id" = +k."value" CROSS JOIN "courses" AS t0 ON t1."course_id" = t0."id" ORDER BY t0."id"
            SELECT k."ord", t0."id", t0."title", t0."department_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "enrollments" AS t1 ON t1."department_id" = k."value" JOIN "courses" AS t0 ON t1."course_id" = t0."id" ORDER BY t0."id"
            SELECT k.`ord`, t0.`id`, t0.`title`, t0.`department_id` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `enrollments` AS t1 ON t1.`department_id` = k.`value` JOIN `courses` AS t0 ON t1.`course_id` = t0.`id` ORDER BY t0.`id`
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &narrowed(), Form::Whole, keys()),
        &expect![[r#"
            SELECT t1."department_id", t0."id", t0."title", t0."department_id" FROM "enrollments" AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."department_id" IS NOT NULL AND NOT (t0."title" = ?1) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t1."department_id", t0."id", t0."title", t0."department_id" FROM "enrollments" AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."department_id" IS NOT NULL AND NOT (t0."title" = $1) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t1.`department_id`, t0.`id`, t0.`title`, t0.`department_id` FROM `enrollments` AS t1 JOIN `courses` AS t0 ON t1.`course_id` = t0.`id` WHERE t1.`department_id` IS NOT NULL AND NOT (t0.`title` = ?) ORDER BY t0.`title` DESC, t0.`id` DESC
            [Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &all, Form::List, keys()),
        &expect![[r#"
            SELECT t1."department_id", t0."id", t0."title", t0."department_id" FROM "enrollments" AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."department_id" IN (SELECT "value" FROM rarray(?1)) ORDER BY t0."id"
            SELECT t1."department_id", t0."id", t0."title", t0."department_id" FROM "enrollments" AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."department_id" = ANY($1::bigint[]) ORDER BY t0."id"
            SELECT t1.`department_id`, t0.`id`, t0.`title`, t0.`department_id` FROM `enrollments` AS t1 JOIN `courses` AS t0 ON t1.`course_id` = t0.`id` WHERE t1.`department_id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) ORDER BY t0.`id`
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &narrowed(), Form::ListLinks, keys()),
        &expect![[r#"
            SELECT t1."department_id", t1."course_id", NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."department_id" IN (SELECT "value" FROM rarray(?1)) UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."title" DESC, t0."id" DESC), t0."id", t0."title", t0."department_id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value" WHERE NOT (t0."title" = ?2)
            SELECT t1."department_id", t1."course_id", NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."department_id" = ANY($1::bigint[]) UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."title" DESC, t0."id" DESC), t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT t1."course_id" FROM "enrollments" AS t1 WHERE t1."department_id" = ANY($1::bigint[])) AND NOT (t0."title" = $2)
            SELECT t1.`department_id`, t1.`course_id`, NULL, NULL, NULL FROM `enrollments` AS t1 WHERE t1.`department_id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0.`title` DESC, t0.`id` DESC), t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` IN (SELECT t1.`course_id` FROM `enrollments` AS t1 WHERE t1.`department_id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l)) AND NOT (t0.`title` = ?)
            [Keys(Ints([1, 2])), Compared(Text("x"))]
            [Keys(Ints([1, 2])), Keys(Ints([1, 2])), Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &narrowed(), Form::Links, keys()),
        &expect![[r#"
            SELECT k.rowid, t1."course_id", NULL, NULL, NULL FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON t1."department_id" = +k."value" UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."title" DESC, t0."id" DESC), t0."id", t0."title", t0."department_id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value" WHERE NOT (t0."title" = ?2)
            SELECT k."ord", t1."course_id", NULL, NULL, NULL FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "enrollments" AS t1 ON t1."department_id" = k."value" UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."title" DESC, t0."id" DESC), t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT t1."course_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "enrollments" AS t1 ON t1."department_id" = k."value") AND NOT (t0."title" = $2)
            SELECT k.`ord`, t1.`course_id`, NULL, NULL, NULL FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `enrollments` AS t1 ON t1.`department_id` = k.`value` UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0.`title` DESC, t0.`id` DESC), t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` IN (SELECT t1.`course_id` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `enrollments` AS t1 ON t1.`department_id` = k.`value`) AND NOT (t0.`title` = ?)
            [Keys(Ints([1, 2])), Compared(Text("x"))]
            [Keys(Ints([1, 2])), Keys(Ints([1, 2])), Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &all, Form::WholeLinks, keys()),
        &expect![[r#"
            SELECT t1."department_id", t1."course_id", NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."department_id" IS NOT NULL UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."id"), t0."id", t0."title", t0."department_id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value"
            SELECT t1."department_id", t1."course_id", NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."department_id" IS NOT NULL UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."id"), t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT t1."course_id" FROM "enrollments" AS t1 WHERE t1."department_id" IS NOT NULL)
            SELECT t1.`department_id`, t1.`course_id`, NULL, NULL, NULL FROM `enrollments` AS t1 WHERE t1.`department_id` IS NOT NULL UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0.`id`), t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` IN (SELECT t1.`course_id` FROM `enrollments` AS t1 WHERE t1.`department_id` IS NOT NULL)
            []
        "#]],
    );
}

#[test]
fn relations_limited_for_each_parent() {
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &limited(), Form::Number, keys()),
        &expect![[r#"
            SELECT n."owner", n.c0, n.c1, n.c2 FROM (SELECT k.rowid AS "owner", t0."id" AS c0, t0."title" AS c1, t0."department_id" AS c2, row_number() OVER (PARTITION BY k.rowid ORDER BY t0."title" DESC, t0."id" DESC) AS "nth" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" WHERE NOT (t0."title" = ?2)) AS n WHERE n."nth" > ?3 AND n."nth" <= ?4 ORDER BY n."owner", n."nth"
            SELECT n."owner", n.c0, n.c1, n.c2 FROM (SELECT k."ord" AS "owner", t0."id" AS c0, t0."title" AS c1, t0."department_id" AS c2, row_number() OVER (PARTITION BY k."ord" ORDER BY t0."title" DESC, t0."id" DESC) AS "nth" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" WHERE NOT (t0."title" = $2)) AS n WHERE n."nth" > $3 AND n."nth" <= $4 ORDER BY n."owner", n."nth"
            SELECT n.`owner`, n.c0, n.c1, n.c2 FROM (SELECT k.`ord` AS `owner`, t0.`id` AS c0, t0.`title` AS c1, t0.`department_id` AS c2, row_number() OVER (PARTITION BY k.`ord` ORDER BY t0.`title` DESC, t0.`id` DESC) AS `nth` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `courses` AS t0 ON t0.`department_id` = k.`value` WHERE NOT (t0.`title` = ?)) AS n WHERE n.`nth` > ? AND n.`nth` <= ? ORDER BY n.`owner`, n.`nth`
            [Keys(Ints([1, 2])), Compared(Text("x")), Value(Int(1)), Value(Int(3))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &limited(), Form::Number, keys()),
        &expect![[r#"
            SELECT n."owner", n.c0, n.c1, n.c2 FROM (SELECT k.rowid AS "owner", t0."id" AS c0, t0."title" AS c1, t0."department_id" AS c2, row_number() OVER (PARTITION BY k.rowid ORDER BY t0."title" DESC, t0."id" DESC) AS "nth" FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON t1."department_id" = +k."value" CROSS JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE NOT (t0."title" = ?2)) AS n WHERE n."nth" > ?3 AND n."nth" <= ?4 ORDER BY n."owner", n."nth"
            SELECT n."owner", n.c0, n.c1, n.c2 FROM (SELECT k."ord" AS "owner", t0."id" AS c0, t0."title" AS c1, t0."department_id" AS c2, row_number() OVER (PARTITION BY k."ord" ORDER BY t0."title" DESC, t0."id" DESC) AS "nth" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "enrollments" AS t1 ON t1."department_id" = k."value" JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE NOT (t0."title" = $2)) AS n WHERE n."nth" > $3 AND n."nth" <= $4 ORDER BY n."owner", n."nth"
            SELECT n.`owner`, n.c0, n.c1, n.c2 FROM (SELECT k.`ord` AS `owner`, t0.`id` AS c0, t0.`title` AS c1, t0.`department_id` AS c2, row_number() OVER (PARTITION BY k.`ord` ORDER BY t0.`title` DESC, t0.`id` DESC) AS `nth` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `enrollments` AS t1 ON t1.`department_id` = k.`value` JOIN `courses` AS t0 ON t1.`course_id` = t0.`id` WHERE NOT (t0.`title` = ?)) AS n WHERE n.`nth` > ? AND n.`nth` <= ? ORDER BY n.`owner`, n.`nth`
            [Keys(Ints([1, 2])), Compared(Text("x")), Value(Int(1)), Value(Int(3))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &limited(), Form::LimitEach, keys()),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."id" IN (SELECT t1."id" FROM "courses" AS t1 WHERE t1."department_id" = +k."value" AND NOT (t1."title" = ?2) ORDER BY t1."title" DESC, t1."id" DESC LIMIT ?3 OFFSET ?4) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT k."ord", t0."id", t0."title", t0."department_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") CROSS JOIN LATERAL (SELECT t1."id", t1."title", t1."department_id" FROM "courses" AS t1 WHERE t1."department_id" = k."value" AND NOT (t1."title" = $2) ORDER BY t1."title" DESC, t1."id" DESC LIMIT $3 OFFSET $4) AS t0 ORDER BY t0."title" DESC, t0."id" DESC
            SELECT n.`owner`, n.c0, n.c1, n.c2 FROM (SELECT k.`ord` AS `owner`, t0.`id` AS c0, t0.`title` AS c1, t0.`department_id` AS c2, row_number() OVER (PARTITION BY k.`ord` ORDER BY t0.`title` DESC, t0.`id` DESC) AS `nth` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `courses` AS t0 ON t0.`department_id` = k.`value` WHERE NOT (t0.`title` = ?)) AS n WHERE n.`nth` > ? AND n.`nth` <= ? ORDER BY n.`owner`, n.`nth`
            [Keys(Ints([1, 2])), Compared(Text("x")), Value(Int(2)), Value(Int(1))]
            [Keys(Ints([1, 2])), Compared(Text("x")), Value(Int(1)), Value(Int(3))]
        "#]],
    );
}

#[test]
fn computed_values() {
    let all = Select::new(&COURSES);
    check(
        |dialect| sql::aggregate(&HAS_MANY, &all, Aggregate::COUNT, (Form::Keys, keys()), dialect),
        &expect![[r#"
            SELECT k.rowid, count(*) FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" GROUP BY k.rowid
            SELECT k."ord", count(*) FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" GROUP BY k."ord"
            SELECT k.`ord`, count(*) FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `courses` AS t0 ON t0.`department_id` = k.`value` GROUP BY k.`ord`
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::aggregate(&HAS_MANY, &all, Aggregate::Presence, (Form::List, keys()), dialect),
        &expect![[r#"
            SELECT t0."department_id", count(*) > 0 FROM "courses" AS t0 WHERE t0."department_id" IN (SELECT "value" FROM rarray(?1)) GROUP BY t0."department_id"
            SELECT t0."department_id", count(*) > 0 FROM "courses" AS t0 WHERE t0."department_id" = ANY($1::bigint[]) GROUP BY t0."department_id"
            SELECT t0.`department_id`, count(*) > 0 FROM `courses` AS t0 WHERE t0.`department_id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) GROUP BY t0.`department_id`
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::aggregate(&HAS_MANY, &all, Aggregate::Of(Function::Sum, Some(0)), (Form::List, keys()), dialect),
        &expect![[r#"
            SELECT t0."department_id", sum(t0."id") FROM "courses" AS t0 WHERE t0."department_id" IN (SELECT "value" FROM rarray(?1)) GROUP BY t0."department_id"
            SELECT t0."department_id", CAST(sum(t0."id") AS bigint) FROM "courses" AS t0 WHERE t0."department_id" = ANY($1::bigint[]) GROUP BY t0."department_id"
            SELECT t0.`department_id`, CAST(sum(t0.`id`) AS signed) FROM `courses` AS t0 WHERE t0.`department_id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) GROUP BY t0.`department_id`
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::aggregate(&HAS_MANY, &all, Aggregate::Of(Function::Min, Some(1)), (Form::Keys, keys()), dialect),
        &expect![[r#"
            SELECT k.rowid, min(t0."title") FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" GROUP BY k.rowid
            SELECT k."ord", min(t0."title") FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" GROUP BY k."ord"
            SELECT k.`ord`, min(t0.`title`) FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `courses` AS t0 ON t0.`department_id` = k.`value` GROUP BY k.`ord`
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::aggregate(&BY_NAME, &all, Aggregate::COUNT, (Form::Keys, names()), dialect),
        &expect![[r#"
            SELECT k.rowid, count(*) FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."title" = +k."value" GROUP BY k.rowid
            SELECT k."ord", count(*) FROM unnest(coalesce($1, ARRAY(SELECT x."title" FROM "courses" AS x WHERE false))) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."title" = k."value" GROUP BY k."ord"
            SELECT k.`ord`, count(*) FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` longtext PATH '$')) AS k JOIN `courses` AS t0 ON t0.`title` = k.`value` GROUP BY k.`ord`
            [Keys(Values { types: [Text], values: [Text("a")] })]
            [List([Text("a")])]
            [Keys(Values { types: [Text], values: [Text("a")] })]
        "#]],
    );
}

#[test]
fn relations_with_joined_rows() {
    let joins = [Join { relation: &BELONGS_TO, filter: vec![text(1, "Law")] }];
    let select = narrowed();
    let joined = |form| {
        let related = Related { relation: &HAS_MANY, select: &select, joins: &joins, form, order_in_sql: true };
        move |dialect: &dyn Dialect| sql::related(&related, keys(), dialect)
    };
    check(
        joined(Form::Keys),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."title", t0."department_id", t1."id", t1."na""me" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" AND t1."na""me" = ?2 WHERE NOT (t0."title" = ?3) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT k."ord", t0."id", t0."title", t0."department_id", t1."id", t1."na""me" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" AND t1."na""me" = $2 WHERE NOT (t0."title" = $3) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT k.`ord`, t0.`id`, t0.`title`, t0.`department_id`, t1.`id`, t1.`na"me` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN `courses` AS t0 ON t0.`department_id` = k.`value` LEFT JOIN `departments` AS t1 ON t1.`id` = t0.`department_id` AND t1.`na"me` = ? WHERE NOT (t0.`title` = ?) ORDER BY t0.`title` DESC, t0.`id` DESC
            [Keys(Ints([1, 2])), Compared(Text("Law")), Compared(Text("x"))]
        "#]],
    );
    check(
        joined(Form::List),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id", t2."id", t2."na""me" FROM "courses" AS t0 LEFT JOIN "departments" AS t2 ON t2."id" = t0."department_id" AND t2."na""me" = ?1 WHERE t0."department_id" IN (SELECT "value" FROM rarray(?2)) AND NOT (t0."title" = ?3) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t0."id", t0."title", t0."department_id", t2."id", t2."na""me" FROM "courses" AS t0 LEFT JOIN "departments" AS t2 ON t2."id" = t0."department_id" AND t2."na""me" = $1 WHERE t0."department_id" = ANY($2::bigint[]) AND NOT (t0."title" = $3) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t0.`id`, t0.`title`, t0.`department_id`, t2.`id`, t2.`na"me` FROM `courses` AS t0 LEFT JOIN `departments` AS t2 ON t2.`id` = t0.`department_id` AND t2.`na"me` = ? WHERE t0.`department_id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) AND NOT (t0.`title` = ?) ORDER BY t0.`title` DESC, t0.`id` DESC
            [Compared(Text("Law")), Keys(Ints([1, 2])), Compared(Text("x"))]
        "#]],
    );
}

#[test]
fn links_with_a_tag() {
    let all = Select::new(&COURSES);
    check(
        |dialect| relation_sql(dialect, &TAGGED, &all, Form::Keys, keys()),
        &expect![[r#"
        SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN (SELECT j."subject_id", j."course_id" FROM "labellings" AS j WHERE j."kind" = ?2) AS t1 ON t1."subject_id" = +k."value" CROSS JOIN "courses" AS t0 ON t1."course_id" = t0."id" ORDER BY t0."id"
        SELECT k."ord", t0."id", t0."title", t0."department_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN (SELECT j."subject_id", j."course_id" FROM "labellings" AS j WHERE j."kind" = $2) AS t1 ON t1."subject_id" = k."value" JOIN "courses" AS t0 ON t1."course_id" = t0."id" ORDER BY t0."id"
        SELECT k.`ord`, t0.`id`, t0.`title`, t0.`department_id` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN (SELECT j.`subject_id`, j.`course_id` FROM `labellings` AS j WHERE j.`kind` = ?) AS t1 ON t1.`subject_id` = k.`value` JOIN `courses` AS t0 ON t1.`course_id` = t0.`id` ORDER BY t0.`id`
        [Keys(Ints([1, 2])), Compared(Text("department"))]
    "#]],
    );
    check(
        |dialect| relation_sql(dialect, &TAGGED, &all, Form::List, keys()),
        &expect![[r#"
        SELECT t1."subject_id", t0."id", t0."title", t0."department_id" FROM (SELECT j."subject_id", j."course_id" FROM "labellings" AS j WHERE j."kind" = ?1) AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."subject_id" IN (SELECT "value" FROM rarray(?2)) ORDER BY t0."id"
        SELECT t1."subject_id", t0."id", t0."title", t0."department_id" FROM (SELECT j."subject_id", j."course_id" FROM "labellings" AS j WHERE j."kind" = $1) AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."subject_id" = ANY($2::bigint[]) ORDER BY t0."id"
        SELECT t1.`subject_id`, t0.`id`, t0.`title`, t0.`department_id` FROM (SELECT j.`subject_id`, j.`course_id` FROM `labellings` AS j WHERE j.`kind` = ?) AS t1 JOIN `courses` AS t0 ON t1.`course_id` = t0.`id` WHERE t1.`subject_id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) ORDER BY t0.`id`
        [Compared(Text("department")), Keys(Ints([1, 2]))]
    "#]],
    );
    check(
        |dialect| relation_sql(dialect, &TAGGED, &all, Form::Links, keys()),
        &expect![[r#"
        SELECT k.rowid, t1."course_id", NULL, NULL, NULL FROM rarray(?1) AS k CROSS JOIN (SELECT j."subject_id", j."course_id" FROM "labellings" AS j WHERE j."kind" = ?2) AS t1 ON t1."subject_id" = +k."value" UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."id"), t0."id", t0."title", t0."department_id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value"
        SELECT k."ord", t1."course_id", NULL, NULL, NULL FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN (SELECT j."subject_id", j."course_id" FROM "labellings" AS j WHERE j."kind" = $2) AS t1 ON t1."subject_id" = k."value" UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."id"), t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT t1."course_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN (SELECT j."subject_id", j."course_id" FROM "labellings" AS j WHERE j."kind" = $2) AS t1 ON t1."subject_id" = k."value")
        SELECT k.`ord`, t1.`course_id`, NULL, NULL, NULL FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN (SELECT j.`subject_id`, j.`course_id` FROM `labellings` AS j WHERE j.`kind` = ?) AS t1 ON t1.`subject_id` = k.`value` UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0.`id`), t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` IN (SELECT t1.`course_id` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN (SELECT j.`subject_id`, j.`course_id` FROM `labellings` AS j WHERE j.`kind` = ?) AS t1 ON t1.`subject_id` = k.`value`)
        [Keys(Ints([1, 2])), Compared(Text("department"))]
        [Keys(Ints([1, 2])), Compared(Text("department")), Keys(Ints([1, 2])), Compared(Text("department"))]
    "#]],
    );
}

#[test]
fn links_that_count_once() {
    let all = Select::new(&COURSES);
    check(
        |dialect| relation_sql(dialect, &DISTINCT, &all, Form::Keys, keys()),
        &expect![[r#"
        SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN (SELECT DISTINCT j."subject_id", j."course_id" FROM "labellings" AS j) AS t1 ON t1."subject_id" = +k."value" CROSS JOIN "courses" AS t0 ON t1."course_id" = t0."department_id" ORDER BY t0."id"
        SELECT k."ord", t0."id", t0."title", t0."department_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN (SELECT DISTINCT j."subject_id", j."course_id" FROM "labellings" AS j) AS t1 ON t1."subject_id" = k."value" JOIN "courses" AS t0 ON t1."course_id" = t0."department_id" ORDER BY t0."id"
        SELECT k.`ord`, t0.`id`, t0.`title`, t0.`department_id` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k JOIN (SELECT DISTINCT j.`subject_id`, j.`course_id` FROM `labellings` AS j) AS t1 ON t1.`subject_id` = k.`value` JOIN `courses` AS t0 ON t1.`course_id` = t0.`department_id` ORDER BY t0.`id`
        [Keys(Ints([1, 2]))]
    "#]],
    );
    check(
        |dialect| relation_sql(dialect, &DISTINCT, &all, Form::List, keys()),
        &expect![[r#"
        SELECT t1."subject_id", t0."id", t0."title", t0."department_id" FROM (SELECT DISTINCT j."subject_id", j."course_id" FROM "labellings" AS j) AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."department_id" WHERE t1."subject_id" IN (SELECT "value" FROM rarray(?1)) ORDER BY t0."id"
        SELECT t1."subject_id", t0."id", t0."title", t0."department_id" FROM (SELECT DISTINCT j."subject_id", j."course_id" FROM "labellings" AS j) AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."department_id" WHERE t1."subject_id" = ANY($1::bigint[]) ORDER BY t0."id"
        SELECT t1.`subject_id`, t0.`id`, t0.`title`, t0.`department_id` FROM (SELECT DISTINCT j.`subject_id`, j.`course_id` FROM `labellings` AS j) AS t1 JOIN `courses` AS t0 ON t1.`course_id` = t0.`department_id` WHERE t1.`subject_id` IN (SELECT l.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`value` bigint PATH '$')) AS l) ORDER BY t0.`id`
        [Keys(Ints([1, 2]))]
    "#]],
    );
}
