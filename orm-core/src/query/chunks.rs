//! Reading a query in chunks, each with its relations, so that memory is bounded.

use super::Query;
use crate::ast::{Comparison, Expr, Nulls, Order, Select};
use crate::db::Executor;
use crate::error::Result;
use crate::model::Model;
use crate::schema::Table;
use crate::value::Value;

/// How many rows a chunk holds when nothing else is said.
const DEFAULT_SIZE: u64 = 1_000;

impl<M: Model, Row> Query<M, Row> {
    /// Reads the rows in chunks of 1,000, each with the relations asked for: a query of any size in bounded memory.
    ///
    /// Each chunk goes on behind the last row of the one before, by the values that it is ordered by, so that no row
    /// comes twice and reading stays fast to the end. Each chunk sees one state of the database; for all chunks to see
    /// the same, read in a transaction: `query.chunks(&db.begin_read()?)`. To stop early, stop iterating.
    ///
    /// ```text
    /// for students in Student::query().prefetch(Student::courses()).chunks(&db) {
    ///     for student in students? { … }
    /// }
    /// ```
    pub fn chunks<'e, E: Executor>(&self, on: &'e E) -> Chunks<'e, M, Row, E> {
        Chunks { query: self.clone(), on, size: DEFAULT_SIZE, next: Next::First, left: self.select.limit }
    }
}

/// The rows of a query in chunks; what [`Query::chunks`] returns.
#[must_use = "chunks are read when iterated over"]
pub struct Chunks<'e, M, Row, E> {
    query: Query<M, Row>,
    on: &'e E,
    size: u64,
    next: Next,
    /// How many rows the query's own limit still allows.
    left: Option<u64>,
}

/// Where the next chunk begins.
enum Next {
    First,
    /// Behind the row with these values of the query's order and the primary key.
    After(Vec<Value<'static>>),
    Nowhere,
}

impl<M, Row, E> Chunks<'_, M, Row, E> {
    /// Reads chunks of so many rows; at least 1.
    pub fn of_size(mut self, rows: u64) -> Self {
        self.size = rows.max(1);
        self
    }
}

impl<M: Model, Row, E: Executor> Chunks<'_, M, Row, E> {
    /// The select of the next chunk.
    fn select(&self, order: &[Order]) -> Select {
        let size = self.left.map_or(self.size, |left| left.min(self.size));
        let mut select = Select { limit: Some(size), ..self.query.select.clone() };
        if let Next::After(values) = &self.next {
            select.filter.push(after(M::TABLE, order, values));
            select.offset = None;
        }
        select
    }

    fn read(&mut self) -> Result<Vec<Row>> {
        let order = full_order(M::TABLE, &self.query.select.order);
        let select = self.select(&order);
        let mut last = None;
        let rows = self.query.run_inspected(self.on, &select, |rows| {
            last = rows.last().map(|row| values_of(row, &order)).transpose()?;
            Ok(())
        })?;
        let count = rows.len() as u64;
        self.left = self.left.map(|left| left.saturating_sub(count));
        let is_last = select.limit.is_some_and(|limit| count < limit) || self.left == Some(0);
        self.next = last.filter(|_| !is_last).map_or(Next::Nowhere, Next::After);
        Ok(rows)
    }
}

impl<M: Model, Row, E: Executor> Iterator for Chunks<'_, M, Row, E> {
    type Item = Result<Vec<Row>>;

    fn next(&mut self) -> Option<Result<Vec<Row>>> {
        if matches!(self.next, Next::Nowhere) || self.left == Some(0) {
            return None;
        }
        match self.read() {
            Ok(rows) if rows.is_empty() => None,
            Ok(rows) => Some(Ok(rows)),
            Err(error) => {
                self.next = Next::Nowhere;
                Some(Err(error))
            }
        }
    }
}

/// The order asked for, and the primary key behind it.
fn full_order(table: &'static Table, orders: &[Order]) -> Vec<Order> {
    let by_key = table.primary_key.iter().filter(|&&column| !orders.iter().any(|order| order.column == column));
    let by_key = by_key.map(|&column| Order { column, descending: false, nulls: None });
    orders.iter().cloned().chain(by_key).collect()
}

fn values_of<M: Model>(row: &M, order: &[Order]) -> Result<Vec<Value<'static>>> {
    order.iter().map(|order| Ok(row.encode(order.column)?.into_owned())).collect()
}

/// The condition that a row stands behind the one with these values: greater in the first column, or equal in it and
/// greater in the second, and so on.
fn after(table: &'static Table, order: &[Order], values: &[Value<'static>]) -> Expr {
    let mut alternatives = Vec::with_capacity(order.len());
    let mut equal: Vec<Expr> = Vec::new();
    for (order, value) in order.iter().zip(values) {
        if let Some(behind) = behind(table, order, value) {
            alternatives.push(Expr::And(equal.iter().cloned().chain([behind]).collect()));
        }
        equal.push(equals(order.column, value));
    }
    Expr::Or(alternatives)
}

fn equals(column: usize, value: &Value<'static>) -> Expr {
    let column = Box::new(Expr::Column(column));
    if value.is_null() {
        Expr::IsNull(column)
    } else {
        Expr::Compare(column, Comparison::Eq, Box::new(Expr::Value(value.clone())))
    }
}

/// The condition that a row stands behind a value in one column; `None` when none can.
fn behind(table: &'static Table, order: &Order, value: &Value<'static>) -> Option<Expr> {
    let column = || Box::new(Expr::Column(order.column));
    let nulls_last = match order.nulls {
        Some(nulls) => nulls == Nulls::Last,
        None => order.descending,
    };
    if value.is_null() {
        return (!nulls_last).then(|| Expr::Not(Box::new(Expr::IsNull(column()))));
    }
    let comparison = if order.descending { Comparison::Lt } else { Comparison::Gt };
    let further = Expr::Compare(column(), comparison, Box::new(Expr::Value(value.clone())));
    let nulls_follow = nulls_last && table.columns[order.column].nullable;
    Some(if nulls_follow { Expr::Or(vec![further, Expr::IsNull(column())]) } else { further })
}
