//! Statements that change which rows belong to a parent.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::school::{COMPOSITE, HAS_MANY, MANY_TO_MANY, REFERRED, TAGGED};
use super::{check, keys, pairs};
use crate::sql::{self, Dialect, Known, NewLinks, WhichRows};
use crate::value::{DateTime, Timestamp, Value};

#[test]
fn links() {
    let Some(through) = &MANY_TO_MANY.through else { panic!("it has a join table") };
    let new = NewLinks {
        columns: sql::key_columns(&MANY_TO_MANY, through),
        keys: vec![0, 1],
        values: [1, 2, 1, 3].map(Value::Int).to_vec(),
    };
    check(
        |dialect| sql::insert_links(through, new.clone(), Known::ByKey, dialect),
        &expect![[r#"
            INSERT INTO "enrollments" ("department_id", "course_id") VALUES (?1, ?2), (?3, ?4) ON CONFLICT ("department_id", "course_id") DO NOTHING
            INSERT INTO "enrollments" ("department_id", "course_id") SELECT unnest(coalesce($1, ARRAY(SELECT x."department_id" FROM "enrollments" AS x WHERE false))), unnest(coalesce($2, ARRAY(SELECT x."course_id" FROM "enrollments" AS x WHERE false))) ON CONFLICT ("department_id", "course_id") DO NOTHING
            INSERT IGNORE INTO `enrollments` (`department_id`, `course_id`) VALUES (?, ?), (?, ?)
            [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
            [Column([Int(1), Int(1)]), Column([Int(2), Int(3)])]
            [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
        "#]],
    );
    check(
        |dialect| sql::insert_links(through, new.clone(), Known::ByLooking, dialect),
        &expect![[r#"
            INSERT INTO "enrollments" ("department_id", "course_id") SELECT v."column1", v."column2" FROM (VALUES (?1, ?2), (?3, ?4)) AS v WHERE NOT EXISTS (SELECT 1 FROM "enrollments" AS j WHERE j."department_id" = v."column1" AND j."course_id" = v."column2")
            INSERT INTO "enrollments" ("department_id", "course_id") SELECT v."column1", v."column2" FROM (SELECT unnest(coalesce($1, ARRAY(SELECT x."department_id" FROM "enrollments" AS x WHERE false))), unnest(coalesce($2, ARRAY(SELECT x."course_id" FROM "enrollments" AS x WHERE false)))) AS v ("column1", "column2") WHERE NOT EXISTS (SELECT 1 FROM "enrollments" AS j WHERE j."department_id" = v."column1" AND j."course_id" = v."column2")
            INSERT INTO `enrollments` (`department_id`, `course_id`) SELECT v.`column1`, v.`column2` FROM (WITH v (`column1`, `column2`) AS (SELECT ?, ? UNION ALL SELECT ?, ?) SELECT * FROM v) AS v WHERE NOT EXISTS (SELECT 1 FROM `enrollments` AS j WHERE j.`department_id` = v.`column1` AND j.`course_id` = v.`column2`)
            [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
            [Column([Int(1), Int(1)]), Column([Int(2), Int(3)])]
            [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
        "#]],
    );
    check(
        |dialect| sql::count_missing_links(through, new.clone(), dialect),
        &expect![[r#"
            SELECT count(*) FROM (VALUES (?1, ?2), (?3, ?4)) AS v WHERE NOT EXISTS (SELECT 1 FROM "enrollments" AS j WHERE j."department_id" = v."column1" AND j."course_id" = v."column2")
            SELECT count(*) FROM (SELECT unnest(coalesce($1, ARRAY(SELECT x."department_id" FROM "enrollments" AS x WHERE false))), unnest(coalesce($2, ARRAY(SELECT x."course_id" FROM "enrollments" AS x WHERE false)))) AS v ("column1", "column2") WHERE NOT EXISTS (SELECT 1 FROM "enrollments" AS j WHERE j."department_id" = v."column1" AND j."course_id" = v."column2")
            SELECT count(*) FROM (WITH v (`column1`, `column2`) AS (SELECT ?, ? UNION ALL SELECT ?, ?) SELECT * FROM v) AS v WHERE NOT EXISTS (SELECT 1 FROM `enrollments` AS j WHERE j.`department_id` = v.`column1` AND j.`course_id` = v.`column2`)
            [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
            [Column([Int(1), Int(1)]), Column([Int(2), Int(3)])]
            [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
        "#]],
    );
    let owner = [Value::Int(1)];
    check(
        |dialect| sql::delete_doubled_links(&MANY_TO_MANY, through, &owner, &["rowid"], dialect),
        &expect![[r#"
            DELETE FROM "enrollments" AS d WHERE d."department_id" = ?1 AND EXISTS (SELECT 1 FROM "enrollments" AS o WHERE o."department_id" = d."department_id" AND o."course_id" = d."course_id" AND (o.rowid) < (d.rowid))
            DELETE FROM "enrollments" AS d WHERE d."department_id" = $1 AND EXISTS (SELECT 1 FROM "enrollments" AS o WHERE o."department_id" = d."department_id" AND o."course_id" = d."course_id" AND (o.rowid) < (d.rowid))
            DELETE FROM `enrollments` WHERE `enrollments`.`department_id` = ? AND EXISTS (SELECT 1 FROM `enrollments` AS o WHERE o.`department_id` = `enrollments`.`department_id` AND o.`course_id` = `enrollments`.`course_id` AND (o.rowid) < (`enrollments`.rowid))
            [Compared(Int(1))]
        "#]],
    );
}

#[test]
fn links_that_end() {
    let Some(through) = &MANY_TO_MANY.through else { panic!("it has a join table") };
    let delete = |which: WhichRows| {
        move |dialect: &dyn Dialect| sql::delete_links(&MANY_TO_MANY, through, &[Value::Int(1)], which.clone(), dialect)
    };
    check(
        delete(WhichRows::All),
        &expect![[r#"
            DELETE FROM "enrollments" WHERE "department_id" = ?1
            DELETE FROM "enrollments" WHERE "department_id" = $1
            DELETE FROM `enrollments` WHERE `department_id` = ?
            [Compared(Int(1))]
        "#]],
    );
    check(
        delete(WhichRows::These(keys())),
        &expect![[r#"
            DELETE FROM "enrollments" WHERE "department_id" = ?1 AND "course_id" IN (SELECT +k."value" FROM rarray(?2) AS k)
            DELETE FROM "enrollments" WHERE "department_id" = $1 AND "course_id" IN (SELECT k."value" FROM unnest($2::bigint[]) WITH ORDINALITY AS k("value", "ord"))
            DELETE FROM `enrollments` WHERE `department_id` = ? AND `course_id` IN (SELECT k.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k)
            [Compared(Int(1)), Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        delete(WhichRows::AllBut(keys())),
        &expect![[r#"
            DELETE FROM "enrollments" WHERE "department_id" = ?1 AND "course_id" NOT IN (SELECT +k."value" FROM rarray(?2) AS k)
            DELETE FROM "enrollments" WHERE "department_id" = $1 AND "course_id" NOT IN (SELECT k."value" FROM unnest($2::bigint[]) WITH ORDINALITY AS k("value", "ord"))
            DELETE FROM `enrollments` WHERE `department_id` = ? AND `course_id` NOT IN (SELECT k.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k)
            [Compared(Int(1)), Keys(Ints([1, 2]))]
        "#]],
    );
}

#[test]
fn rows_that_change_their_parent() {
    let now = Timestamp(DateTime::new(0, 0).expect("a moment"));
    let owner = [Value::Int(1)];
    check(
        |dialect| sql::adopt(&HAS_MANY, &owner, keys(), now, dialect),
        &expect![[r#"
            UPDATE "courses" SET "department_id" = ?1 WHERE "id" IN (SELECT +k."value" FROM rarray(?2) AS k)
            UPDATE "courses" SET "department_id" = $1 WHERE "id" IN (SELECT k."value" FROM unnest($2::bigint[]) WITH ORDINALITY AS k("value", "ord"))
            UPDATE `courses` SET `department_id` = ? WHERE `id` IN (SELECT k.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k)
            [Value(Int(1)), Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::release(&HAS_MANY, &owner, WhichRows::All, now, dialect),
        &expect![[r#"
            UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = ?1
            UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = $1
            UPDATE `courses` SET `department_id` = NULL WHERE `department_id` = ?
            [Compared(Int(1))]
        "#]],
    );
    check(
        |dialect| sql::release(&HAS_MANY, &owner, WhichRows::AllBut(keys()), now, dialect),
        &expect![[r#"
            UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = ?1 AND "id" NOT IN (SELECT +k."value" FROM rarray(?2) AS k)
            UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = $1 AND "id" NOT IN (SELECT k."value" FROM unnest($2::bigint[]) WITH ORDINALITY AS k("value", "ord"))
            UPDATE `courses` SET `department_id` = NULL WHERE `department_id` = ? AND `id` NOT IN (SELECT k.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k)
            [Compared(Int(1)), Keys(Ints([1, 2]))]
        "#]],
    );
    let owner = [Value::Int(1), Value::Int(2)];
    check(
        |dialect| sql::release(&COMPOSITE, &owner, WhichRows::These(keys()), now, dialect),
        &expect![[r#"
            UPDATE "marks" SET "department_id" = NULL, "course_id" = NULL WHERE "department_id" = ?1 AND "course_id" = ?2 AND "id" IN (SELECT +k."value" FROM rarray(?3) AS k)
            UPDATE "marks" SET "department_id" = NULL, "course_id" = NULL WHERE "department_id" = $1 AND "course_id" = $2 AND "id" IN (SELECT k."value" FROM unnest($3::bigint[]) WITH ORDINALITY AS k("value", "ord"))
            UPDATE `marks` SET `department_id` = NULL, `course_id` = NULL WHERE `department_id` = ? AND `course_id` = ? AND `id` IN (SELECT k.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k)
            [Compared(Int(1)), Compared(Int(2)), Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::adopt(&REFERRED, &owner[..1], pairs(), now, dialect),
        &expect![[r#"
            UPDATE "enrollments" SET "department_id" = ?1 WHERE ("department_id", "course_id") IN (SELECT k."value" ->> 0, k."value" ->> 1 FROM json_each(?2) AS k)
            UPDATE "enrollments" SET "department_id" = $1 WHERE ("department_id", "course_id") IN (SELECT k."value0", k."value1" FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS k("value0", "value1", "ord"))
            UPDATE `enrollments` SET `department_id` = ? WHERE (`department_id`, `course_id`) IN (SELECT k.`value0`, k.`value1` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value0` bigint PATH '$[0]', `value1` bigint PATH '$[1]')) AS k)
            [Value(Int(1)), Keys(Values { types: [Int64, Int64], values: [Int(1), Int(2), Int(3), Int(4)] })]
            [Value(Int(1)), List([Int(1), Int(3)]), List([Int(2), Int(4)])]
            [Value(Int(1)), Keys(Values { types: [Int64, Int64], values: [Int(1), Int(2), Int(3), Int(4)] })]
        "#]],
    );
}

#[test]
fn links_with_a_tag() {
    let Some(through) = &TAGGED.through else { panic!("it has a join table") };
    assert_eq!(through.columns().collect::<Vec<_>>(), ["subject_id", "course_id", "kind"]);
    let owner = [Value::Int(1)];
    check(
        |dialect| sql::delete_doubled_links(&TAGGED, through, &owner, &["rowid"], dialect),
        &expect![[r#"
            DELETE FROM "labellings" AS d WHERE d."subject_id" = ?1 AND EXISTS (SELECT 1 FROM "labellings" AS o WHERE o."subject_id" = d."subject_id" AND o."course_id" = d."course_id" AND o."kind" = d."kind" AND o."kind" = ?2 AND (o.rowid) < (d.rowid))
            DELETE FROM "labellings" AS d WHERE d."subject_id" = $1 AND EXISTS (SELECT 1 FROM "labellings" AS o WHERE o."subject_id" = d."subject_id" AND o."course_id" = d."course_id" AND o."kind" = d."kind" AND o."kind" = $2 AND (o.rowid) < (d.rowid))
            DELETE FROM `labellings` WHERE `labellings`.`subject_id` = ? AND EXISTS (SELECT 1 FROM `labellings` AS o WHERE o.`subject_id` = `labellings`.`subject_id` AND o.`course_id` = `labellings`.`course_id` AND o.`kind` = `labellings`.`kind` AND o.`kind` = ? AND (o.rowid) < (`labellings`.rowid))
            [Compared(Int(1)), Compared(Text("department"))]
        "#]],
    );
    check(
        |dialect| sql::delete_links(&TAGGED, through, &owner, WhichRows::AllBut(keys()), dialect),
        &expect![[r#"
            DELETE FROM "labellings" WHERE "subject_id" = ?1 AND "kind" = ?2 AND "course_id" NOT IN (SELECT +k."value" FROM rarray(?3) AS k)
            DELETE FROM "labellings" WHERE "subject_id" = $1 AND "kind" = $2 AND "course_id" NOT IN (SELECT k."value" FROM unnest($3::bigint[]) WITH ORDINALITY AS k("value", "ord"))
            DELETE FROM `labellings` WHERE `subject_id` = ? AND `kind` = ? AND `course_id` NOT IN (SELECT k.`value` FROM JSON_TABLE(?, '$[*]' COLUMNS (`ord` FOR ORDINALITY, `value` bigint PATH '$')) AS k)
            [Compared(Int(1)), Compared(Text("department")), Keys(Ints([1, 2]))]
        "#]],
    );
}
