//! Statements that insert, update and delete rows.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::school::{COURSES, ENROLLMENTS};
use super::{check, check_text};
use crate::sql;
use crate::value::Value;

#[test]
fn writes() {
    check_text(
        |dialect| sql::insert(&COURSES, &[1, 2], 2, true, dialect),
        &expect![[r#"
            INSERT INTO "courses" ("title", "department_id") VALUES (?1, ?2), (?3, ?4) RETURNING "id", "title", "department_id"
            INSERT INTO "courses" ("title", "department_id") SELECT unnest(coalesce($1, ARRAY(SELECT x."title" FROM "courses" AS x WHERE false))), unnest(coalesce($2, ARRAY(SELECT x."department_id" FROM "courses" AS x WHERE false))) RETURNING "id", "title", "department_id"
        "#]],
    );
    check_text(
        |dialect| sql::insert(&COURSES, &[], 1, true, dialect),
        &expect![[r#"
            INSERT INTO "courses" DEFAULT VALUES RETURNING "id", "title", "department_id"
            INSERT INTO "courses" DEFAULT VALUES RETURNING "id", "title", "department_id"
        "#]],
    );
    let changes = vec![(1, Value::Text("x".into())), (2, Value::Null)];
    check(
        |dialect| sql::update(&COURSES, changes.clone(), vec![(0, Value::Int(7))], false, dialect),
        &expect![[r#"
            UPDATE "courses" SET "title" = ?1, "department_id" = ?2 WHERE "id" = ?3
            UPDATE "courses" SET "title" = $1, "department_id" = $2 WHERE "id" = $3
            [Value(Text("x")), Value(Null), Compared(Int(7))]
        "#]],
    );
    check(
        |dialect| sql::delete(&ENROLLMENTS, vec![(0, Value::Int(1)), (1, Value::Int(2))], dialect),
        &expect![[r#"
            DELETE FROM "enrollments" WHERE "department_id" = ?1 AND "course_id" = ?2
            DELETE FROM "enrollments" WHERE "department_id" = $1 AND "course_id" = $2
            [Compared(Int(1)), Compared(Int(2))]
        "#]],
    );
}
