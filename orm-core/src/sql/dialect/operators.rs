//! Operators and functions that databases have in common.

use crate::ast::{Arithmetic, Comparison, Function, Wait};

/// The operator of a comparison, in standard SQL or PostgreSQL.
pub(in crate::sql) fn operator_in_sql(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Eq => " = ",
        Comparison::Ne => " <> ",
        Comparison::Lt => " < ",
        Comparison::Le => " <= ",
        Comparison::Gt => " > ",
        Comparison::Ge => " >= ",
        Comparison::Contains => " @> ",
        Comparison::ContainedIn => " <@ ",
        Comparison::Overlaps => " && ",
    }
}

/// The text before the argument of an aggregate, in standard SQL.
pub(in crate::sql) fn function_in_sql(function: Function) -> &'static str {
    match function {
        Function::Count => "count(",
        Function::CountDistinct => "count(DISTINCT ",
        Function::Sum => "sum(",
        Function::Average => "avg(",
        Function::Min => "min(",
        Function::Max => "max(",
    }
}

/// The operator between two numbers, in standard SQL.
pub(in crate::sql) fn arithmetic_in_sql(arithmetic: Arithmetic) -> &'static str {
    match arithmetic {
        Arithmetic::Add => " + ",
        Arithmetic::Subtract => " - ",
        Arithmetic::Multiply => " * ",
    }
}

/// The clause that says whether to wait for locks.
pub(in crate::sql) fn waiting_in_sql(wait: Wait) -> &'static str {
    match wait {
        Wait::Wait => "",
        Wait::Skip => " SKIP LOCKED",
        Wait::Refuse => " NOWAIT",
    }
}
