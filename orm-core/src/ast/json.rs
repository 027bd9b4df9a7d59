//! Values within JSON.

use super::Expr;
use crate::types::{JsonKind, JsonStep};

/// A value within JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonValue {
    /// The JSON.
    pub of: Box<Expr>,
    /// The steps that lead to the value.
    pub steps: Vec<JsonStep>,
    /// The type that it is read as; a value of another type is read as `NULL`.
    pub kind: JsonKind,
}
