//! How values of a type are sent and received.

use tokio_postgres::types::{Kind as TypeKind, Type};

use crate::types::exact_f32;
use crate::value::Value;

/// How values of a type are sent and received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Bool,
    Short,
    Int,
    Long,
    Oid,
    Float,
    Double,
    Text,
    Json,
    Jsonb,
    Bytes,
    Uuid,
    Numeric,
    Date,
    Time,
    DateTime,
    Timestamp,
    Interval,
    /// Not supported.
    None,
}

impl Carrier {
    /// How values of this type are sent and received.
    pub(super) fn of(declared: &Type) -> Self {
        match *declared {
            Type::BOOL => Carrier::Bool,
            Type::INT2 => Carrier::Short,
            Type::INT4 => Carrier::Int,
            Type::INT8 => Carrier::Long,
            Type::OID => Carrier::Oid,
            Type::FLOAT4 => Carrier::Float,
            Type::FLOAT8 => Carrier::Double,
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::CHAR | Type::XML => {
                Carrier::Text
            }
            Type::JSON => Carrier::Json,
            Type::JSONB => Carrier::Jsonb,
            Type::NUMERIC => Carrier::Numeric,
            Type::DATE => Carrier::Date,
            Type::TIME => Carrier::Time,
            Type::TIMESTAMP => Carrier::DateTime,
            Type::TIMESTAMPTZ => Carrier::Timestamp,
            Type::INTERVAL => Carrier::Interval,
            Type::BYTEA => Carrier::Bytes,
            Type::UUID => Carrier::Uuid,
            ref other => match other.kind() {
                TypeKind::Domain(inner) => Carrier::of(inner),
                TypeKind::Enum(_) => Carrier::Text,
                // A type of an extension, so its number differs between databases.
                TypeKind::Simple if other.name() == "citext" => Carrier::Text,
                _ => Carrier::None,
            },
        }
    }

    /// Whether a number does not fit this type.
    pub(super) fn lacks(self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Carrier::Short, Value::Int(value)) => i16::try_from(*value).is_err(),
            (Carrier::Int, Value::Int(value)) => i32::try_from(*value).is_err(),
            (Carrier::Float, Value::Real(value)) => exact_f32(*value).is_none(),
            _ => false,
        }
    }
}

/// The type of an array's elements.
pub(super) fn element(declared: &Type) -> Option<&Type> {
    match inner(declared).kind() {
        TypeKind::Array(element) => Some(element),
        _ => None,
    }
}

/// The type that a domain restricts.
pub(super) fn inner(declared: &Type) -> &Type {
    match declared.kind() {
        TypeKind::Domain(of) => inner(of),
        _ => declared,
    }
}

/// The separator of elements in the text of arrays of a type. Types of extensions may have another one, which is not
/// known here.
pub(super) fn delimiter(declared: &Type) -> Option<char> {
    let element = inner(element(declared)?);
    match element.kind() {
        TypeKind::Simple if *element == Type::BOX => Some(';'),
        TypeKind::Simple => {
            let is_known = Type::from_oid(element.oid()).is_some() || ["hstore", "ltree"].contains(&element.name());
            is_known.then_some(',')
        }
        _ => Some(','),
    }
}
