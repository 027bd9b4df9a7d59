//! Subqueries of the rows that a relation leads to from the row of the innermost scope.

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

    /// `EXISTS (…)`; where the database would plan too many of them together, `(EXISTS (…)) IS TRUE`.
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
        self.enter_related(relation, condition, selected);
        self.leave();
        self.push(")");
    }

    /// `(SELECT … FROM target WHERE target.key = outer.key AND … ORDER BY … LIMIT ?)`
    fn limited_rows(&mut self, relation: &'static RelationDef, select: &Select) {
        let condition = Expr::And(select.filter.clone());
        self.enter_related(relation, &condition, |writer| {
            if let Some((target, table)) = writer.scope() {
                writer.columns(target, table);
            }
        });
        self.order(&select.order).leave();
        self.bounds(select);
        self.push(")");
    }

    /// `(SELECT selected FROM target WHERE target.key = outer.key AND condition`, in the target's scope
    fn enter_related(&mut self, relation: &'static RelationDef, condition: &Expr, selected: impl FnOnce(&mut Self)) {
        let Some((outer, _)) = self.scope() else { return };
        let (to, target) = ((relation.to)(), self.next_alias());
        self.enter_as(target, to);
        selected(self.push("(SELECT "));
        self.push(" FROM ").table(to.schema, to.name).push(" AS ").alias(target);
        if let Some(through) = &relation.through {
            let link = self.next_alias();
            self.push(" JOIN ").links_of(through, link).push(" ON ");
            self.equal_columns(link, relation.right_columns(through), target, relation.target_columns());
            self.push(" WHERE ");
            self.equal_columns(link, relation.left_columns(through), outer, relation.source_columns());
        } else {
            self.push(" WHERE ");
            self.equal_columns(target, relation.target_columns(), outer, relation.source_columns());
        }
        if !condition.says_nothing() {
            self.push(" AND ").term(condition);
        }
    }
}
