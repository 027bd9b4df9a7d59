//! The text and parameters of every statement, and the indexes that SQLite takes for those that load relations.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use rusqlite::functions::FunctionFlags;
use rusqlite::vtab::array::Array;

use super::sqlite::Sqlite;
use super::{Form, Related, Sql};
use crate::ast::{Comparison, Expr, Nulls, OfParent, Order, Pattern, Select};
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
static COMPOSITE: RelationDef =
    RelationDef::direct("marks", RelationKind::HasMany, (enrollments, &[0, 1]), (marks, &[1, 2]));

fn number(column: usize, value: i64) -> Expr {
    Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(Value::Int(value))))
}

fn text(column: usize, value: &'static str) -> Expr {
    Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(Value::Text(value.into()))))
}

fn order(column: usize, descending: bool, nulls: Option<Nulls>) -> Order {
    Order { column, descending, nulls }
}

fn filtered(filter: Expr) -> Select {
    Select { filter: vec![filter], ..Select::new(&COURSES) }
}

fn check(sql: &Sql, expected: &Expect) {
    expected.assert_eq(&format!("{}\n{:?}\n", sql.text, sql.params));
}

#[test]
fn queries() {
    let all = Select::new(&DEPARTMENTS);
    check(
        &sql::select(&all, &Sqlite),
        &expect![[r#"
        SELECT t0."id", t0."na""me" FROM "departments" AS t0 ORDER BY t0."id"
        []
    "#]],
    );
    check(
        &sql::count(&all, &Sqlite),
        &expect![[r#"
        SELECT count(*) FROM "departments" AS t0
        []
    "#]],
    );
    check(
        &sql::exists(&all, &Sqlite),
        &expect![[r#"
        SELECT EXISTS (SELECT 1 FROM "departments" AS t0)
        []
    "#]],
    );
    expect![[r#"SELECT t0."department_id", t0."course_id" FROM "enrollments" AS t0 WHERE t0."department_id" = ?1 AND t0."course_id" = ?2"#]].assert_eq(&sql::find(&ENROLLMENTS, &Sqlite).text);
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
        &sql::select(&page, &Sqlite),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" = ?1 AND t0."department_id" IS NULL ORDER BY t0."department_id" NULLS LAST, t0."department_id" DESC, t0."title" DESC, t0."id" LIMIT ?2 OFFSET ?3
        [Value(Text("Algebra")), Value(Int(10)), Value(Int(9223372036854775807))]
    "#]],
    );
    check(
        &sql::count(&page, &Sqlite),
        &expect![[r#"
        SELECT count(*) FROM (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = ?1 AND t0."department_id" IS NULL LIMIT ?2 OFFSET ?3) AS limited
        [Value(Text("Algebra")), Value(Int(10)), Value(Int(9223372036854775807))]
    "#]],
    );
    check(
        &sql::exists(&page, &Sqlite),
        &expect![[r#"
        SELECT EXISTS (SELECT 1 FROM "courses" AS t0 WHERE t0."title" = ?1 AND t0."department_id" IS NULL LIMIT ?2 OFFSET ?3)
        [Value(Text("Algebra")), Value(Int(10)), Value(Int(9223372036854775807))]
    "#]],
    );
    let offset = Select { offset: Some(3), order: vec![order(0, true, None)], ..Select::new(&COURSES) };
    check(
        &sql::select(&offset, &Sqlite),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 ORDER BY t0."id" DESC LIMIT -1 OFFSET ?1
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
        &sql::select(&of(&HAS_MANY, &[1]), &Sqlite),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" = ?1 AND t0."id" = ?2 ORDER BY t0."id"
        [Value(Int(1)), Value(Int(7))]
    "#]],
    );
    check(
        &sql::select(&of(&MANY_TO_MANY, &[1]), &Sqlite),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 JOIN "enrollments" AS t1 ON t1."course_id" = t0."id" WHERE t1."department_id" = ?1 AND t0."id" = ?2 ORDER BY t0."id"
        [Value(Int(1)), Value(Int(7))]
    "#]],
    );
    check(
        &sql::count(&of(&COMPOSITE, &[1, 2]), &Sqlite),
        &expect![[r#"
        SELECT count(*) FROM "marks" AS t0 WHERE t0."department_id" = ?1 AND t0."course_id" = ?2 AND t0."id" = ?3
        [Value(Int(1)), Value(Int(2)), Value(Int(7))]
    "#]],
    );
}

#[test]
fn conditions() {
    let column = || Box::new(Expr::Column(1));
    let condition = |expr| sql::select(&filtered(expr), &Sqlite);
    check(
        &condition(Expr::In(column(), vec![Value::Int(1), Value::Int(2)])),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" IN (SELECT "value" FROM rarray(?1)) ORDER BY t0."id"
        [List([Int(1), Int(2)])]
    "#]],
    );
    check(
        &condition(Expr::In(column(), Vec::new())),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE 1 = 0 ORDER BY t0."id"
        []
    "#]],
    );
    check(
        &condition(Expr::Like(column(), Pattern::Contains("50%_\\".into()))),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."title" LIKE ?1 ESCAPE '\' ORDER BY t0."id"
        [Value(Text("%50\\%\\_\\\\%"))]
    "#]],
    );
    let between = Expr::Between(column(), Box::new(Expr::Value(Value::Int(1))), Box::new(Expr::Column(0)));
    check(
        &condition(Expr::Not(Box::new(between))),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE NOT (t0."title" BETWEEN ?1 AND t0."id") ORDER BY t0."id"
        [Value(Int(1))]
    "#]],
    );
}

#[test]
fn lists_of_conditions_are_bracketed() {
    let condition = |expr| sql::select(&filtered(expr), &Sqlite);
    let either = Expr::Or(vec![number(0, 1), number(0, 2)]);
    check(
        &condition(Expr::And(vec![either, text(1, "x")])),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE ((t0."id" = ?1 OR t0."id" = ?2) AND t0."title" = ?3) ORDER BY t0."id"
        [Value(Int(1)), Value(Int(2)), Value(Text("x"))]
    "#]],
    );
    let both = Expr::And(vec![number(0, 1), text(1, "x")]);
    check(
        &condition(Expr::Or(vec![both, number(0, 2)])),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE ((t0."id" = ?1 AND t0."title" = ?2) OR t0."id" = ?3) ORDER BY t0."id"
        [Value(Int(1)), Value(Text("x")), Value(Int(2))]
    "#]],
    );
    check(
        &condition(Expr::And(Vec::new())),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 1) ORDER BY t0."id"
        []
    "#]],
    );
    check(
        &condition(Expr::Or(Vec::new())),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE (1 = 0) ORDER BY t0."id"
        []
    "#]],
    );
}

#[test]
fn conditions_on_related_rows() {
    let condition = |expr| {
        let select = Select { filter: vec![expr], ..Select::new(&DEPARTMENTS) };
        sql::select(&select, &Sqlite)
    };
    let back = Expr::Exists(&BELONGS_TO, Box::new(text(1, "Law")));
    check(
        &condition(Expr::Exists(&HAS_MANY, Box::new(back))),
        &expect![[r#"
        SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE EXISTS (SELECT 1 FROM "courses" AS t1 WHERE t1."department_id" = t0."id" AND EXISTS (SELECT 1 FROM "departments" AS t2 WHERE t2."id" = t1."department_id" AND t2."na""me" = ?1)) ORDER BY t0."id"
        [Value(Text("Law"))]
    "#]],
    );
    let unknown = Expr::IsNotTrue(Box::new(Expr::Or(vec![text(1, "a"), text(1, "b")])));
    check(
        &condition(Expr::Not(Box::new(Expr::Exists(&MANY_TO_MANY, Box::new(unknown))))),
        &expect![[r#"
        SELECT t0."id", t0."na""me" FROM "departments" AS t0 WHERE NOT (EXISTS (SELECT 1 FROM "courses" AS t1 JOIN "enrollments" AS t2 ON t2."course_id" = t1."id" WHERE t2."department_id" = t0."id" AND (t1."title" = ?1 OR t1."title" = ?2) IS NOT TRUE)) ORDER BY t0."id"
        [Value(Text("a")), Value(Text("b"))]
    "#]],
    );
    check(
        &condition(Expr::Exists(&HAS_MANY, Box::new(Expr::And(Vec::new())))),
        &expect![[r#"
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
    expect![[r#"INSERT INTO "courses" ("title", "department_id") VALUES (?1, ?2), (?3, ?4) RETURNING "id", "title", "department_id""#]].assert_eq(&sql::insert(&COURSES, &[1, 2], 2, &Sqlite).text);
    expect![[r#"INSERT INTO "courses" DEFAULT VALUES RETURNING "id", "title", "department_id""#]]
        .assert_eq(&sql::insert(&COURSES, &[], 1, &Sqlite).text);
    let changes = vec![(1, Value::Text("x".into())), (2, Value::Null)];
    check(
        &sql::update(&COURSES, changes, vec![Value::Int(7)], &Sqlite),
        &expect![[r#"
        UPDATE "courses" SET "title" = ?1, "department_id" = ?2 WHERE "id" = ?3
        [Value(Text("x")), Value(Null), Value(Int(7))]
    "#]],
    );
    check(
        &sql::delete(&ENROLLMENTS, vec![Value::Int(1), Value::Int(2)], &Sqlite),
        &expect![[r#"
        DELETE FROM "enrollments" WHERE "department_id" = ?1 AND "course_id" = ?2
        [Value(Int(1)), Value(Int(2))]
    "#]],
    );
    let Some(through) = &MANY_TO_MANY.through else { panic!("it has a join table") };
    let values = [1, 2, 1, 3].map(Value::Int).to_vec();
    check(
        &sql::insert_links(through, 2, values, &Sqlite),
        &expect![[r#"
        INSERT INTO "enrollments" ("department_id", "course_id") VALUES (?1, ?2), (?3, ?4) ON CONFLICT DO NOTHING
        [Value(Int(1)), Value(Int(2)), Value(Int(1)), Value(Int(3))]
    "#]],
    );
}

fn keys() -> Keys {
    Keys::Ints(vec![1, 2])
}

fn pairs() -> Keys {
    Keys::Values { arity: 2, blobs: 0, values: [1, 2, 3, 4].map(Value::Int).to_vec() }
}

fn relation_sql(relation: &'static RelationDef, select: &Select, form: Form, keys: Keys) -> Sql {
    let order_in_sql = relation.kind.is_to_many();
    sql::related(&Related { relation, select, joins: &[], form, order_in_sql }, keys, &Sqlite)
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
        &relation_sql(&HAS_MANY, &all, Form::Keys, keys()),
        &expect![[r#"
        SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" ORDER BY t0."id"
        [Keys(Ints([1, 2]))]
    "#]],
    );
    check(
        &relation_sql(&HAS_MANY, &narrowed(), Form::Keys, keys()),
        &expect![[r#"
        SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" WHERE NOT (t0."title" = ?2) ORDER BY t0."title" DESC, t0."id"
        [Keys(Ints([1, 2])), Value(Text("x"))]
    "#]],
    );
    check(
        &relation_sql(&HAS_MANY, &narrowed(), Form::Whole, keys()),
        &expect![[r#"
        SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."department_id" IS NOT NULL AND NOT (t0."title" = ?1) ORDER BY t0."title" DESC, t0."id"
        [Value(Text("x"))]
    "#]],
    );
    check(
        &relation_sql(&BELONGS_TO, &Select::new(&DEPARTMENTS), Form::Keys, keys()),
        &expect![[r#"
        SELECT k.rowid, t0."id", t0."na""me" FROM rarray(?1) AS k CROSS JOIN "departments" AS t0 ON t0."id" = +k."value"
        [Keys(Ints([1, 2]))]
    "#]],
    );
    check(
        &relation_sql(&COMPOSITE, &Select::new(&MARKS), Form::Keys, pairs()),
        &expect![[r#"
            SELECT k."key", t0."id", t0."department_id", t0."course_id" FROM json_each(?1) AS k CROSS JOIN "marks" AS t0 ON t0."department_id" = k."value" ->> 0 AND t0."course_id" = k."value" ->> 1 ORDER BY t0."id"
            [Keys(Values { arity: 2, blobs: 0, values: [Int(1), Int(2), Int(3), Int(4)] })]
        "#]],
    );
}

#[test]
fn relations_through_a_join_table() {
    let all = Select::new(&COURSES);
    check(
        &relation_sql(&MANY_TO_MANY, &all, Form::Keys, keys()),
        &expect![[r#"
        SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON t1."department_id" = +k."value" CROSS JOIN "courses" AS t0 ON t1."course_id" = t0."id" ORDER BY t0."id"
        [Keys(Ints([1, 2]))]
    "#]],
    );
    check(
        &relation_sql(&MANY_TO_MANY, &narrowed(), Form::Whole, keys()),
        &expect![[r#"
        SELECT t1."department_id", t0."id", t0."title", t0."department_id" FROM "enrollments" AS t1 JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE t1."department_id" IS NOT NULL AND NOT (t0."title" = ?1) ORDER BY t0."title" DESC, t0."id"
        [Value(Text("x"))]
    "#]],
    );
    check(
        &relation_sql(&MANY_TO_MANY, &narrowed(), Form::Links, keys()),
        &expect![[r#"
        SELECT k.rowid, t1."course_id", NULL, NULL, NULL FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON t1."department_id" = +k."value" UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."title" DESC, t0."id"), t0."id", t0."title", t0."department_id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value" WHERE NOT (t0."title" = ?2)
        [Keys(Ints([1, 2])), Value(Text("x"))]
    "#]],
    );
    check(
        &relation_sql(&MANY_TO_MANY, &all, Form::WholeLinks, keys()),
        &expect![[r#"
        SELECT t1."department_id", t1."course_id", NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."department_id" IS NOT NULL UNION ALL SELECT NULL, row_number() OVER (ORDER BY t0."id"), t0."id", t0."title", t0."department_id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value"
        []
    "#]],
    );
}

#[test]
fn relations_limited_for_each_parent() {
    check(
        &relation_sql(&HAS_MANY, &limited(), Form::Number, keys()),
        &expect![[r#"
        SELECT n."owner", n.c0, n.c1, n.c2 FROM (SELECT k.rowid AS "owner", t0."id" AS c0, t0."title" AS c1, t0."department_id" AS c2, row_number() OVER (PARTITION BY k.rowid ORDER BY t0."title" DESC, t0."id") AS "nth" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."department_id" = +k."value" WHERE NOT (t0."title" = ?2)) AS n WHERE n."nth" > ?3 AND n."nth" <= ?4 ORDER BY n."owner", n."nth"
        [Keys(Ints([1, 2])), Value(Text("x")), Value(Int(1)), Value(Int(3))]
    "#]],
    );
    check(
        &relation_sql(&MANY_TO_MANY, &limited(), Form::Number, keys()),
        &expect![[r#"
        SELECT n."owner", n.c0, n.c1, n.c2 FROM (SELECT k.rowid AS "owner", t0."id" AS c0, t0."title" AS c1, t0."department_id" AS c2, row_number() OVER (PARTITION BY k.rowid ORDER BY t0."title" DESC, t0."id") AS "nth" FROM rarray(?1) AS k CROSS JOIN "enrollments" AS t1 ON t1."department_id" = +k."value" CROSS JOIN "courses" AS t0 ON t1."course_id" = t0."id" WHERE NOT (t0."title" = ?2)) AS n WHERE n."nth" > ?3 AND n."nth" <= ?4 ORDER BY n."owner", n."nth"
        [Keys(Ints([1, 2])), Value(Text("x")), Value(Int(1)), Value(Int(3))]
    "#]],
    );
    check(
        &relation_sql(&HAS_MANY, &limited(), Form::LimitEach, keys()),
        &expect![[r#"
        SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."id" IN (SELECT t1."id" FROM "courses" AS t1 WHERE t1."department_id" = +k."value" AND NOT (t1."title" = ?2) ORDER BY t1."title" DESC, t1."id" LIMIT ?3 OFFSET ?4) ORDER BY t0."title" DESC, t0."id"
        [Keys(Ints([1, 2])), Value(Text("x")), Value(Int(2)), Value(Int(1))]
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
    let plan = |relation, select: &Select, form, keys| plan_of(&relation_sql(relation, select, form, keys));
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
    let plan = |relation, select: &Select, form| plan_of(&relation_sql(relation, select, form, keys()));
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
    let statements = ddl::create(&[&MARKS, &ENROLLMENTS, &COURSES, &DEPARTMENTS], &Sqlite);
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
    .assert_eq(&statements.join(";\n"));
}
