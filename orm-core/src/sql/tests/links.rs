//! Statements that change which rows belong to a parent.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::check;
use super::school::MANY_TO_MANY;
use crate::sql::{self, Known, NewLinks};
use crate::value::Value;

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
        [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
        [Column([Int(1), Int(1)]), Column([Int(2), Int(3)])]
    "#]],
    );
    check(
        |dialect| sql::insert_links(through, new.clone(), Known::ByLooking, dialect),
        &expect![[r#"
        INSERT INTO "enrollments" ("department_id", "course_id") SELECT v."column1", v."column2" FROM (VALUES (?1, ?2), (?3, ?4)) AS v WHERE NOT EXISTS (SELECT 1 FROM "enrollments" AS j WHERE j."department_id" = v."column1" AND j."course_id" = v."column2")
        INSERT INTO "enrollments" ("department_id", "course_id") SELECT v."column1", v."column2" FROM (SELECT unnest(coalesce($1, ARRAY(SELECT x."department_id" FROM "enrollments" AS x WHERE false))), unnest(coalesce($2, ARRAY(SELECT x."course_id" FROM "enrollments" AS x WHERE false)))) AS v ("column1", "column2") WHERE NOT EXISTS (SELECT 1 FROM "enrollments" AS j WHERE j."department_id" = v."column1" AND j."course_id" = v."column2")
        [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
        [Column([Int(1), Int(1)]), Column([Int(2), Int(3)])]
    "#]],
    );
    check(
        |dialect| sql::count_missing_links(through, new.clone(), dialect),
        &expect![[r#"
        SELECT count(*) FROM (VALUES (?1, ?2), (?3, ?4)) AS v WHERE NOT EXISTS (SELECT 1 FROM "enrollments" AS j WHERE j."department_id" = v."column1" AND j."course_id" = v."column2")
        SELECT count(*) FROM (SELECT unnest(coalesce($1, ARRAY(SELECT x."department_id" FROM "enrollments" AS x WHERE false))), unnest(coalesce($2, ARRAY(SELECT x."course_id" FROM "enrollments" AS x WHERE false)))) AS v ("column1", "column2") WHERE NOT EXISTS (SELECT 1 FROM "enrollments" AS j WHERE j."department_id" = v."column1" AND j."course_id" = v."column2")
        [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
        [Column([Int(1), Int(1)]), Column([Int(2), Int(3)])]
    "#]],
    );
    let owner = [Value::Int(1)];
    check(
        |dialect| sql::delete_doubled_links(&MANY_TO_MANY, through, &owner, &["rowid"], dialect),
        &expect![[r#"
            DELETE FROM "enrollments" AS d WHERE d."department_id" = ?1 AND EXISTS (SELECT 1 FROM "enrollments" AS o WHERE o."department_id" = d."department_id" AND o."course_id" = d."course_id" AND (o.rowid) < (d.rowid))
            DELETE FROM "enrollments" AS d WHERE d."department_id" = $1 AND EXISTS (SELECT 1 FROM "enrollments" AS o WHERE o."department_id" = d."department_id" AND o."course_id" = d."course_id" AND (o.rowid) < (d.rowid))
            [Compared(Int(1))]
        "#]],
    );
}
