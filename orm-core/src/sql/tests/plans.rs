//! The indexes that SQLite uses for the statements that load relations.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;
use rusqlite::functions::FunctionFlags;
use rusqlite::vtab::array::Array;

use super::school::{BELONGS_TO, COMPOSITE, COURSES, DEPARTMENTS, ENROLLMENTS, HAS_MANY, MANY_TO_MANY, MARKS, REVERSE};
use super::{keys, limited, pairs, relation_sql};
use crate::ast::Select;
use crate::sql::sqlite::Sqlite;
use crate::sql::{Form, Sql, ddl};

/// Returns the steps by which SQLite runs a statement on the tables of this file.
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
