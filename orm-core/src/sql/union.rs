//! Unions of several selects.

use super::{Dialect, Held, Sql, Writer};
use crate::ast::{Expr, Nulls, Order, Select, SetOperator, Union};

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
        writer.put_together(union, false);
    }
    writer.push(") AS limited");
    writer.finish()
}

/// The types and forms of the outputs, if they are known: the form of all selects, if it can be ordered, or otherwise
/// the form of new tables.
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
        let order = self.order_of_outputs(union);
        let has_names = order.iter().any(|(.., nulls)| nulls.is_some()) && !self.dialect.places_nulls_by_position();
        let held = self.put_together(union, has_names);
        self.push(" ORDER BY ").separated(", ", order, |writer, (position, descending, nulls)| {
            let mut output = |writer: &mut Writer<'_>| writer.output(position, has_names, held[position]);
            writer.dialect.order_term(writer, &mut output, descending, nulls);
        });
        if union.is_limited() {
            self.dialect.limit(self, union.limit, union.offset);
        }
    }

    /// The outputs that the rows are ordered by, whether descending, and the position of `NULL`s unless it is the
    /// database's default.
    fn order_of_outputs(&self, union: &Union) -> Vec<(usize, bool, Option<Nulls>)> {
        let of_output = |order: Order| {
            let Expr::Output(position) = order.by else { return None };
            Some((position, order.descending, self.nulls_of(&order, union.is_nullable(position))))
        };
        union.full_order().into_iter().filter_map(of_output).collect()
    }

    /// `1`, or `c0` if the outputs have names.
    fn output(&mut self, position: usize, has_name: bool, held: Option<Held>) {
        if has_name {
            self.name(&output_name(position));
        } else {
            self.number(position + 1);
        }
        if let Some(held) = held {
            self.dialect.order_collation(self, held.compared_as());
        }
    }

    /// The selects with their operators, possibly with named outputs; returns the types and forms of the outputs.
    fn put_together(&mut self, union: &Union, has_names: bool) -> Vec<Option<Held>> {
        let held: Vec<_> = held_by(union).into_iter().map(|held| held.map(|held| self.held_here(held))).collect();
        for _ in (0..union.others.len()).filter(|&other| union.is_bracketed(other)) {
            self.push("SELECT * FROM (");
        }
        let names: Vec<String> = (0..held.len()).filter(|_| has_names).map(output_name).collect();
        self.member(&union.first, &held, &names);
        for (at, (operator, select)) in union.others.iter().enumerate() {
            if union.is_bracketed(at) {
                self.push(") AS n");
            }
            self.push(operator_in_sql(*operator)).member(select, &held, &[]);
        }
        held
    }

    /// One of the selects. Its limit is in a nested select, because not every database accepts parentheses around the
    /// select itself.
    fn member(&mut self, select: &Select, held: &[Option<Held>], names: &[String]) {
        if select.is_limited() {
            self.push("SELECT * FROM (").part(select, held, names);
            self.push(") AS n");
        } else {
            self.part(select, held, names);
        }
    }
}

/// The name of an output.
fn output_name(position: usize) -> String {
    format!("c{position}")
}

fn operator_in_sql(operator: SetOperator) -> &'static str {
    match operator {
        SetOperator::Union => " UNION ",
        SetOperator::UnionAll => " UNION ALL ",
        SetOperator::Intersect => " INTERSECT ",
        SetOperator::Except => " EXCEPT ",
    }
}
