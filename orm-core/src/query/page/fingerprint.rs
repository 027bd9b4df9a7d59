//! The fingerprint of a query's order, so that other orders refuse its cursors.

use super::bytes::{hash, write_value};
use crate::ast::{Expr, Nulls, Order, Select};
use crate::schema::Table;
use crate::sql::{self, Dialect};
use crate::types::Param;

/// A number that differs for different tables and orders, and is the same in every run of every program.
pub(super) fn fingerprint(select: &Select, dialect: &dyn Dialect) -> u64 {
    let mut text = format!("{:?}.{:?}", select.table.schema, select.table.name).into_bytes();
    for order in select.full_order() {
        text.extend(b"; ");
        text.extend(value(&order.by, select.table, dialect));
        text.extend(direction(&order).as_bytes());
    }
    hash(&text)
}

fn value(by: &Expr, table: &'static Table, dialect: &dyn Dialect) -> Vec<u8> {
    match by {
        Expr::Column(column) => {
            let column = &table.columns[*column];
            // The values of a cursor are in their stored form.
            let form = if column.form.is_native() { String::new() } else { column.form.to_string() };
            format!("{:?}{form}", column.name).into_bytes()
        }
        by => expression(by, table, dialect),
    }
}

/// An expression as SQL and its values. SQL has the names of tables and columns, where the data has positions and
/// addresses.
fn expression(by: &Expr, table: &'static Table, dialect: &dyn Dialect) -> Vec<u8> {
    let sql = sql::value(by, table, dialect);
    let mut text = sql.text.into_bytes();
    if let Expr::OfLink(model, _) = by {
        text.extend(model.name.as_bytes());
    }
    for param in &sql.params {
        match param {
            Param::Value(value) | Param::Compared(value) => write_value(&mut text, value),
            Param::List(values) | Param::Column(values) => {
                for value in values {
                    write_value(&mut text, value);
                }
            }
            // Neither is part of an order: the first is an error, and the second belongs to a relation.
            Param::Refused(_) | Param::Keys(_) => {}
        }
    }
    text
}

fn direction(order: &Order) -> &'static str {
    let nulls = order.nulls.unwrap_or(if order.descending { Nulls::Last } else { Nulls::First });
    match (order.descending, nulls) {
        (false, Nulls::First) => " ascending, nulls first",
        (false, Nulls::Last) => " ascending, nulls last",
        (true, Nulls::First) => " descending, nulls first",
        (true, Nulls::Last) => " descending, nulls last",
    }
}
