//! `IN` with a subquery.

use std::sync::Arc;

use super::{Held, Writer};
use crate::ast::{Expr, Select};

impl Writer<'_> {
    /// `t0."id" IN (SELECT t1."student_id" FROM "enrollments" AS t1 WHERE …)`; if the database would plan too many of
    /// them together, `(t0."id" IN (…)) = TRUE`, which is `NULL` if the condition is.
    pub(super) fn one_returned(&mut self, value: &Expr, select: &Arc<Select>) {
        let Some([output]) = select.outputs.as_deref() else { return };
        let held = self.shared_with(value, output, select.table);
        self.exists += 1;
        let is_apart = self.dialect.exists_planned_together().is_some_and(|most| self.exists > most);
        if is_apart {
            self.push("(");
        }
        self.trusted_as(value, held);
        self.push(" IN (").returned(select, output, held);
        self.push(")");
        if is_apart {
            let truth = self.dialect.truth(true);
            self.push(") = ").push(truth);
        }
    }

    /// The values that a select returns, except `NULL`s: with one of them, `NOT IN` would match nothing.
    fn returned(&mut self, select: &Select, output: &Expr, held: Option<Held>) {
        let nullable = output.is_nullable(select.table);
        if !select.is_limited() {
            let select = Select { order: Vec::new(), ..select.clone() };
            self.part(&if nullable { without_null(select, output) } else { select }, &[held], &[] as &[&str]);
            return;
        }
        // They are left out after the limit. Not every database supports a limit directly within `IN`.
        self.push("SELECT n.").name("value").push(" FROM (").part(select, &[held], &["value"]);
        self.push(") AS n");
        if nullable {
            self.push(" WHERE n.").name("value").push(" IS NOT NULL");
        }
    }

    /// `SELECT t1."student_id" FROM "enrollments" AS t1 WHERE … ORDER BY … LIMIT ?`, as a part of a statement: with
    /// outputs in these forms, possibly named, and ordered only if it is limited.
    pub(super) fn part<N: AsRef<str>>(&mut self, select: &Select, held: &[Option<Held>], names: &[N]) {
        let root = self.next_alias();
        self.note_keys(root, select).name_joined(root, select.exprs());
        self.push(if select.distinct { "SELECT DISTINCT " } else { "SELECT " });
        self.enter_as(root, select.table);
        let outputs = select.outputs.iter().flat_map(|outputs| outputs.iter());
        self.separated(", ", outputs.zip(held).enumerate(), |writer, (at, (output, held))| {
            writer.trusted_as(output, *held);
            if let Some(name) = names.get(at) {
                writer.push(" AS ").name(name.as_ref());
            }
        });
        self.leave();
        self.push(" FROM ").table(select.table.schema, select.table.name).push(" AS ").alias(root);
        self.joined_link(root, select).output_joins(root);
        self.enter_as(root, select.table);
        self.restrictions(select);
        if select.is_limited() {
            self.order_by(&select.full_order(), select.order.len());
        }
        self.leave();
        self.bounds(select);
    }
}

/// Only the rows or groups whose value is not `NULL`.
fn without_null(mut select: Select, output: &Expr) -> Select {
    let condition = Expr::Not(Box::new(Expr::IsNull(Box::new(output.clone()))));
    match &mut select.group {
        Some(group) => group.having.push(condition),
        None => select.filter.push(condition),
    }
    select
}
