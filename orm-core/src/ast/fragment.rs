//! Fragments of SQL that the user wrote.

use std::borrow::Cow;

use super::Expr;
use crate::types::SqlType;

/// A condition or a value in SQL that the user wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct SqlFragment {
    /// The text, with `{}` where the arguments stand.
    pub text: Cow<'static, str>,
    /// What stands for each `{}`, in their order.
    pub arguments: Vec<Expr>,
    /// What the value holds, where the user said it.
    pub sql_type: Option<SqlType>,
    /// Whether the text computes a value from all rows of a group.
    pub is_aggregate: bool,
}
