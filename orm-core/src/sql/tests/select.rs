//! Queries for rows, counts and existence.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::school::{COMPOSITE, COURSES, DEPARTMENTS, ENROLLMENTS, HAS_MANY, MANY_TO_MANY};
use super::{check, check_text, number, order, text};
use crate::ast::{Expr, Nulls, OfParent, Select};
use crate::schema::RelationDef;
use crate::sql;
use crate::value::Value;

#[test]
fn queries() {
    let all = Select::new(&DEPARTMENTS);
    check(
        |dialect| sql::select(&all, dialect),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 ORDER BY t0."id"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 ORDER BY t0."id"
            []
        "#]],
    );
    check(
        |dialect| sql::count(&all, dialect),
        &expect![[r#"
            SELECT count(*) FROM "departments" AS t0
            SELECT count(*) FROM "departments" AS t0
            []
        "#]],
    );
    check(
        |dialect| sql::exists(&all, dialect),
        &expect![[r#"
            SELECT EXISTS (SELECT 1 FROM "departments" AS t0)
            SELECT EXISTS (SELECT 1 FROM "departments" AS t0)
            []
        "#]],
    );
    check_text(
        |dialect| sql::find(&ENROLLMENTS, dialect),
        &expect![[r#"
            SELECT t0."department_id", t0."course_id" FROM "enrollments" AS t0 WHERE t0."department_id" = ?1 AND t0."course_id" = ?2
            SELECT t0."department_id", t0."course_id" FROM "enrollments" AS t0 WHERE t0."department_id" = $1 AND t0."course_id" = $2
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
            [Compared(Text("Algebra")), Value(Int(10)), Value(Int(9223372036854775807))]
        "#]],
    );
    check(
        |dialect| sql::count(&page, dialect),
        &expect![[r#"
            SELECT count(*) FROM (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = ?1 AND t0."department_id" IS NULL LIMIT ?2 OFFSET ?3) AS limited
            SELECT count(*) FROM (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = $1 AND t0."department_id" IS NULL LIMIT $2 OFFSET $3) AS limited
            [Compared(Text("Algebra")), Value(Int(10)), Value(Int(9223372036854775807))]
        "#]],
    );
    check(
        |dialect| sql::exists(&page, dialect),
        &expect![[r#"
            SELECT EXISTS (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = ?1 AND t0."department_id" IS NULL LIMIT ?2 OFFSET ?3)
            SELECT EXISTS (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = $1 AND t0."department_id" IS NULL LIMIT $2 OFFSET $3)
            [Compared(Text("Algebra")), Value(Int(10)), Value(Int(9223372036854775807))]
        "#]],
    );
    let offset = Select { offset: Some(3), order: vec![order(0, true, None)], ..Select::new(&COURSES) };
    check(
        |dialect| sql::select(&offset, dialect),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 ORDER BY t0."id" DESC LIMIT -1 OFFSET ?1
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 ORDER BY t0."id" DESC LIMIT ALL OFFSET $1
            [Value(Int(3))]
        "#]],
    );
}

#[test]
fn the_rows_of_one_parent() {
    let of = |relation: &'static RelationDef, key: &[i64]| {
        let key = key.iter().copied().map(Value::Int).collect();
        let select = Select { of: Some(OfParent { relation, key }), ..Select::new((relation.to)()) };
        Select { filter: vec![number(0, 7)], ..select }
    };
    check(
        |dialect| sql::select(&of(&HAS_MANY, &[1]), dialect),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" = ?1 AND t0."id" = ?2 ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" = $1 AND t0."id" = $2 ORDER BY t0."id"
            [Compared(Int(1)), Compared(Int(7))]
        "#]],
    );
    check(
        |dialect| sql::select(&of(&MANY_TO_MANY, &[1]), dialect),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 JOIN "enrollments" AS t1 ON t1."course_id" = t0."id" WHERE t1."department_id" = ?1 AND t0."id" = ?2 ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 JOIN "enrollments" AS t1 ON t1."course_id" = t0."id" WHERE t1."department_id" = $1 AND t0."id" = $2 ORDER BY t0."id"
            [Compared(Int(1)), Compared(Int(7))]
        "#]],
    );
    check(
        |dialect| sql::count(&of(&COMPOSITE, &[1, 2]), dialect),
        &expect![[r#"
            SELECT count(*) FROM "marks" AS t0 WHERE t0."department_id" = ?1 AND t0."course_id" = ?2 AND t0."id" = ?3
            SELECT count(*) FROM "marks" AS t0 WHERE t0."department_id" = $1 AND t0."course_id" = $2 AND t0."id" = $3
            [Compared(Int(1)), Compared(Int(2)), Compared(Int(7))]
        "#]],
    );
}
