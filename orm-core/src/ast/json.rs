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
    /// What it is read as; `NULL` where it is none.
    pub kind: JsonKind,
}
