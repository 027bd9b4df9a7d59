//! Subqueries of the related rows of the innermost scope's row.

use std::slice;

use super::Writer;
use crate::ast::{Aggregate, Expr, Select};
use crate::schema::RelationDef;

impl Writer<'_> {
    /// `EXISTS (SELECT 1 FROM "courses" AS t1 WHERE …)`
    pub(super) fn exists(&mut self, relation: &'static RelationDef, condition: &Expr) {
        self.exists_where(|writer| {
            writer.related_rows(relation, condition, |writer| {
                writer.push("1");
            });
        });
    }

    /// `EXISTS (SELECT 1 FROM (SELECT … FROM "courses" AS t1 WHERE … ORDER BY … LIMIT ?) AS t2 WHERE …)`
    pub(super) fn exists_among(&mut self, relation: &'static RelationDef, among: &Select, condition: &Expr) {
        self.exists_where(|writer| {
            writer.push("(SELECT 1 FROM ").limited_rows(relation, among);
            let rows = writer.next_alias();
            writer.push(" AS ").alias(rows);
            writer.name_joined(rows, [condition]).output_joins(rows);
            writer.enter_as(rows, among.table);
            writer.conditions(" WHERE ", slice::from_ref(condition));
            writer.leave();
            writer.push(")");
        });
    }

    /// `(SELECT max(t1."year") FROM "albums" AS t1 WHERE …)`
    pub(super) fn of_related(&mut self, relation: &'static RelationDef, function: Aggregate, condition: &Expr) {
        if function == Aggregate::Presence {
            return self.exists(relation, condition);
        }
        self.related_rows(relation, condition, |writer| {
            writer.of_each(function, (relation.to)());
        });
    }

    /// A value of the row of a to-one relation: `t1."name"` if it is joined, and otherwise `(SELECT t1."name" FROM
    /// "authors" AS t1 WHERE …)`.
    pub(super) fn value_of(&mut self, relation: &'static RelationDef, value: &Expr) {
        self.trust_single(relation);
        let joined = self.scope().and_then(|(alias, _)| self.joined_as(alias, relation));
        let Some(alias) = joined else {
            let condition = Expr::And(Expr::tag(relation).into_iter().collect());
            return self.related_rows(relation, &condition, |writer| writer.expr(value));
        };
        self.enter_as(alias, (relation.to)());
        self.expr(value);
        self.leave();
    }

    /// Writes ` WHERE …` for the table that the statement changes, which has no joins:
    ///
    /// ` WHERE EXISTS (SELECT 1 FROM (SELECT 1) AS t1 LEFT JOIN "authors" AS t2 ON … WHERE …)`
    pub(super) fn conditions_on_changed(&mut self, filter: &[Expr]) {
        let joined = self.scope().filter(|_| filter.iter().any(Expr::reads_joined));
        let Some((changed, _)) = joined else {
            self.conditions(" WHERE ", filter);
            return;
        };
        let one = self.next_alias();
        self.name_joined(changed, filter).push(" WHERE EXISTS (SELECT 1 FROM (SELECT 1) AS ").alias(one);
        self.output_joins(changed).conditions(" WHERE ", filter);
        self.push(")");
    }

    /// `EXISTS (…)`; if the database would plan too many of them together, `(EXISTS (…)) IS TRUE`.
    fn exists_where(&mut self, rows: impl FnOnce(&mut Self)) {
        self.exists += 1;
        let is_apart = self.dialect.exists_planned_together().is_some_and(|most| self.exists > most);
        rows(self.push(if is_apart { "(EXISTS " } else { "EXISTS " }));
        if is_apart {
            self.push(") IS TRUE");
        }
    }

    /// `(SELECT selected FROM target WHERE target.key = outer.key AND condition)`
    fn related_rows(&mut self, relation: &'static RelationDef, condition: &Expr, selected: impl FnOnce(&mut Self)) {
        self.enter_related(relation, condition, [], selected);
        self.leave();
        self.push(")");
    }

    /// `(SELECT … FROM target WHERE target.key = outer.key AND … ORDER BY … LIMIT ?)`
    fn limited_rows(&mut self, relation: &'static RelationDef, select: &Select) {
        let condition = Expr::And(select.filter.clone());
        self.enter_related(relation, &condition, select.order.iter().map(|order| &order.by), |writer| {
            if let Some((target, table)) = writer.scope() {
                writer.columns(target, table);
            }
        });
        self.order(select).leave();
        self.bounds(select);
        self.push(")");
    }

    /// `(SELECT selected FROM target WHERE target.key = outer.key AND condition`, in the target's scope
    fn enter_related<'e>(
        &mut self,
        relation: &'static RelationDef,
        condition: &'e Expr,
        order: impl IntoIterator<Item = &'e Expr>,
        selected: impl FnOnce(&mut Self),
    ) {
        let Some((outer, _)) = self.scope() else { return };
        let (to, target) = ((relation.to)(), self.next_alias());
        self.name_joined(target, [condition].into_iter().chain(order));
        self.enter_as(target, to);
        selected(self.push("(SELECT "));
        self.push(" FROM ").table(to.schema, to.name).push(" AS ").alias(target);
        if let Some(through) = &relation.through {
            let link = self.link_to(target);
            self.push(" JOIN ").links_of(through, link).push(" ON ");
            self.equal_columns(link, relation.right_columns(through), target, relation.target_columns());
            self.output_joins(target).push(" WHERE ");
            self.equal_columns(link, relation.left_columns(through), outer, relation.source_columns());
        } else {
            self.output_joins(target).push(" WHERE ");
            self.equal_columns(target, relation.target_columns(), outer, relation.source_columns());
        }
        if !condition.says_nothing() {
            self.push(" AND ").term(condition);
        }
    }
}
