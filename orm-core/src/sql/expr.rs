//! Conditions as SQL.

use super::{Param, Writer};
use crate::ast::{Comparison, Expr, Function, Pattern};
use crate::schema::RelationDef;
use crate::types::SqlType;
use crate::value::Value;

/// Lists of conditions are split so that the tree they make stays shallow: SQLite refuses a depth of 1,000.
const FLAT_TERMS: usize = 100;

impl Writer<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Column(column) => {
                self.column(*column);
            }
            Expr::Value(value) => {
                self.bind(Param::Value(value.clone()));
            }
            Expr::Compare(left, comparison, right) => {
                match comparison {
                    Comparison::Lt | Comparison::Le | Comparison::Gt | Comparison::Ge => self.sized(left, right),
                    _ => self.expr(left),
                }
                self.push(self.dialect.operator(*comparison));
                self.expr(right);
            }
            Expr::Arithmetic(left, arithmetic, right) => {
                let sql_type = self.type_of(left).or(self.type_of(right)).unwrap_or(SqlType::Int64);
                let (before, between, after) = self.dialect.arithmetic(*arithmetic, sql_type);
                self.push(before).expr(left);
                self.push(between).expr(right);
                self.push(after);
            }
            Expr::IsNull(value) => {
                self.expr(value);
                self.push(" IS NULL");
            }
            Expr::In(_, values) if values.is_empty() => {
                self.push("1 = 0");
            }
            Expr::In(value, values) => {
                let (before, after) = self.dialect.in_list();
                self.expr(value);
                self.push(before).bind(Param::List(values.clone())).push(after);
            }
            Expr::Between(value, least, greatest) => {
                self.expr(value);
                self.collated_as(&[value, least, greatest]);
                self.push(" BETWEEN ");
                self.expr(least);
                self.push(" AND ");
                self.expr(greatest);
            }
            Expr::Like(value, pattern) => {
                self.expr(value);
                let pattern = Value::Text(like_pattern(pattern).into());
                self.push(self.dialect.like()).bind(Param::Value(pattern)).push(" ESCAPE '\\'");
            }
            Expr::And(terms) => {
                self.all_of(terms);
            }
            Expr::Or(terms) => self.balanced(" OR ", "1 = 0", terms),
            Expr::Not(condition) => self.negated(condition),
            Expr::Exists(relation, condition) => {
                self.push("EXISTS (SELECT 1").related_rows(relation, condition);
            }
            Expr::Count(relation, condition) => {
                self.push("(SELECT count(*)").related_rows(relation, condition);
            }
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
                self.function(*function, argument.sql_type, |writer| writer.expr(&argument.value));
            }
            Expr::Joined(relation, column) => self.joined_column(relation, *column),
            Expr::Row(values) => {
                self.push("(").separated(", ", values, Self::expr).push(")");
            }
            Expr::Output(position) => {
                self.number(position + 1);
            }
        }
    }

    /// `t1."name"`
    fn joined_column(&mut self, relation: &'static RelationDef, column: usize) {
        let Some((scope, _)) = self.scope() else { return };
        let is_it = |&&(from, other, _): &&(usize, &RelationDef, usize)| from == scope && std::ptr::eq(other, relation);
        let alias = self.joined.iter().find(is_it).map(|&(_, _, alias)| alias);
        if let (Some(alias), Some(column)) = (alias, (relation.to)().columns.get(column)) {
            self.qualified(alias, column.name);
        }
    }

    /// `sum(…)`, of values of some type.
    pub(super) fn function(
        &mut self,
        function: Function,
        sql_type: SqlType,
        argument: impl FnOnce(&mut Self),
    ) -> &mut Self {
        let (before, after) = self.dialect.computed(function, sql_type);
        self.push(before);
        argument(self);
        self.push(after)
    }

    /// A value that is compared with another by size, each part in the collation of its order.
    fn sized(&mut self, value: &Expr, other: &Expr) {
        if let (Expr::Row(values), Expr::Row(others)) = (value, other) {
            self.push("(").separated(", ", values.iter().zip(others), |writer, (value, other)| {
                writer.sized(value, other);
            });
            self.push(")");
        } else {
            self.expr(value);
            self.collated_as(&[value, other]);
        }
    }

    /// The collation of an order of these, behind the first.
    pub(super) fn collated_as(&mut self, exprs: &[&Expr]) {
        if let Some(sql_type) = exprs.iter().find_map(|expr| self.type_of(expr)) {
            self.push(self.dialect.order_collation(sql_type));
        }
    }

    /// The type of a value that is a column, or made of columns.
    fn type_of(&self, expr: &Expr) -> Option<SqlType> {
        match expr {
            Expr::Column(column) => self.scope().and_then(|(_, table)| Some(table.columns.get(*column)?.sql_type)),
            Expr::Arithmetic(left, _, right) => self.type_of(left).or_else(|| self.type_of(right)),
            Expr::Aggregate(Function::Sum | Function::Min | Function::Max, Some(argument)) => Some(argument.sql_type),
            _ => None,
        }
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

    /// A condition within a list: lists of the other kind are bracketed.
    fn term(&mut self, term: &Expr) {
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

    /// ` FROM target WHERE target.key = outer.key AND condition)`, the rest of a subquery
    fn related_rows(&mut self, relation: &'static RelationDef, condition: &Expr) {
        let Some((outer, from)) = self.scope() else { return };
        let to = (relation.to)();
        self.push(" FROM ").enter(to);
        let Some((target, _)) = self.scope() else { return };
        if let Some(through) = &relation.through {
            let link = self.next_alias();
            self.push(" JOIN ").table(through.schema, through.table).push(" AS ").alias(link).push(" ON ");
            self.equal_columns(link, through.right, target, to.names(relation.to_columns));
            self.push(" WHERE ");
            self.equal_columns(link, through.left, outer, from.names(relation.from_columns));
        } else {
            self.push(" WHERE ");
            let to_columns: Vec<&str> = to.names(relation.to_columns).collect();
            self.equal_columns(target, &to_columns, outer, from.names(relation.from_columns));
        }
        if !matches!(condition, Expr::And(terms) if terms.is_empty()) {
            self.push(" AND ").term(condition);
        }
        self.leave();
        self.push(")");
    }

    /// `t1."a" = t0."x" AND t1."b" = t0."y"`
    pub(super) fn equal_columns<'n>(
        &mut self,
        left: usize,
        left_columns: &[&'n str],
        right: usize,
        right_columns: impl Iterator<Item = &'n str>,
    ) {
        self.separated(" AND ", left_columns.iter().zip(right_columns), |writer, (own, other)| {
            writer.qualified(left, own).push(" = ").qualified(right, other);
        });
    }
}

fn like_pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Like(pattern) => pattern.clone(),
        Pattern::Contains(text) => format!("%{}%", escape_like(text)),
        Pattern::StartsWith(text) => format!("{}%", escape_like(text)),
        Pattern::EndsWith(text) => format!("%{}", escape_like(text)),
    }
}

fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for part in text.chars() {
        if matches!(part, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(part);
    }
    escaped
}
