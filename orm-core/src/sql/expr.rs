//! Conditions as SQL.

use super::{Held, Writer};
use crate::ast::{Comparison, Expr, Function, Letters, Pattern};
use crate::schema::RelationDef;
use crate::types::{Form, Param, SqlType};
use crate::value::Value;

/// Lists of conditions are split so that their tree stays shallow: SQLite refuses a depth of 1,000.
const FLAT_TERMS: usize = 100;

impl Writer<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        if self.group_key(expr) {
            return;
        }
        match expr {
            Expr::Column(column) => {
                self.column(*column);
            }
            Expr::Excluded(column) => {
                self.excluded(*column);
            }
            Expr::Value(value) => {
                self.bind(self.param(value.clone()));
            }
            Expr::Compare(left, comparison, right) => self.compare(left, *comparison, right),
            Expr::Arithmetic(left, arithmetic, right) => {
                let held = self.held(left).or(self.held(right)).map_or(SqlType::Int64, |held| held.sql_type);
                let mut left = |writer: &mut Writer<'_>| writer.in_form(left, Held::native(held));
                let mut right = |writer: &mut Writer<'_>| writer.in_form(right, Held::native(held));
                self.dialect.arithmetic(self, *arithmetic, held, [&mut left, &mut right]);
            }
            Expr::Calendar(calendar, argument) => self.calendar(*calendar, argument),
            Expr::Call(call) => self.dialect.call(self, call),
            Expr::Case(case) => self.case(case),
            Expr::Json(value) => self.dialect.json(self, value),
            Expr::IsNull(value) => {
                self.expr(value);
                self.push(" IS NULL");
            }
            Expr::In(value, values) => self.one_of(value, values),
            Expr::InQuery(value, select) => self.one_returned(value, select),
            Expr::Between(value, least, greatest) => self.between(value, least, greatest),
            Expr::Like(value, pattern, letters) => self.like(value, pattern, *letters),
            Expr::And(terms) => {
                self.all_of(terms);
            }
            Expr::Or(terms) => self.balanced(" OR ", "1 = 0", terms),
            Expr::Not(condition) => self.negated(condition),
            Expr::Exists(relation, condition) => self.exists(relation, condition),
            Expr::ExistsAmong(relation, among, condition) => self.exists_among(relation, among, condition),
            Expr::OfRelated(relation, function, condition) => self.of_related(relation, *function, condition),
            Expr::IsNotTrue(condition) => {
                self.push("(");
                self.expr(condition);
                self.push(") IS NOT TRUE");
            }
            Expr::IsTrue(condition) => {
                self.push("(").expr(condition);
                self.push(") IS TRUE");
            }
            Expr::Aggregate(_, None) => {
                self.push("count(*)");
            }
            Expr::Aggregate(function, Some(argument)) => {
                self.aggregate(*function, argument);
            }
            Expr::Joined(relation, column) => self.joined_column(relation, *column),
            Expr::ValueOf(relation, value) => self.value_of(relation, value),
            Expr::OfLink(model, expr) => self.of_link(model, expr),
            Expr::Row(values) => {
                self.push("(").separated(", ", values, Self::expr).push(")");
            }
            Expr::Output(position) => {
                self.number(position + 1);
            }
            Expr::Fragment(fragment) => self.fragment(fragment),
        }
    }

    /// `t0."name" LIKE ? ESCAPE '\'`, and if an index finds prefixes only in one case, ` AND t0."name" GLOB ?` for the
    /// beginning of the prefix that has no case.
    fn like(&mut self, value: &Expr, pattern: &Pattern, letters: Letters) {
        let start = pattern.caseless_start(letters).filter(|_| self.dialect.finds_prefixes_as_written());
        let Some(start) = start else { return self.matches(value, pattern, letters) };
        let whole = start == pattern.text();
        let start = Pattern::StartsWith(start.to_owned());
        if whole {
            return self.matches(value, &start, Letters::AsWritten);
        }
        self.push("(").matches(value, pattern, letters);
        self.push(" AND ").matches(value, &start, Letters::AsWritten);
        self.push(")");
    }

    fn matches(&mut self, value: &Expr, pattern: &Pattern, letters: Letters) {
        self.dialect.matches(self, &mut |writer| writer.expr(value), pattern, letters);
    }

    /// `t1."name"`
    fn joined_column(&mut self, relation: &'static RelationDef, column: usize) {
        let Some((scope, _)) = self.scope() else { return };
        let alias = self.joined_as(scope, relation);
        if let (Some(alias), Some(column)) = (alias, (relation.to)().columns.get(column)) {
            self.qualified(alias, column.name);
        }
    }

    /// `t0."id" IN (…)`
    fn one_of(&mut self, value: &Expr, values: &[Value<'static>]) {
        let held = self.compared_by(value, false);
        let values = Self::list(held, values);
        if values.is_empty() {
            self.push("1 = 0");
            return;
        }
        self.told_apart_by(value);
        if self.in_index {
            self.push(" IN (").separated(", ", values, |writer, value| {
                writer.bind(Param::Compared(value));
            });
            self.push(")");
            return;
        }
        let mut values = Some(values);
        self.dialect.in_list(self, listed_as(value, held), &mut |writer| {
            writer.bind(Param::List(values.take().unwrap_or_default()));
        });
    }

    /// `t0."age" BETWEEN ? AND ?`, or two comparisons if the column's form cannot store a bound.
    fn between(&mut self, value: &Expr, least: &Expr, greatest: &Expr) {
        let form = self.compared_by(value, true).map_or(Form::Native, |held| held.form);
        let has_place = |bound: &&Expr| !matches!(bound, Expr::Value(bound) if form.step_below(bound).is_some());
        if ![least, greatest].iter().all(has_place) {
            self.push("(").compare(value, Comparison::Ge, least);
            self.push(" AND ").compare(value, Comparison::Le, greatest);
            self.push(")");
            return;
        }
        self.ordered_by(value);
        self.push(" BETWEEN ").operand(least, value, true);
        self.push(" AND ").operand(greatest, value, true);
    }

    /// Conditions that all must hold.
    pub(super) fn all_of(&mut self, terms: &[Expr]) -> &mut Self {
        self.balanced(" AND ", "1 = 1", terms);
        self
    }

    fn balanced(&mut self, operator: &str, none: &str, terms: &[Expr]) {
        match terms {
            [] => {
                self.push(none);
            }
            [term] => self.term(term),
            terms if terms.len() <= FLAT_TERMS => {
                self.separated(operator, terms, Self::term);
            }
            terms => {
                let (left, right) = terms.split_at(terms.len() / 2);
                self.push("(").balanced(operator, none, left);
                self.push(")").push(operator).push("(").balanced(operator, none, right);
                self.push(")");
            }
        }
    }

    /// A condition within a list: lists with the other operator are in parentheses.
    pub(super) fn term(&mut self, term: &Expr) {
        if matches!(term, Expr::And(_) | Expr::Or(_)) {
            self.push("(").expr(term);
            self.push(")");
        } else {
            self.expr(term);
        }
    }

    fn negated(&mut self, condition: &Expr) {
        match condition {
            Expr::IsNull(value) => {
                self.expr(value);
                self.push(" IS NOT NULL");
            }
            condition => {
                self.push("NOT (").expr(condition);
                self.push(")");
            }
        }
    }
}

/// The type of the values in the list of an `IN`: the type of the column, or otherwise of the expression.
fn listed_as(value: &Expr, held: Option<Held>) -> SqlType {
    let computed =
        if matches!(value, Expr::Aggregate(Function::Average, _)) { SqlType::Real64 } else { SqlType::Int64 };
    held.map_or(computed, |held| held.sql_type)
}
