//! The text and parameters of every statement in each dialect, and the indexes that SQLite takes for those that load relations.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use rusqlite::functions::FunctionFlags;
use rusqlite::vtab::array::Array;

use super::postgres::{Cockroach, Postgres};
use super::sqlite::Sqlite;
use super::{Dialect, Form, Function, Known, NewLinks, Related, Sql};
use crate::ast::{self, Argument, Comparison, Expr, Letters, Nulls, OfParent, Order, Pattern, Select};
use crate::db::Access;
use crate::prefetch::Keys;
use crate::schema::{ColumnDef, ForeignKey, OnDelete, RelationDef, RelationKind, Table, Through, ddl};
use crate::sql;
use crate::types::SqlType;
use crate::value::Value;

const ID: ColumnDef = ColumnDef::new("id", "id", "i64", SqlType::Int64, false);

static DEPARTMENTS: Table = Table::new(
    "Department",
    "departments",
    &[ID, ColumnDef::new("name", "na\"me", "String", SqlType::Text, false)],
    &[0],
)
.generated_key(true);

static COURSES: Table = Table::new(
    "Course",
    "courses",
    &[
        ID,
        ColumnDef::new("title", "title", "String", SqlType::Text, false),
        ColumnDef::new("department_id", "department_id", "Option<i64>", SqlType::Int64, true),
    ],
    &[0],
)
.generated_key(true)
.foreign_keys(&[ForeignKey::new(&[2], departments, &[0], OnDelete::SetNull)]);

static ENROLLMENTS: Table = Table::new(
    "Enrollment",
    "enrollments",
    &[
        ColumnDef::new("department_id", "department_id", "i64", SqlType::Int64, false),
        ColumnDef::new("course_id", "course_id", "i64", SqlType::Int64, false),
    ],
    &[0, 1],
)
.foreign_keys(&[
    ForeignKey::new(&[0], departments, &[0], OnDelete::Cascade),
    ForeignKey::new(&[1], courses, &[0], OnDelete::Restrict),
]);

/// Marks refer to enrollments by both columns of their key.
static MARKS: Table = Table::new(
    "Mark",
    "marks",
    &[
        ID,
        ColumnDef::new("department_id", "department_id", "i64", SqlType::Int64, false),
        ColumnDef::new("course_id", "course_id", "i64", SqlType::Int64, false),
    ],
    &[0],
)
.foreign_keys(&[ForeignKey::new(&[1, 2], enrollments, &[0, 1], OnDelete::NoAction)]);

fn departments() -> &'static Table {
    &DEPARTMENTS
}

fn courses() -> &'static Table {
    &COURSES
}

fn enrollments() -> &'static Table {
    &ENROLLMENTS
}

fn marks() -> &'static Table {
    &MARKS
}

static HAS_MANY: RelationDef =
    RelationDef::direct("courses", RelationKind::HasMany, (departments, &[0]), (courses, &[2]));
static BELONGS_TO: RelationDef =
    RelationDef::direct("department", RelationKind::BelongsTo, (courses, &[2]), (departments, &[0]));
static MANY_TO_MANY: RelationDef = RelationDef::through(
    "taught",
    (departments, &[0]),
    (courses, &[0]),
    Through::model(enrollments, &ENROLLMENTS, &["department_id"], &["course_id"]),
);
static REVERSE: RelationDef = RelationDef::through(
    "departments",
    (courses, &[0]),
    (departments, &[0]),
    Through::model(enrollments, &ENROLLMENTS, &["course_id"], &["department_id"]),
);
static BY_NAME: RelationDef = RelationDef::direct("named", RelationKind::HasMany, (departments, &[1]), (courses, &[1]));
static COMPOSITE: RelationDef =
    RelationDef::direct("marks", RelationKind::HasMany, (enrollments, &[0, 1]), (marks, &[1, 2]));

fn number(column: usize, value: i64) -> Expr {
    Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(Value::Int(value))))
}

fn text(column: usize, value: &'static str) -> Expr {
    Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(Value::Text(value.into()))))
}

fn order(column: usize, descending: bool, nulls: Option<Nulls>) -> Order {
    Order { by: Expr::Column(column), descending, nulls }
}

fn filtered(filter: Expr) -> Select {
    Select { filter: vec![filter], ..Select::new(&COURSES) }
}

/// The statement in each dialect, and what is bound; once where it is the same.
fn check(sql: impl Fn(&dyn Dialect) -> Sql, expected: &Expect) {
    let (sqlite, postgres) = (sql(&Sqlite), sql(&Postgres));
    let mut params = vec![sqlite.params, postgres.params];
    params.dedup();
    let params = params.iter().map(|params| format!("{params:?}")).collect::<Vec<_>>().join("\n");
    expected.assert_eq(&format!("{}\n{}\n{params}\n", sqlite.text, postgres.text));
}

/// The text in each dialect, where values are bound later.
fn check_text(sql: impl Fn(&dyn Dialect) -> Sql, expected: &Expect) {
    expected.assert_eq(&format!("{}\n{}\n", sql(&Sqlite).text, sql(&Postgres).text));
}

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

/// Each database finds prefixes by an index in its own way, and has wildcards of its own where cases count.
#[test]
fn patterns() {
    let texts_of = |pattern: Pattern, letters| {
        let select = filtered(Expr::Like(Box::new(Expr::Column(1)), pattern, letters));
        let dialects: [&dyn Dialect; 3] = [&Sqlite, &Postgres, &Cockroach];
        let text = |dialect: &dyn Dialect| {
            let sql = sql::select(&select, dialect);
            let (_, condition) = sql.text.split_once("WHERE ").expect("there is a condition");
            format!("{} {:?}\n", condition.trim_end_matches(" ORDER BY t0.\"id\""), sql.params)
        };
        dialects.map(text).concat()
    };
    expect![[r#"
        t0."title" GLOB ?1 [Value(Text("*50[*]_*"))]
        CAST(t0."title" AS text) COLLATE "C" LIKE $1 ESCAPE '\' [Value(Text("%50*\\_%"))]
        t0."title" LIKE $1 ESCAPE '\' [Value(Text("%50*\\_%"))]
    "#]]
    .assert_eq(&texts_of(Pattern::Contains("50*_".into()), Letters::AsWritten));
    expect![[r#"
        (t0."title" LIKE ?1 ESCAPE '\' AND t0."title" GLOB ?2) [Value(Text("2024-a%")), Value(Text("2024-*"))]
        CAST(t0."title" AS text) COLLATE "C" ILIKE $1 ESCAPE '\' [Value(Text("2024-a%"))]
        t0."title" ILIKE $1 ESCAPE '\' [Value(Text("2024-a%"))]
    "#]]
    .assert_eq(&texts_of(Pattern::StartsWith("2024-a".into()), Letters::EitherCase));
    expect![[r#"
        t0."title" GLOB ?1 [Value(Text("2024*"))]
        CAST(t0."title" AS text) COLLATE "C" ILIKE $1 ESCAPE '\' [Value(Text("2024%"))]
        t0."title" ILIKE $1 ESCAPE '\' [Value(Text("2024%"))]
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
            [List([Int(1), Int(2)])]
        "#]],
    );
    check(
        condition(Expr::In(column(), Vec::new())),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE 1 = 0 ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE 1 = 0 ORDER BY t0."id"
            []
        "#]],
    );
    check(
        condition(Expr::Like(column(), Pattern::Contains("50%_\\".into()), Letters::EitherCase)),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" LIKE ?1 ESCAPE '\' ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE CAST(t0."title" AS text) COLLATE "C" ILIKE $1 ESCAPE '\' ORDER BY t0."id"
            [Value(Text("%50\\%\\_\\\\%"))]
        "#]],
    );
    let between = Expr::Between(column(), Box::new(Expr::Value(Value::Int(1))), Box::new(Expr::Column(0)));
    check(
        condition(Expr::Not(Box::new(between))),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE NOT (t0."title" BETWEEN ?1 AND t0."id") ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE NOT (t0."title" BETWEEN $1 AND t0."id") ORDER BY t0."id"
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
            [Compared(Int(1)), Compared(Int(2)), Compared(Text("x"))]
        "#]],
    );
    let both = Expr::And(vec![number(0, 1), text(1, "x")]);
    check(
        condition(Expr::Or(vec![both, number(0, 2)])),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE ((t0."id" = ?1 AND t0."title" = ?2) OR t0."id" = ?3) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE ((t0."id" = $1 AND t0."title" = $2) OR t0."id" = $3) ORDER BY t0."id"
            [Compared(Int(1)), Compared(Text("x")), Compared(Int(2))]
        "#]],
    );
    check(
        condition(Expr::And(Vec::new())),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 1) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 1) ORDER BY t0."id"
            []
        "#]],
    );
    check(
        condition(Expr::Or(Vec::new())),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 0) ORDER BY t0."id"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 0) ORDER BY t0."id"
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
            [Compared(Text("Law"))]
        "#]],
    );
    let unknown = Expr::IsNotTrue(Box::new(Expr::Or(vec![text(1, "a"), text(1, "b")])));
    check(
        condition(Expr::Not(Box::new(Expr::Exists(&MANY_TO_MANY, Box::new(unknown))))),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE NOT (EXISTS (SELECT 1 FROM "courses" AS t1 JOIN "enrollments" AS t2 ON t2."course_id" = t1."id" WHERE t2."department_id" = t0."id" AND (t1."title" = ?1 OR t1."title" = ?2) IS NOT TRUE)) ORDER BY t0."id"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE NOT (EXISTS (SELECT 1 FROM "courses" AS t1 JOIN "enrollments" AS t2 ON t2."course_id" = t1."id" WHERE t2."department_id" = t0."id" AND (t1."title" = $1 OR t1."title" = $2) IS NOT TRUE)) ORDER BY t0."id"
            [Compared(Text("a")), Compared(Text("b"))]
        "#]],
    );
    check(
        condition(Expr::Exists(&HAS_MANY, Box::new(Expr::And(Vec::new())))),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE EXISTS (SELECT 1 FROM "courses" AS t1 WHERE t1."department_id" = t0."id") ORDER BY t0."id"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE EXISTS (SELECT 1 FROM "courses" AS t1 WHERE t1."department_id" = t0."id") ORDER BY t0."id"
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

fn keys() -> Keys {
    Keys::Ints(vec![1, 2])
}

/// Text keys: they are compared as the column says that holds them.
fn names() -> Keys {
    Keys::Values { types: vec![SqlType::Text], values: vec![Value::Text("a".into())] }
}

fn pairs() -> Keys {
    Keys::Values { types: vec![SqlType::Int64; 2], values: [1, 2, 3, 4].map(Value::Int).to_vec() }
}

fn relation_sql(dialect: &dyn Dialect, relation: &'static RelationDef, select: &Select, form: Form, keys: Keys) -> Sql {
    let order_in_sql = relation.kind.is_to_many();
    sql::related(&Related { relation, select, joins: &[], form, order_in_sql }, keys, dialect)
}

/// Courses whose title is not "x", ordered by it: the second and third of each parent.
fn limited() -> Select {
    let filter = vec![Expr::Not(Box::new(text(1, "x")))];
    Select { filter, order: vec![order(1, true, None)], limit: Some(2), offset: Some(1), ..Select::new(&COURSES) }
}

/// The same, all of each parent.
fn narrowed() -> Select {
    Select { limit: None, offset: None, ..limited() }
}

#[test]
fn relations() {
    let all = Select::new(&COURSES);
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &all, Form::Keys, keys()),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" ORDER BY t0."id"
            SELECT k."ord", t0."id", t0."title", t0."department_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" ORDER BY t0."id"
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &narrowed(), Form::Keys, keys()),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" WHERE NOT (t0."title" = ?2) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT k."ord", t0."id", t0."title", t0."department_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" WHERE NOT (t0."title" = $2) ORDER BY t0."title" DESC, t0."id" DESC
            [Keys(Ints([1, 2])), Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &narrowed(), Form::Whole, keys()),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" IS NOT NULL AND NOT (t0."title" = ?1) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" IS NOT NULL AND NOT (t0."title" = $1) ORDER BY t0."title" DESC, t0."id" DESC
            [Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &narrowed(), Form::List, keys()),
        &expect![[r#"
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" IN (SELECT "value" FROM rarray(?1)) AND NOT (t0."title" = ?2) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" = ANY($1::bigint[]) AND NOT (t0."title" = $2) ORDER BY t0."title" DESC, t0."id" DESC
            [Keys(Ints([1, 2])), Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &BELONGS_TO, &Select::new(&DEPARTMENTS), Form::List, keys()),
        &expect![[r#"
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE t0."id" IN (SELECT "value" FROM rarray(?1))
            SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE t0."id" = ANY($1::bigint[])
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &BELONGS_TO, &Select::new(&DEPARTMENTS), Form::Keys, keys()),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."na""me" FROM rarray(?1) AS k CROSS JOIN "departments" AS t0 ON t0."id" = +k."value"
            SELECT k."ord", t0."id", t0."na""me" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "departments" AS t0 ON t0."id" = k."value"
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &COMPOSITE, &Select::new(&MARKS), Form::Keys, pairs()),
        &expect![[r#"
            SELECT k."key", t0."id", t0."department_id", t0."course_id" FROM json_each(?1) AS k CROSS JOIN "marks" AS t0 ON t0."department_id" = k."value" ->> 0 AND t0."course_id" = k."value" ->> 1 ORDER BY t0."id"
            SELECT k."ord", t0."id", t0."department_id", t0."course_id" FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS k("value0", "value1", "ord") JOIN "marks" AS t0 ON t0."department_id" = k."value0" AND t0."course_id" = k."value1" ORDER BY t0."id"
            [Keys(Values { types: [Int64, Int64], values: [Int(1), Int(2), Int(3), Int(4)] })]
            [List([Int(1), Int(3)]), List([Int(2), Int(4)])]
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
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &narrowed(), Form::Whole, keys()),
        &expect![[r#"
            SELECT t1."department_id", t0."id", t0."title", t0."department_id" FROM "enrollments" AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."department_id" IS NOT NULL AND NOT (t0."title" = ?1) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT t1."department_id", t0."id", t0."title", t0."department_id" FROM "enrollments" AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."department_id" IS NOT NULL AND NOT (t0."title" = $1) ORDER BY t0."title" DESC, t0."id" DESC
            [Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &all, Form::List, keys()),
        &expect![[r#"
            SELECT t1."department_id", t0."id", t0."title", t0."department_id" FROM "enrollments" AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."department_id" IN (SELECT "value" FROM rarray(?1)) ORDER BY t0."id"
            SELECT t1."department_id", t0."id", t0."title", t0."department_id" FROM "enrollments" AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."department_id" = ANY($1::bigint[]) ORDER BY t0."id"
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &narrowed(), Form::ListLinks, keys()),
        &expect![[r#"
            SELECT t1."department_id", t1."course_id", NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."department_id" IN (SELECT "value" FROM rarray(?1)) UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."title" DESC, t0."id" DESC), t0."id", t0."title", t0."department_id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value" WHERE NOT (t0."title" = ?2)
            SELECT t1."department_id", t1."course_id", NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."department_id" = ANY($1::bigint[]) UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."title" DESC, t0."id" DESC), t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT t1."course_id" FROM "enrollments" AS t1 WHERE t1."department_id" = ANY($1::bigint[])) AND NOT (t0."title" = $2)
            [Keys(Ints([1, 2])), Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &narrowed(), Form::Links, keys()),
        &expect![[r#"
            SELECT k.rowid, t1."course_id", NULL, NULL, NULL FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON t1."department_id" = +k."value" UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."title" DESC, t0."id" DESC), t0."id", t0."title", t0."department_id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value" WHERE NOT (t0."title" = ?2)
            SELECT k."ord", t1."course_id", NULL, NULL, NULL FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "enrollments" AS t1 ON t1."department_id" = k."value" UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."title" DESC, t0."id" DESC), t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT t1."course_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "enrollments" AS t1 ON t1."department_id" = k."value") AND NOT (t0."title" = $2)
            [Keys(Ints([1, 2])), Compared(Text("x"))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &all, Form::WholeLinks, keys()),
        &expect![[r#"
            SELECT t1."department_id", t1."course_id", NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."department_id" IS NOT NULL UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."id"), t0."id", t0."title", t0."department_id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value"
            SELECT t1."department_id", t1."course_id", NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."department_id" IS NOT NULL UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."id"), t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" IN (SELECT t1."course_id" FROM "enrollments" AS t1 WHERE t1."department_id" IS NOT NULL)
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
            [Keys(Ints([1, 2])), Compared(Text("x")), Value(Int(1)), Value(Int(3))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &MANY_TO_MANY, &limited(), Form::Number, keys()),
        &expect![[r#"
            SELECT n."owner", n.c0, n.c1, n.c2 FROM (SELECT k.rowid AS "owner", t0."id" AS c0, t0."title" AS c1, t0."department_id" AS c2, row_number() OVER (PARTITION BY k.rowid ORDER BY t0."title" DESC, t0."id" DESC) AS "nth" FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON t1."department_id" = +k."value" CROSS JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE NOT (t0."title" = ?2)) AS n WHERE n."nth" > ?3 AND n."nth" <= ?4 ORDER BY n."owner", n."nth"
            SELECT n."owner", n.c0, n.c1, n.c2 FROM (SELECT k."ord" AS "owner", t0."id" AS c0, t0."title" AS c1, t0."department_id" AS c2, row_number() OVER (PARTITION BY k."ord" ORDER BY t0."title" DESC, t0."id" DESC) AS "nth" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "enrollments" AS t1 ON t1."department_id" = k."value" JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE NOT (t0."title" = $2)) AS n WHERE n."nth" > $3 AND n."nth" <= $4 ORDER BY n."owner", n."nth"
            [Keys(Ints([1, 2])), Compared(Text("x")), Value(Int(1)), Value(Int(3))]
        "#]],
    );
    check(
        |dialect| relation_sql(dialect, &HAS_MANY, &limited(), Form::LimitEach, keys()),
        &expect![[r#"
            SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."id" IN (SELECT t1."id" FROM "courses" AS t1 WHERE t1."department_id" = +k."value" AND NOT (t1."title" = ?2) ORDER BY t1."title" DESC, t1."id" DESC LIMIT ?3 OFFSET ?4) ORDER BY t0."title" DESC, t0."id" DESC
            SELECT k."ord", t0."id", t0."title", t0."department_id" FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") CROSS JOIN LATERAL (SELECT t1."id", t1."title", t1."department_id" FROM "courses" AS t1 WHERE t1."department_id" = k."value" AND NOT (t1."title" = $2) ORDER BY t1."title" DESC, t1."id" DESC LIMIT $3 OFFSET $4) AS t0 ORDER BY t0."title" DESC, t0."id" DESC
            [Keys(Ints([1, 2])), Compared(Text("x")), Value(Int(2)), Value(Int(1))]
        "#]],
    );
}

#[test]
fn computed_values() {
    let all = Select::new(&COURSES);
    check(
        |dialect| sql::aggregate(&HAS_MANY, &all, Function::Count, (Form::Keys, keys()), dialect),
        &expect![[r#"
            SELECT k.rowid, count(*) FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" GROUP BY k.rowid
            SELECT k."ord", count(*) FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" GROUP BY k."ord"
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::aggregate(&HAS_MANY, &all, Function::Presence, (Form::List, keys()), dialect),
        &expect![[r#"
            SELECT t0."department_id", count(*) > 0 FROM "courses" AS t0 WHERE t0."department_id" IN (SELECT "value" FROM rarray(?1)) GROUP BY t0."department_id"
            SELECT t0."department_id", count(*) > 0 FROM "courses" AS t0 WHERE t0."department_id" = ANY($1::bigint[]) GROUP BY t0."department_id"
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::aggregate(&HAS_MANY, &all, Function::Sum(0), (Form::List, keys()), dialect),
        &expect![[r#"
            SELECT t0."department_id", sum(t0."id") FROM "courses" AS t0 WHERE t0."department_id" IN (SELECT "value" FROM rarray(?1)) GROUP BY t0."department_id"
            SELECT t0."department_id", CAST(sum(t0."id") AS bigint) FROM "courses" AS t0 WHERE t0."department_id" = ANY($1::bigint[]) GROUP BY t0."department_id"
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::aggregate(&HAS_MANY, &all, Function::Min(1), (Form::Keys, keys()), dialect),
        &expect![[r#"
            SELECT k.rowid, min(t0."title") FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" GROUP BY k.rowid
            SELECT k."ord", min(t0."title") FROM unnest($1::bigint[]) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."department_id" = k."value" GROUP BY k."ord"
            [Keys(Ints([1, 2]))]
        "#]],
    );
    check(
        |dialect| sql::aggregate(&BY_NAME, &all, Function::Count, (Form::Keys, names()), dialect),
        &expect![[r#"
        SELECT k.rowid, count(*) FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."title" = +k."value" GROUP BY k.rowid
        SELECT k."ord", count(*) FROM unnest(coalesce($1, ARRAY(SELECT x."title" FROM "courses" AS x WHERE false))) WITH ORDINALITY AS k("value", "ord") JOIN "courses" AS t0 ON t0."title" = k."value" GROUP BY k."ord"
        [Keys(Values { types: [Text], values: [Text("a")] })]
        [List([Text("a")])]
    "#]],
    );
}

/// How SQLite runs a statement, step by step, on the tables of this file.
fn plan_of(sql: &Sql) -> String {
    let raw = rusqlite::Connection::open_in_memory().expect("a database in memory opens");
    rusqlite::vtab::array::load_module(&raw).expect("the module loads");
    raw.create_scalar_function(c"orm_wanted", 0, FunctionFlags::SQLITE_UTF8, |_| Ok(Array::default()))
        .expect("the function is defined");
    for statement in ddl::create(&[&DEPARTMENTS, &COURSES, &ENROLLMENTS, &MARKS], &Sqlite) {
        raw.execute_batch(&statement).expect("the table is created");
    }
    let mut statement = raw.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text)).expect("the statement is sound");
    let mut rows = statement.raw_query();
    let mut steps = String::new();
    while let Some(row) = rows.next().expect("the plan is explained") {
        steps += &row.get::<_, String>("detail").expect("a step");
        steps.push('\n');
    }
    steps
}

#[test]
fn relations_take_the_indexes_that_creating_the_tables_makes() {
    let all = Select::new(&COURSES);
    let plan = |relation, select: &Select, form, keys| plan_of(&relation_sql(&Sqlite, relation, select, form, keys));
    expect![[r#"
        SCAN k VIRTUAL TABLE INDEX 1:
        SEARCH t0 USING INDEX courses__department_id (department_id=?)
        USE TEMP B-TREE FOR ORDER BY
    "#]]
    .assert_eq(&plan(&HAS_MANY, &all, Form::Keys, keys()));
    expect![[r#"
        SCAN k VIRTUAL TABLE INDEX 1:
        SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)
    "#]]
    .assert_eq(&plan(&BELONGS_TO, &Select::new(&DEPARTMENTS), Form::Keys, keys()));
    expect![[r#"
        SCAN k VIRTUAL TABLE INDEX 1:
        SEARCH t0 USING COVERING INDEX marks__department_id__course_id (department_id=? AND course_id=?)
        USE TEMP B-TREE FOR ORDER BY
    "#]]
    .assert_eq(&plan(&COMPOSITE, &Select::new(&MARKS), Form::Keys, pairs()));
    expect![[r#"
        SCAN k VIRTUAL TABLE INDEX 1:
        SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)
        CORRELATED LIST SUBQUERY 1
        SEARCH t1 USING INDEX courses__department_id (department_id=?)
        USE TEMP B-TREE FOR ORDER BY
        USE TEMP B-TREE FOR ORDER BY
    "#]]
    .assert_eq(&plan(&HAS_MANY, &limited(), Form::LimitEach, keys()));
}

#[test]
fn both_directions_of_a_join_table_take_an_index() {
    let plan = |relation, select: &Select, form| plan_of(&relation_sql(&Sqlite, relation, select, form, keys()));
    expect![[r#"
        SCAN k VIRTUAL TABLE INDEX 1:
        SEARCH t1 USING PRIMARY KEY (department_id=?)
        SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)
        USE TEMP B-TREE FOR ORDER BY
    "#]]
    .assert_eq(&plan(&MANY_TO_MANY, &Select::new(&COURSES), Form::Keys));
    expect![[r#"
        COMPOUND QUERY
        LEFT-MOST SUBQUERY
        SCAN k VIRTUAL TABLE INDEX 1:
        SEARCH t1 USING PRIMARY KEY (department_id=?)
        UNION ALL
        CO-ROUTINE (subquery-3)
        SCAN w VIRTUAL TABLE INDEX 1:
        SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)
        USE TEMP B-TREE FOR ORDER BY
        SCAN (subquery-3)
    "#]]
    .assert_eq(&plan(&MANY_TO_MANY, &Select::new(&COURSES), Form::Links));
    expect![[r#"
        COMPOUND QUERY
        LEFT-MOST SUBQUERY
        SCAN k VIRTUAL TABLE INDEX 1:
        SEARCH t1 USING COVERING INDEX enrollments__course_id (course_id=?)
        UNION ALL
        CO-ROUTINE (subquery-3)
        SCAN w VIRTUAL TABLE INDEX 1:
        SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)
        USE TEMP B-TREE FOR ORDER BY
        SCAN (subquery-3)
    "#]]
    .assert_eq(&plan(&REVERSE, &Select::new(&DEPARTMENTS), Form::Links));
    expect![[r#"
        CO-ROUTINE n
        CO-ROUTINE (subquery-3)
        SCAN k VIRTUAL TABLE INDEX 1:
        SEARCH t1 USING PRIMARY KEY (department_id=?)
        SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)
        USE TEMP B-TREE FOR ORDER BY
        SCAN (subquery-3)
        SCAN n
        USE TEMP B-TREE FOR ORDER BY
    "#]]
    .assert_eq(&plan(&MANY_TO_MANY, &limited(), Form::Number));
}

#[test]
fn tables() {
    let statements =
        |dialect: &dyn Dialect| ddl::create(&[&MARKS, &ENROLLMENTS, &COURSES, &DEPARTMENTS], dialect).join(";\n");
    expect![[r#"
        CREATE TABLE "departments" (
          "id" INTEGER NOT NULL PRIMARY KEY,
          "na""me" TEXT NOT NULL
        );
        CREATE TABLE "courses" (
          "id" INTEGER NOT NULL PRIMARY KEY,
          "title" TEXT NOT NULL,
          "department_id" INTEGER,
          FOREIGN KEY ("department_id") REFERENCES "departments" ("id") ON DELETE SET NULL
        );
        CREATE TABLE "enrollments" (
          "department_id" INTEGER NOT NULL,
          "course_id" INTEGER NOT NULL,
          PRIMARY KEY ("department_id", "course_id"),
          FOREIGN KEY ("department_id") REFERENCES "departments" ("id") ON DELETE CASCADE,
          FOREIGN KEY ("course_id") REFERENCES "courses" ("id") ON DELETE RESTRICT
        ) WITHOUT ROWID;
        CREATE TABLE "marks" (
          "id" INTEGER NOT NULL PRIMARY KEY,
          "department_id" INTEGER NOT NULL,
          "course_id" INTEGER NOT NULL,
          FOREIGN KEY ("department_id", "course_id") REFERENCES "enrollments" ("department_id", "course_id")
        );
        CREATE INDEX "courses__department_id" ON "courses" ("department_id");
        CREATE INDEX "enrollments__course_id" ON "enrollments" ("course_id");
        CREATE INDEX "marks__department_id__course_id" ON "marks" ("department_id", "course_id")"#]]
    .assert_eq(&statements(&Sqlite));
    expect![[r#"
        CREATE TABLE "departments" (
          "id" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY,
          "na""me" text COLLATE "C" NOT NULL
        );
        CREATE TABLE "courses" (
          "id" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY,
          "title" text COLLATE "C" NOT NULL,
          "department_id" bigint,
          FOREIGN KEY ("department_id") REFERENCES "departments" ("id") ON DELETE SET NULL
        );
        CREATE TABLE "enrollments" (
          "department_id" bigint NOT NULL,
          "course_id" bigint NOT NULL,
          PRIMARY KEY ("department_id", "course_id"),
          FOREIGN KEY ("department_id") REFERENCES "departments" ("id") ON DELETE CASCADE,
          FOREIGN KEY ("course_id") REFERENCES "courses" ("id") ON DELETE RESTRICT
        );
        CREATE TABLE "marks" (
          "id" bigint NOT NULL PRIMARY KEY,
          "department_id" bigint NOT NULL,
          "course_id" bigint NOT NULL,
          FOREIGN KEY ("department_id", "course_id") REFERENCES "enrollments" ("department_id", "course_id")
        );
        CREATE INDEX "courses__department_id" ON "courses" ("department_id");
        CREATE INDEX "enrollments__course_id" ON "enrollments" ("course_id");
        CREATE INDEX "marks__department_id__course_id" ON "marks" ("department_id", "course_id")"#]]
    .assert_eq(&statements(&Postgres));
}

/// A team has a captain, who plays in a team; their names are longer than PostgreSQL takes for that of an index.
static TEAMS: Table = Table::new(
    "Team",
    "teams_of_a_league_with_a_rather_long_name",
    &[ID, ColumnDef::new("captain_id", "the_player_who_leads_the_team", "Option<i64>", SqlType::Int64, true)],
    &[0],
)
.foreign_keys(&[ForeignKey::new(&[1], players, &[0], OnDelete::NoAction)]);

static PLAYERS: Table =
    Table::new("Player", "players", &[ID, ColumnDef::new("team_id", "team_id", "i64", SqlType::Int64, false)], &[0])
        .foreign_keys(&[ForeignKey::new(&[1], teams, &[0], OnDelete::Cascade)]);

fn teams() -> &'static Table {
    &TEAMS
}

fn players() -> &'static Table {
    &PLAYERS
}

#[test]
fn tables_that_refer_to_each_other() {
    let statements = |dialect: &dyn Dialect| ddl::create_missing(&[&TEAMS, &PLAYERS], dialect).join(";\n");
    expect![[r#"
        CREATE TABLE IF NOT EXISTS "players" (
          "id" INTEGER NOT NULL PRIMARY KEY,
          "team_id" INTEGER NOT NULL,
          FOREIGN KEY ("team_id") REFERENCES "teams_of_a_league_with_a_rather_long_name" ("id") ON DELETE CASCADE
        );
        CREATE TABLE IF NOT EXISTS "teams_of_a_league_with_a_rather_long_name" (
          "id" INTEGER NOT NULL PRIMARY KEY,
          "the_player_who_leads_the_team" INTEGER,
          FOREIGN KEY ("the_player_who_leads_the_team") REFERENCES "players" ("id")
        );
        CREATE INDEX IF NOT EXISTS "players__team_id" ON "players" ("team_id");
        CREATE INDEX IF NOT EXISTS "teams_of_a_league_with_a_rather_long_name__the_player_who_leads_the_team" ON "teams_of_a_league_with_a_rather_long_name" ("the_player_who_leads_the_team")"#]].assert_eq(&statements(&Sqlite));
    expect![[r#"
        CREATE TABLE IF NOT EXISTS "players" (
          "id" bigint NOT NULL PRIMARY KEY,
          "team_id" bigint NOT NULL
        );
        CREATE TABLE IF NOT EXISTS "teams_of_a_league_with_a_rather_long_name" (
          "id" bigint NOT NULL PRIMARY KEY,
          "the_player_who_leads_the_team" bigint,
          FOREIGN KEY ("the_player_who_leads_the_team") REFERENCES "players" ("id")
        );
        DO $orm$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = '"players"'::regclass AND conname = 'players__team_id') THEN ALTER TABLE "players" ADD CONSTRAINT "players__team_id" FOREIGN KEY ("team_id") REFERENCES "teams_of_a_league_with_a_rather_long_name" ("id") ON DELETE CASCADE; END IF; END $orm$;
        CREATE INDEX IF NOT EXISTS "players__team_id" ON "players" ("team_id");
        CREATE INDEX IF NOT EXISTS "teams_of_a_league_with_a_rather_long_name__th__1281a315a8846df2" ON "teams_of_a_league_with_a_rather_long_name" ("the_player_who_leads_the_team")"#]].assert_eq(&statements(&Postgres));
}

#[test]
fn cockroachdb_is_told_the_same_in_its_own_words() {
    let created = |tables: &[&'static Table]| ddl::create_missing(tables, &Cockroach).join(";\n");
    expect![[r#"
        CREATE TABLE IF NOT EXISTS "departments" (
          "id" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY,
          "na""me" text NOT NULL
        );
        CREATE TABLE IF NOT EXISTS "players" (
          "id" bigint NOT NULL PRIMARY KEY,
          "team_id" bigint NOT NULL
        );
        CREATE TABLE IF NOT EXISTS "teams_of_a_league_with_a_rather_long_name" (
          "id" bigint NOT NULL PRIMARY KEY,
          "the_player_who_leads_the_team" bigint,
          FOREIGN KEY ("the_player_who_leads_the_team") REFERENCES "players" ("id")
        );
        ALTER TABLE "players" ADD CONSTRAINT IF NOT EXISTS "players__team_id" FOREIGN KEY ("team_id") REFERENCES "teams_of_a_league_with_a_rather_long_name" ("id") ON DELETE CASCADE;
        CREATE INDEX IF NOT EXISTS "players__team_id" ON "players" ("team_id");
        CREATE INDEX IF NOT EXISTS "teams_of_a_league_with_a_rather_long_name__th__1281a315a8846df2" ON "teams_of_a_league_with_a_rather_long_name" ("the_player_who_leads_the_team")"#]].assert_eq(&created(&[&DEPARTMENTS, &TEAMS, &PLAYERS]));
    let ordered = Select {
        order: vec![order(2, false, None), order(2, true, None), order(2, false, Some(Nulls::Last))],
        ..filtered(Expr::Like(Box::new(Expr::Column(1)), Pattern::Contains("a".into()), Letters::EitherCase))
    };
    expect![[r#"SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" ILIKE $1 ESCAPE '\' ORDER BY t0."department_id", t0."department_id" DESC, t0."department_id" NULLS LAST, t0."id""#]].assert_eq(&sql::select(&ordered, &Cockroach).text);
    let text = |function, sql_type| {
        let argument = Argument { value: Box::new(Expr::Column(1)), sql_type };
        sql::total(&Select::new(&COURSES), function, &argument, &Cockroach).text
    };
    let types = [SqlType::Uuid, SqlType::Json, SqlType::Bool];
    let texts = types.map(|sql_type| text(ast::Function::Min, sql_type) + "\n" + &text(ast::Function::Max, sql_type));
    expect![[r#"
        SELECT min(t0."title") FROM "courses" AS t0
        SELECT max(t0."title") FROM "courses" AS t0
        SELECT CAST(min(CAST(t0."title" AS text)) AS jsonb) FROM "courses" AS t0
        SELECT CAST(max(CAST(t0."title" AS text)) AS jsonb) FROM "courses" AS t0
        SELECT bool_and(t0."title") FROM "courses" AS t0
        SELECT bool_or(t0."title") FROM "courses" AS t0"#]]
    .assert_eq(&texts.join("\n"));
}

/// What no database lacks is written once for all.
#[test]
fn cockroachdb_takes_what_postgresql_does() {
    let limited = Select { limit: Some(3), ..Select::new(&COURSES) };
    for form in [Form::Keys, Form::LimitEach, Form::Number] {
        let related = Related { relation: &HAS_MANY, select: &limited, joins: &[], form, order_in_sql: true };
        let text = |dialect: &dyn Dialect| sql::related(&related, keys(), dialect).text;
        assert_eq!(text(&Cockroach), text(&Postgres));
    }
    let dialects: [&dyn Dialect; 2] = [&Cockroach, &Postgres];
    let [cockroach, postgres] = dialects.map(|dialect| {
        let holds = dialect.holds("bigint", SqlType::Int32);
        (dialect.indexes(), dialect.columns(), holds, dialect.begin(Access::Read), dialect.max_params())
    });
    assert_eq!(cockroach, postgres);
}
