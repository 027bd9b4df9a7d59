//! The text and parameters of every statement in each dialect, and the indexes that SQLite uses for the statements that
//! load relations.

mod calendar;
mod cockroach;
mod computed;
mod conditions;
mod ddl;
mod fragments;
mod json;
mod links;
mod mariadb;
mod plans;
mod related;
mod school;
mod select;
mod union;
mod write;

use expect_test::Expect;
use mariadb::MariaDb;
use school::COURSES;

use super::postgres::POSTGRES;
use super::sqlite::Sqlite;
use super::{Dialect, Form, Related, Sql};
use crate::ast::{Comparison, Expr, Nulls, Order, Select};
use crate::schema::RelationDef;
use crate::sql;
use crate::types::{Keys, SqlType};
use crate::value::Value;

fn number(column: usize, value: i64) -> Expr {
    Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(Value::Int(value))))
}

fn text(column: usize, value: &'static str) -> Expr {
    Expr::Compare(Box::new(Expr::Column(column)), Comparison::Eq, Box::new(Expr::Value(Value::Text(value.into()))))
}

fn order(column: usize, descending: bool, nulls: Option<Nulls>) -> Order {
    Order { descending, nulls, ..Order::ascending(Expr::Column(column)) }
}

fn filtered(filter: Expr) -> Select {
    Select { filter: vec![filter], ..Select::new(&COURSES) }
}

/// The statement in each dialect with its parameters. It occurs once if all dialects have the same.
fn check(sql: impl Fn(&dyn Dialect) -> Sql, expected: &Expect) {
    let statements = DIALECTS.map(sql);
    let mut params: Vec<_> = statements.iter().map(|sql| format!("{:?}\n", sql.params)).collect();
    params.dedup();
    expected.assert_eq(&(statements.map(|sql| sql.text + "\n").concat() + &params.concat()));
}

/// The text in each dialect, where values are bound later.
fn check_text(sql: impl Fn(&dyn Dialect) -> Sql, expected: &Expect) {
    expected.assert_eq(&DIALECTS.map(|dialect| sql(dialect).text + "\n").concat());
}

const DIALECTS: [&dyn Dialect; 3] = [&Sqlite, &POSTGRES, &MariaDb];

fn keys() -> Keys {
    Keys::Ints(vec![1, 2])
}

/// Text keys, which are compared in the collation of their column.
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
