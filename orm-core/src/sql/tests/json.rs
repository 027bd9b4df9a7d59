//! Values within JSON.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::check;
use super::school::COURSES;
use crate::ast::{Expr, JsonValue, Select};
use crate::sql;
use crate::types::{JsonKind, JsonStep};

/// An expression of the first column, as if it contained JSON.
fn of(steps: &[JsonStep], kinds: &[JsonKind]) -> Select {
    let value = |&kind: &JsonKind| JsonValue { of: Box::new(Expr::Column(0)), steps: steps.to_vec(), kind };
    let outputs: Vec<Expr> = kinds.iter().map(|kind| Expr::Json(value(kind))).collect();
    Select { outputs: Some(outputs.into()), ..Select::new(&COURSES) }
}

fn key(key: &str) -> JsonStep {
    JsonStep::Key(key.to_owned())
}

#[test]
fn each_kind_of_value() {
    let select = of(
        &[key("items"), JsonStep::Index(0)],
        &[JsonKind::Text, JsonKind::Integer, JsonKind::Real, JsonKind::Boolean],
    );
    check(
        |dialect| sql::select(&select, dialect),
        &expect![[r#"
        SELECT orm_json_text(t0."id", '["items",0]'), orm_json_integer(t0."id", '["items",0]'), orm_json_real(t0."id", '["items",0]'), orm_json_boolean(t0."id", '["items",0]') FROM "courses" AS t0 ORDER BY t0."id"
        SELECT (jsonb_path_query_first(CAST(t0."id" AS jsonb), 'strict $."items"[0] ? (@.type() == "string")', '{}', true) #>> '{}') COLLATE "C", CAST(jsonb_path_query_first(CAST(t0."id" AS jsonb), 'strict $."items"[0] ? (@.type() == "number" && @ % 1 == 0)', '{}', true) AS bigint), CAST(jsonb_path_query_first(CAST(t0."id" AS jsonb), 'strict $."items"[0] ? (@.type() == "number")', '{}', true) AS double precision), CAST(jsonb_path_query_first(CAST(t0."id" AS jsonb), 'strict $."items"[0] ? (@.type() == "boolean")', '{}', true) AS boolean) FROM "courses" AS t0 ORDER BY t0."id"
        SELECT ?, ?, ?, ? FROM `courses` AS t0 ORDER BY t0.`id`
        []
        [Refused(Unstorable("this database has no paths into JSON")), Refused(Unstorable("this database has no paths into JSON")), Refused(Unstorable("this database has no paths into JSON")), Refused(Unstorable("this database has no paths into JSON"))]
    "#]],
    );
}

#[test]
fn a_name_with_quotes_is_no_part_of_the_text() {
    let select = of(&[key("it's \"a\\b\"")], &[JsonKind::Text]);
    check(
        |dialect| sql::select(&select, dialect),
        &expect![[r#"
        SELECT orm_json_text(t0."id", '["it''s \"a\\b\""]') FROM "courses" AS t0 ORDER BY t0."id"
        SELECT (jsonb_path_query_first(CAST(t0."id" AS jsonb), CAST(CAST($1 AS text) AS jsonpath), '{}', true) #>> '{}') COLLATE "C" FROM "courses" AS t0 ORDER BY t0."id"
        SELECT ? FROM `courses` AS t0 ORDER BY t0.`id`
        []
        [Compared(Text("strict $.\"it's \\\"a\\\\b\\\"\" ? (@.type() == \"string\")"))]
        [Refused(Unstorable("this database has no paths into JSON"))]
    "#]],
    );
}
