//! Rows of several selects, put together.

use super::{Dialect, Held, Sql, Writer};
use crate::ast::{Expr, Order, Select, SetOperator, Union};

/// `SELECT t0."last_name" FROM "students" AS t0 UNION SELECT t1."last_name" FROM "teachers" AS t1 ORDER BY 1`
#[must_use]
pub fn union(union: &Union, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.union(union);
    writer.finish()
}

/// `SELECT count(*) FROM (SELECT … UNION SELECT …) AS limited`
#[must_use]
pub fn count_union(union: &Union, dialect: &dyn Dialect) -> Sql {
    let mut writer = Writer::new(dialect);
    writer.push("SELECT count(*) FROM (");
    if union.is_limited() {
        writer.union(union);
    } else {
        writer.put_together(union);
    }
    writer.push(") AS limited");
    writer.finish()
}

/// What the outputs hold, where it is known: what all selects store, where that has an order, or else the form of new tables.
pub(crate) fn held_by(union: &Union) -> Vec<Option<Held>> {
    let of_select = |select: &Select, at| Held::of(select.outputs.as_deref()?.get(at)?, select.table);
    let shared = |at| {
        let held: Vec<Option<Held>> = union.selects().map(|select| of_select(select, at)).collect();
        let first = held.iter().flatten().next()?;
        let serves = first.form.is_canonical() && first.form.sorts();
        let agree = held.iter().all(|held| held.is_some_and(|held| held.form == first.form));
        Some(if serves && agree { *first } else { Held::native(first.sql_type) })
    };
    (0..union.first.width()).map(shared).collect()
}

impl Writer<'_> {
    fn union(&mut self, union: &Union) {
        let held = self.put_together(union);
        self.push(" ORDER BY ").separated(", ", union.full_order(), |writer, order| {
            if let Expr::Output(position) = order.by {
                writer.output_term(position, &order, union.is_nullable(position), held[position]);
            }
        });
        if union.is_limited() {
            self.dialect.limit(self, union.limit, union.offset);
        }
    }

    /// `1 DESC`
    fn output_term(&mut self, position: usize, order: &Order, nullable: bool, held: Option<Held>) {
        let nulls = self.nulls_of(order, nullable);
        let mut value = |writer: &mut Writer<'_>| {
            writer.number(position + 1);
            if let Some(held) = held {
                writer.dialect.order_collation(writer, held.compared_as());
            }
        };
        self.dialect.order_term(self, &mut value, order.descending, nulls);
    }

    /// The selects with their operators; returns what the outputs hold.
    fn put_together(&mut self, union: &Union) -> Vec<Option<Held>> {
        let held: Vec<_> = held_by(union).into_iter().map(|held| held.map(|held| self.held_here(held))).collect();
        for _ in (0..union.others.len()).filter(|&other| union.is_bracketed(other)) {
            self.push("SELECT * FROM (");
        }
        self.member(&union.first, &held);
        for (at, (operator, select)) in union.others.iter().enumerate() {
            if union.is_bracketed(at) {
                self.push(") AS n");
            }
            self.push(operator_in_sql(*operator)).member(select, &held);
        }
        held
    }

    /// One of the selects. Its limit stands in brackets, which not every database takes around the select alone.
    fn member(&mut self, select: &Select, held: &[Option<Held>]) {
        if select.is_limited() {
            self.push("SELECT * FROM (").part(select, held, None);
            self.push(") AS n");
        } else {
            self.part(select, held, None);
        }
    }
}

fn operator_in_sql(operator: SetOperator) -> &'static str {
    match operator {
        SetOperator::Union => " UNION ",
        SetOperator::UnionAll => " UNION ALL ",
        SetOperator::Intersect => " INTERSECT ",
        SetOperator::Except => " EXCEPT ",
    }
}
