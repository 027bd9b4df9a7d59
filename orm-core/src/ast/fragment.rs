//! Fragments of raw SQL.

use std::borrow::Cow;

use super::Expr;
use crate::types::SqlType;

/// A condition or a value in raw SQL.
#[derive(Clone, Debug, PartialEq)]
pub struct SqlFragment {
    /// The SQL text, with a placeholder `{}` for each argument.
    pub text: Cow<'static, str>,
    /// The arguments, in the order of their placeholders.
    pub arguments: Vec<Expr>,
    /// The type of the value, if the user declared it.
    pub sql_type: Option<SqlType>,
    /// Whether the fragment is an aggregate.
    pub is_aggregate: bool,
}
