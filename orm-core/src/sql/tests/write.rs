//! Statements that insert, update and delete rows.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::mariadb::MariaDb;
use super::school::{COURSES, DEPARTMENTS, ENROLLMENTS, HAS_MANY, VERSIONED};
use super::{check, check_text, number, text};
use crate::ast::{Arithmetic, Comparison, Expr, Select};
use crate::sql::{self, Dialect, Matched, OnConflict};
use crate::value::Value;

#[test]
fn writes() {
    check_text(
        |dialect| sql::insert(&COURSES, &[1, 2], 2, true, dialect),
        &expect![[r#"
            INSERT INTO "courses" ("title", "department_id") VALUES (?1, ?2), (?3, ?4) RETURNING "id", "title", "department_id"
            INSERT INTO "courses" ("title", "department_id") SELECT unnest(coalesce($1, ARRAY(SELECT x."title" FROM "courses" AS x WHERE false))), unnest(coalesce($2, ARRAY(SELECT x."department_id" FROM "courses" AS x WHERE false))) RETURNING "id", "title", "department_id"
            INSERT INTO `courses` (`title`, `department_id`) VALUES (?, ?), (?, ?)
        "#]],
    );
    check_text(
        |dialect| sql::insert(&COURSES, &[], 1, true, dialect),
        &expect![[r#"
            INSERT INTO "courses" DEFAULT VALUES RETURNING "id", "title", "department_id"
            INSERT INTO "courses" DEFAULT VALUES RETURNING "id", "title", "department_id"
            INSERT INTO `courses` () VALUES ()
        "#]],
    );
    let changes = vec![(1, Value::Text("x".into())), (2, Value::Null)];
    check(
        |dialect| sql::update(&COURSES, changes.clone(), vec![(0, Value::Int(7))], false, dialect),
        &expect![[r#"
            UPDATE "courses" SET "title" = ?1, "department_id" = ?2 WHERE "id" = ?3
            UPDATE "courses" SET "title" = $1, "department_id" = $2 WHERE "id" = $3
            UPDATE `courses` SET `title` = ?, `department_id` = ? WHERE `id` = ?
            [Value(Text("x")), Value(Null), Compared(Int(7))]
        "#]],
    );
    check(
        |dialect| sql::delete(&ENROLLMENTS, vec![(0, Value::Int(1)), (1, Value::Int(2))], dialect),
        &expect![[r#"
            DELETE FROM "enrollments" WHERE "department_id" = ?1 AND "course_id" = ?2
            DELETE FROM "enrollments" WHERE "department_id" = $1 AND "course_id" = $2
            DELETE FROM `enrollments` WHERE `department_id` = ? AND `course_id` = ?
            [Compared(Int(1)), Compared(Int(2))]
        "#]],
    );
}

#[test]
fn rows_that_may_be_there_already() {
    let upsert = |unique: &'static [usize], update: &[usize]| {
        let changes: Vec<_> = update.iter().map(|&column| (column, Expr::Excluded(column))).collect();
        move |dialect: &dyn Dialect| {
            let action = if changes.is_empty() { Matched::Skip } else { Matched::Update(&changes) };
            sql::upsert(&COURSES, &[1, 2], 1, OnConflict { unique, index: None, action }, dialect)
        }
    };
    check_text(
        upsert(&[1], &[2]),
        &expect![[r#"
            INSERT INTO "courses" ("title", "department_id") VALUES (?1, ?2) ON CONFLICT ("title") DO UPDATE SET "department_id" = excluded."department_id" RETURNING "id", "title", "department_id"
            INSERT INTO "courses" ("title", "department_id") VALUES ($1, $2) ON CONFLICT ("title") DO UPDATE SET "department_id" = excluded."department_id" RETURNING "id", "title", "department_id"
            INSERT INTO `courses` (`title`, `department_id`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `department_id` = VALUES(`department_id`)
        "#]],
    );
    check_text(
        upsert(&[1, 2], &[1, 2]),
        &expect![[r#"
            INSERT INTO "courses" ("title", "department_id") VALUES (?1, ?2) ON CONFLICT ("title", "department_id") DO UPDATE SET "title" = excluded."title", "department_id" = excluded."department_id" RETURNING "id", "title", "department_id"
            INSERT INTO "courses" ("title", "department_id") VALUES ($1, $2) ON CONFLICT ("title", "department_id") DO UPDATE SET "title" = excluded."title", "department_id" = excluded."department_id" RETURNING "id", "title", "department_id"
            INSERT INTO `courses` (`title`, `department_id`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `title` = VALUES(`title`), `department_id` = VALUES(`department_id`)
        "#]],
    );
    check_text(
        upsert(&[1], &[]),
        &expect![[r#"
            INSERT INTO "courses" ("title", "department_id") VALUES (?1, ?2) ON CONFLICT ("title") DO NOTHING RETURNING "id", "title", "department_id"
            INSERT INTO "courses" ("title", "department_id") VALUES ($1, $2) ON CONFLICT ("title") DO NOTHING RETURNING "id", "title", "department_id"
            INSERT IGNORE INTO `courses` (`title`, `department_id`) VALUES (?, ?)
        "#]],
    );
    let changes = [(1, Expr::Excluded(1))];
    let conflict = OnConflict { unique: &[0], index: None, action: Matched::Update(&changes) };
    check_text(
        |dialect| sql::upsert(&VERSIONED, &[0, 1, 2], 1, conflict, dialect),
        &expect![[r#"
            INSERT INTO "accounts" ("id", "owner", "version") VALUES (?1, ?2, ?3) ON CONFLICT ("id") DO UPDATE SET "owner" = excluded."owner", "version" = "accounts"."version" + 1 RETURNING "id", "owner", "version"
            INSERT INTO "accounts" ("id", "owner", "version") VALUES ($1, $2, $3) ON CONFLICT ("id") DO UPDATE SET "owner" = excluded."owner", "version" = "accounts"."version" + 1 RETURNING "id", "owner", "version"
            INSERT INTO `accounts` (`id`, `owner`, `version`) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE `owner` = VALUES(`owner`), `version` = `accounts`.`version` + 1
        "#]],
    );
}

/// Several rows, changes that are computed from both rows, and the condition of the index.
#[test]
fn rows_that_change_others() {
    let sum = Expr::Arithmetic(Box::new(Expr::Column(2)), Arithmetic::Add, Box::new(Expr::Excluded(2)));
    let more = Expr::Arithmetic(Box::new(sum), Arithmetic::Add, Box::new(Expr::Value(Value::Int(1))));
    let changes = [(1, Expr::Value(Value::Text("x".into()))), (2, more)];
    let named = Expr::In(Box::new(Expr::Column(1)), vec![Value::Text("it's".into()), Value::Text("b".into())]);
    let index = Expr::And(vec![Expr::Not(Box::new(Expr::IsNull(Box::new(Expr::Column(2))))), named, number(0, 7)]);
    let upsert = |action| {
        let conflict = OnConflict { unique: &[1], index: Some(&index), action };
        move |dialect: &dyn Dialect| sql::upsert(&COURSES, &[1, 2], 2, conflict, dialect)
    };
    check(
        upsert(Matched::Update(&changes)),
        &expect![[r#"
        INSERT INTO "courses" ("title", "department_id") VALUES (?1, ?2), (?3, ?4) ON CONFLICT ("title") WHERE "department_id" IS NOT NULL AND "title" IN ('it''s', 'b') AND "id" = 7 DO UPDATE SET "title" = ?5, "department_id" = (("courses"."department_id" + excluded."department_id") + ?6) RETURNING "id", "title", "department_id"
        INSERT INTO "courses" ("title", "department_id") SELECT unnest(coalesce($1, ARRAY(SELECT x."title" FROM "courses" AS x WHERE false))), unnest(coalesce($2, ARRAY(SELECT x."department_id" FROM "courses" AS x WHERE false))) ON CONFLICT ("title") WHERE "department_id" IS NOT NULL AND "title" IN ('it''s', 'b') AND "id" = 7 DO UPDATE SET "title" = $3, "department_id" = (("courses"."department_id" + excluded."department_id") + $4) RETURNING "id", "title", "department_id"
        INSERT INTO `courses` (`title`, `department_id`) VALUES (?, ?), (?, ?) ON DUPLICATE KEY UPDATE `title` = ?, `department_id` = ((`courses`.`department_id` + VALUES(`department_id`)) + ?)
        [Value(Null), Value(Null), Value(Null), Value(Null), Value(Text("x")), Value(Int(1))]
        [Value(Null), Value(Null), Value(Text("x")), Value(Int(1))]
        [Value(Null), Value(Null), Value(Null), Value(Null), Value(Text("x")), Value(Int(1))]
    "#]],
    );
    check(
        upsert(Matched::Lock),
        &expect![[r#"
        INSERT INTO "courses" ("title", "department_id") VALUES (?1, ?2), (?3, ?4) ON CONFLICT ("title") WHERE "department_id" IS NOT NULL AND "title" IN ('it''s', 'b') AND "id" = 7 DO NOTHING RETURNING "id", "title", "department_id"
        INSERT INTO "courses" ("title", "department_id") SELECT unnest(coalesce($1, ARRAY(SELECT x."title" FROM "courses" AS x WHERE false))), unnest(coalesce($2, ARRAY(SELECT x."department_id" FROM "courses" AS x WHERE false))) ON CONFLICT ("title") WHERE "department_id" IS NOT NULL AND "title" IN ('it''s', 'b') AND "id" = 7 DO UPDATE SET "title" = excluded."title" WHERE 1 = 0 RETURNING "id", "title", "department_id"
        INSERT IGNORE INTO `courses` (`title`, `department_id`) VALUES (?, ?), (?, ?)
        [Value(Null), Value(Null), Value(Null), Value(Null)]
        [Value(Null), Value(Null)]
        [Value(Null), Value(Null), Value(Null), Value(Null)]
    "#]],
    );
    let misplaced = Select {
        filter: vec![Expr::Compare(Box::new(Expr::Column(0)), Comparison::Eq, Box::new(Expr::Excluded(0)))],
        ..Select::new(&COURSES)
    };
    check(
        |dialect| sql::select(&misplaced, dialect),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" = ?1 ORDER BY t0."id"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" = $1 ORDER BY t0."id"
        SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` = ? ORDER BY t0.`id`
        [Refused(Unstorable("`excluded` is the new row of an upsert, and means nothing elsewhere"))]
    "#]],
    );
}

#[test]
fn rows_that_meet_a_condition() {
    let one = || Box::new(Expr::Value(Value::Int(1)));
    let next = Expr::Arithmetic(Box::new(Expr::Column(2)), Arithmetic::Add, one());
    let changes = [(1, Expr::Value(Value::Text("x".into()))), (2, next)];
    let filter = [number(0, 7), Expr::Exists(&HAS_MANY, Box::new(text(1, "a")))];
    check(
        |dialect| sql::update_where(&VERSIONED, &changes, &filter[..1], true, dialect),
        &expect![[r#"
            UPDATE "accounts" AS t0 SET "owner" = ?1, "version" = (t0."version" + ?2) WHERE t0."id" = ?3 RETURNING "id", "owner", "version"
            UPDATE "accounts" AS t0 SET "owner" = $1, "version" = (t0."version" + $2) WHERE t0."id" = $3 RETURNING "id", "owner", "version"
            UPDATE `accounts` SET `owner` = ?, `version` = (`accounts`.`version` + ?) WHERE `accounts`.`id` = ?
            [Value(Text("x")), Value(Int(1)), Compared(Int(7))]
        "#]],
    );
    check(
        |dialect| sql::update_where(&VERSIONED, &changes, &[], false, dialect),
        &expect![[r#"
            UPDATE "accounts" AS t0 SET "owner" = ?1, "version" = (t0."version" + ?2)
            UPDATE "accounts" AS t0 SET "owner" = $1, "version" = (t0."version" + $2)
            UPDATE `accounts` SET `owner` = ?, `version` = (`accounts`.`version` + ?)
            [Value(Text("x")), Value(Int(1))]
        "#]],
    );
    check(
        |dialect| sql::delete_where(&DEPARTMENTS, &filter, true, dialect),
        &expect![[r#"
            DELETE FROM "departments" AS t0 WHERE t0."id" = ?1 AND EXISTS (SELECT 1 FROM "courses" AS t1 WHERE t1."department_id" = t0."id" AND t1."title" = ?2) RETURNING "id", "na""me"
            DELETE FROM "departments" AS t0 WHERE t0."id" = $1 AND EXISTS (SELECT 1 FROM "courses" AS t1 WHERE t1."department_id" = t0."id" AND t1."title" = $2) RETURNING "id", "na""me"
            DELETE FROM `departments` WHERE `departments`.`id` = ? AND EXISTS (SELECT 1 FROM `courses` AS t1 WHERE t1.`department_id` = `departments`.`id` AND t1.`title` = ?)
            [Compared(Int(7)), Compared(Text("a"))]
        "#]],
    );
    check(
        |dialect| sql::delete_where(&COURSES, &[], false, dialect),
        &expect![[r#"
            DELETE FROM "courses" AS t0
            DELETE FROM "courses" AS t0
            DELETE FROM `courses`
            []
        "#]],
    );
}

#[test]
fn rows_that_were_written_are_found_where_no_statement_returns_them() {
    let written = |columns: &[usize]| sql::written(&COURSES, columns, &MariaDb).text;
    expect![[r#"
        SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` = LAST_INSERT_ID()
        SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`id` = ?
        SELECT t0.`id`, t0.`title`, t0.`department_id` FROM `courses` AS t0 WHERE t0.`title` = ? AND t0.`department_id` = ?"#]].assert_eq(&[written(&[]), written(&[0]), written(&[1, 2])].join("\n"));
}
