//! Functions and `CASE`s as SQL.

use super::{Held, Writer};
use crate::ast::{Call, Case, Expr, Scalar};
use crate::types::SqlType;

impl Writer<'_> {
    /// `lower(t0."email")`, as in standard SQL, or otherwise as in SQLite and PostgreSQL.
    pub(super) fn call(&mut self, call: &Call) {
        match call.function {
            Scalar::Concat => {
                self.push("(").separated(" || ", &call.arguments, Self::text).push(")");
            }
            Scalar::Coalesce => self.first_value(call),
            // An integer has no digits after the decimal point.
            Scalar::Round(_) if call.sql_type.is_integer() => self.arguments(call),
            function => {
                self.push(function_in_sql(function)).push("(").arguments(call);
                if let Scalar::Round(digits) = function {
                    self.push(", ").number(digits.into());
                }
                self.push(")");
            }
        }
    }

    /// The arguments of a text or number function.
    pub(super) fn arguments(&mut self, call: &Call) {
        let takes_text = call.function.is_text() || call.function == Scalar::Length;
        self.separated(", ", &call.arguments, |writer, argument| {
            if takes_text { writer.text(argument) } else { writer.in_native_form(argument, call.sql_type) }
        });
    }

    /// `coalesce(t0."nickname", t0."name")`
    fn first_value(&mut self, call: &Call) {
        let alternatives = Alternatives::of(call.arguments.iter(), call.sql_type);
        self.push("coalesce(").separated(", ", &call.arguments, |writer, value| {
            writer.alternative(value, alternatives);
        });
        self.push(")");
    }

    /// `CASE WHEN t0."due" < ?1 THEN ?2 ELSE ?3 END`
    pub(super) fn case(&mut self, case: &Case) {
        let alternatives = Alternatives::of(case.values(), case.sql_type);
        self.push("CASE");
        for (condition, value) in &case.branches {
            self.push(" WHEN ").expr(condition);
            self.push(" THEN ").alternative(value, alternatives);
        }
        if let Some(value) = &case.otherwise {
            self.push(" ELSE ").alternative(value, alternatives);
        }
        self.push(" END");
    }

    /// One of several values, all of them in the form of new tables.
    fn alternative(&mut self, value: &Expr, alternatives: Alternatives) {
        let Alternatives { sql_type, tell_their_type } = alternatives;
        match value {
            Expr::Value(_) if !tell_their_type => {
                self.dialect.constant(self, sql_type, &mut |writer| writer.in_native_form(value, sql_type));
            }
            value => self.in_native_form(value, sql_type),
        }
    }

    /// The text argument of a function.
    fn text(&mut self, value: &Expr) {
        match value {
            Expr::Call(call) if call.function.is_text() => self.expr(value),
            value => self.dialect.text(self, &mut |writer| writer.expr(value)),
        }
    }

    fn in_native_form(&mut self, value: &Expr, sql_type: SqlType) {
        let native = Held::native(sql_type);
        if let Expr::Value(value) = value {
            self.bind_stored(value.clone(), native);
            return;
        }
        self.trust_value(value);
        self.in_form(value, native);
    }
}

/// What several alternative values have in common.
#[derive(Clone, Copy)]
struct Alternatives {
    sql_type: SqlType,
    /// Whether they contain a column or an expression, which determines the type of constants.
    tell_their_type: bool,
}

impl Alternatives {
    fn of<'e>(mut values: impl Iterator<Item = &'e Expr>, sql_type: SqlType) -> Self {
        Alternatives { sql_type, tell_their_type: values.any(|value| !matches!(value, Expr::Value(_))) }
    }
}

/// The name of a function in standard SQL.
pub(super) fn function_in_sql(function: Scalar) -> &'static str {
    match function {
        Scalar::Lower => "lower",
        Scalar::Upper => "upper",
        Scalar::Trim => "trim",
        Scalar::TrimStart => "ltrim",
        Scalar::TrimEnd => "rtrim",
        Scalar::Length => "length",
        Scalar::Concat => "concat",
        Scalar::Coalesce => "coalesce",
        Scalar::Absolute => "abs",
        Scalar::Round(_) => "round",
    }
}
