//! Values that are refused before they are sent. A test with a server would need too much memory.

use std::borrow::Cow;

use super::*;
use crate::driver::postgres::value::array;

fn sent(value: &Value<'_>, declared: &Type) -> Result<Vec<u8>, Mismatch> {
    let mut out = BytesMut::new();
    append(value, declared, &mut out).map(|_| out.to_vec())
}

#[test]
fn a_value_longer_than_the_protocol_can_say_is_an_error() {
    // Zeros that are never read take no memory.
    let zeros = vec![0_u8; 1 << 31];
    let refused = sent(&Value::Blob(Cow::Borrowed(&zeros)), &Type::BYTEA);
    assert_eq!(refused, Err(TOO_LONG));
    let list = [Value::Blob(Cow::Borrowed(&[][..])), Value::Null];
    let mut out = BytesMut::new();
    assert!(array::append(&Type::BYTEA_ARRAY, &list, &mut out).is_ok());
}

#[test]
fn numbers_go_into_columns_of_any_width_that_holds_them() {
    let number = Value::Int(40_000);
    assert_eq!(sent(&number, &Type::INT8), Ok(vec![0, 0, 0, 0, 0, 0, 0x9c, 0x40]));
    assert_eq!(sent(&number, &Type::INT4), Ok(vec![0, 0, 0x9c, 0x40]));
    assert_eq!(sent(&number, &Type::INT2), Err(Mismatch::OutOfRange));
    assert_eq!(sent(&Value::Int(-1), &Type::OID), Err(Mismatch::OutOfRange));
    assert_eq!(sent(&Value::Int(1 << 60), &Type::FLOAT8), Err(Mismatch::Inexact));
    assert_eq!(sent(&Value::Real(1e300), &Type::FLOAT4), Err(Mismatch::OutOfRange));
    assert!(sent(&Value::Bool(true), &Type::INT4).is_err_and(|mismatch| mismatch.to_string().contains("int4")));
}

#[test]
fn json_with_an_escaped_nul_is_refused_and_an_escaped_backslash_is_none() {
    let json = |text: &'static str| sent(&Value::Json(text.into()), &Type::JSONB);
    assert!(json(r#""a\u0000""#).is_err());
    assert!(json(r#""\\\u0000""#).is_err());
    assert!(json(r#""a\\u0000""#).is_ok());
    assert!(json(r#""\u0001""#).is_ok());
}
