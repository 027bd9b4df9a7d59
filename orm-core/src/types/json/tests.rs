//! JSON is written and read exactly, or an error is returned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Dynamic, json};

use super::{Json, read};
use crate::types::ColumnType;
use crate::value::{Mismatch, Value, ValueRef};

fn nested(levels: usize) -> Dynamic {
    (0..levels).fold(Dynamic::Null, |inner, _| Dynamic::Array(vec![inner]))
}

/// Dropping also descends through all levels.
fn forget(value: Dynamic) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        if let Dynamic::Array(values) = value {
            left.extend(values);
        }
    }
}

fn stored<T: ColumnType>(value: &T) -> String {
    match value.encode() {
        Ok(Value::Json(text)) => text.into_owned(),
        other => panic!("not JSON: {other:?}"),
    }
}

#[test]
fn values_come_back() {
    let value = json!({"a": [1, -2, 1.5, 1e20, 1e-7, u64::MAX, i64::MIN, true, null], "ü\0\"": {"": "x"}});
    let text = stored(&value);
    assert_eq!(Dynamic::decode(ValueRef::Text(&text)), Ok(value.clone()));
    assert_eq!(Json::<Dynamic>::decode(ValueRef::Json(&text)), Ok(Json(value)));
    assert_eq!(Json::<f64>::decode(ValueRef::Int(1)), Ok(Json(1.0)));
    assert_eq!(Json::<f64>::decode(ValueRef::Real(1.5)), Ok(Json(1.5)));
    assert_eq!(Json::<Option<u8>>::decode(ValueRef::Text("null")), Ok(Json(None)));
    assert_eq!(Json::<Option<u8>>::decode(ValueRef::Null), Err(Mismatch::UnexpectedNull));
}

#[test]
fn the_depth_that_is_written_is_the_one_that_is_read() {
    let deepest = nested(127);
    let text = stored(&deepest);
    assert_eq!(Dynamic::decode(ValueRef::Text(&text)), Ok(deepest));
    for levels in [128, 10_000] {
        let value = nested(levels);
        assert_eq!(value.encode(), Err(Mismatch::Unstorable("JSON is stored up to 127 levels deep")));
        forget(value);
        let text = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let refused = Dynamic::decode(ValueRef::Text(&text)).expect_err("too deep").to_string();
        assert!(refused.contains("recursion limit exceeded"), "{refused}");
    }
}

#[test]
fn enums_count_the_levels_that_they_write() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    enum Tree {
        Leaf,
        Pair(Box<Tree>, u8),
        Named { inner: Box<Tree> },
        Around(Box<Tree>),
    }
    type Grow = fn(Box<Tree>) -> Tree;
    let grow = |levels: usize, grow: Grow| (0..levels).fold(Tree::Leaf, |tree, _| grow(tree.into()));
    let makers: [(usize, Grow); 3] =
        [(63, |tree| Tree::Pair(tree, 1)), (63, |inner| Tree::Named { inner }), (127, Tree::Around)];
    for (most, maker) in makers {
        let deepest = Json(grow(most, maker));
        let text = stored(&deepest);
        assert_eq!(Json::<Tree>::decode(ValueRef::Text(&text)), Ok(deepest));
        assert!(Json(grow(most + 1, maker)).encode().is_err());
    }
}

#[test]
fn what_json_cannot_hold_is_refused() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(Json(BTreeMap::from([("x".to_owned(), vec![Some(number)])])).encode().is_err());
    }
    assert!(Json(f32::NAN).encode().is_err());
    assert!(Json(BTreeMap::from([(vec![1], 1)])).encode().is_err(), "a name that is no text");
}

#[test]
fn a_name_twice_is_refused_both_ways() {
    #[derive(Serialize, Deserialize)]
    struct Flat {
        name: String,
        #[serde(flatten)]
        rest: BTreeMap<String, String>,
    }
    let rest = BTreeMap::from([("name".to_owned(), "b".to_owned())]);
    assert!(Json(Flat { name: "a".into(), rest }).encode().is_err());
    for text in [r#"{"a": 1, "a": 1}"#, r#"[{"b": {"a": 1, "\u0061": 2}}]"#] {
        let refused = Dynamic::decode(ValueRef::Text(text)).expect_err("a name twice").to_string();
        assert!(refused.starts_with("an object of the JSON has two values with the same name, at line 1"), "{refused}");
    }
    assert!(Dynamic::decode(ValueRef::Text(r#"[{"a": 1}, {"a": {"a": 2}}]"#)).is_ok());
}

#[test]
fn messages_show_no_content() {
    for text in [r#"{"password": "hunter2"}"#, r#""hunter2""#, "hunter2", r#"["hunter2""#] {
        let refused = Json::<Vec<u8>>::decode(ValueRef::Text(text)).expect_err("not bytes").to_string();
        assert!(!refused.contains("hunter2") && !refused.contains("password"), "{refused}");
    }
}

#[test]
fn numbers_that_would_be_rounded_are_seen() {
    for exact in [
        "1",
        "-0",
        "-0.0",
        "18446744073709551615",
        "-9223372036854775808",
        "0.1",
        "1.50",
        "1.0",
        "100000000000000000000",
        "0.30000000000000004",
        "1e300",
        "1.7976931348623157e308",
        "5e-324",
        r#"{"a\\\"9999999999999999999999": 1}"#,
        r#""12345678901234567890123""#,
    ] {
        assert!(read::numbers_are_exact(exact), "{exact}");
    }
    for inexact in [
        "18446744073709551617",
        "-9223372036854775809",
        "[1, {\"a\": 123456789012345678901234567890}]",
        "0.1234567890123456789",
        "1.23456789012345678901e5",
        "9007199254740993.0",
    ] {
        assert!(!read::numbers_are_exact(inexact), "{inexact}");
        assert_eq!(Dynamic::decode(ValueRef::Text(inexact)), Err(Mismatch::Inexact));
    }
    assert!(Dynamic::decode(ValueRef::Text("1e400")).is_err());
}
