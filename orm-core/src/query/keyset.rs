//! Keyset pagination: continuing after a row by its sort key, for pages and chunks.

use super::Query;
use crate::ast::{CallSite, Comparison, Expr, Nulls, Order, Select};
use crate::db::On;
use crate::error::{Error, Result, ResultValue};
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::row::Row;
use crate::schema::Table;
use crate::sql::{Dialect, called_unsteady};
use crate::value::{Mismatch, Value, ValueRef};

/// The rows of a statement that are taken, and the sort key of the last one.
pub(crate) struct Window {
    /// The maximum number of rows. The statement returns one more, to find out whether there are more.
    pub(crate) size: u64,
    /// The number of values after the record's own, which are only ordered by.
    pub(crate) hidden: usize,
    /// The positions of the sort key's values in a row.
    positions: Vec<usize>,
    /// The sort key of the last row that was taken, if there are more rows after it.
    pub(crate) last: Vec<Value<'static>>,
    /// Whether there are more rows.
    pub(crate) more: bool,
    /// Whether the first row that was not taken has the same sort key as the last one that was.
    tie: Tie,
    /// Whether more rows are an error.
    pub(crate) alone: bool,
}

/// Refuses to continue after a value that differs in the next statement.
fn check_steady(by: &Expr, dialect: &dyn Dialect) -> Result<()> {
    let mut refused = Ok(());
    by.visit(&mut |expr| {
        if let Expr::Fragment(fragment) = expr
            && let Some(function) = called_unsteady(fragment, dialect)
        {
            refused = Err(Error::invalid(format!(
                "pages and chunks continue after the value of the last row, and `{function}` has another value in each \
                 statement; in the SQL fragment `{}` write `{{}}` and bind a value, or order by a column",
                fragment.text
            )));
        }
        refused.is_ok()
    });
    refused
}

/// Whether two rows have the same sort key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    No,
    /// If values may be equal in the database that are not equal here, such as texts in another case.
    Perhaps,
    Yes,
}

impl Window {
    /// A select for the next `size` rows after `after`, and the window that reads them.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_invalid`](Error::is_invalid) for an order by a value that differs in each statement.
    pub(crate) fn of<B: Record>(
        select: &Select,
        after: Option<&[Value<'static>]>,
        size: u64,
        dialect: &dyn Dialect,
    ) -> Result<(Self, Select)> {
        let order = select.full_order();
        order.iter().try_for_each(|term| check_steady(&term.by, dialect))?;
        let mut select = Select { limit: Some(size.saturating_add(1)), ..select.clone() };
        let (mut hidden, mut positions) = (Vec::new(), Vec::with_capacity(order.len()));
        for term in &order {
            let position = match term.by {
                Expr::Column(column) => B::position(column),
                _ => None,
            };
            positions.push(position.unwrap_or_else(|| {
                hidden.push(term.by.clone());
                B::width() + hidden.len() - 1
            }));
        }
        if !hidden.is_empty() {
            let outputs = outputs(&select).into_iter().chain(hidden.iter().cloned());
            select.outputs = Some(outputs.collect());
        }
        if let Some(values) = after {
            select.filter.push(behind_row(select.table, &order, values));
            select.offset = None;
            // Chunks and pages of one row's relation follow each other, so they are not a loop over rows.
            if let Some(of) = &mut select.of {
                of.place = CallSite::default();
            }
        }
        Ok((Window { size, hidden: hidden.len(), positions, ..Window::whole() }, select))
    }

    /// All rows of the statement.
    pub(crate) fn whole() -> Self {
        Window {
            size: u64::MAX,
            hidden: 0,
            positions: Vec::new(),
            last: Vec::new(),
            more: false,
            tie: Tie::No,
            alone: false,
        }
    }

    /// One row; more are an error.
    pub(crate) fn single() -> Self {
        Window { size: 1, alone: true, ..Window::whole() }
    }

    /// Whether a row is taken that comes after `others` others.
    #[inline]
    pub(crate) fn takes(&mut self, others: usize) -> bool {
        let takes = (others as u64) < self.size;
        self.more |= !takes;
        takes
    }

    /// Checks whether the first row that is not taken has the same sort key as the last one that is.
    #[cold]
    pub(crate) fn look_behind(&mut self, row: Row<'_>) -> Result<()> {
        let pairs = self.positions.iter().zip(&self.last);
        let ties = pairs.map(|(&position, last)| Ok(tie(row.value(position)?, last.as_value_ref())));
        let ties: Vec<Tie> = ties.collect::<Result<_, Mismatch>>().map_err(unreadable)?;
        self.tie = match (ties.contains(&Tie::No), ties.contains(&Tie::Perhaps)) {
            (true, _) => Tie::No,
            (false, true) => Tie::Perhaps,
            (false, false) => Tie::Yes,
        };
        Ok(())
    }

    /// Stores the sort key of the last row that is taken.
    #[inline]
    pub(crate) fn remember(&mut self, rows: usize, row: Row<'_>) -> Result<()> {
        if rows as u64 == self.size { self.keep_place(row) } else { Ok(()) }
    }

    #[cold]
    fn keep_place(&mut self, row: Row<'_>) -> Result<()> {
        let values = self.positions.iter().map(|&position| Ok(row.value(position)?.to_owned()));
        self.last = values.collect::<Result<_, Mismatch>>().map_err(unreadable)?;
        Ok(())
    }
}

/// Whether values of two rows are equal in the database.
fn tie(one: ValueRef<'_>, other: ValueRef<'_>) -> Tie {
    let is_same_text = |one: &str, other: &str| one.trim_end().to_lowercase() == other.trim_end().to_lowercase();
    match (one, other) {
        (one, other) if one == other => Tie::Yes,
        (ValueRef::Int(_), ValueRef::Real(_)) | (ValueRef::Real(_), ValueRef::Int(_)) => Tie::Perhaps,
        (ValueRef::Text(one), ValueRef::Text(other)) if is_same_text(one, other) => Tie::Perhaps,
        _ => Tie::No,
    }
}

#[cold]
fn unreadable(mismatch: Mismatch) -> Error {
    Error::unreadable_result(ResultValue::SortKey, mismatch)
}

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// The sort key after which the next rows begin; `None` if there are none.
    ///
    /// An order ends with the primary key. If two rows have the same key, the second would be left out.
    pub(super) fn place_behind(&self, on: On<'_>, window: Window) -> Result<Option<Vec<Value<'static>>>> {
        let Window { more, tie, last, .. } = window;
        if !more {
            return Ok(None);
        }
        if tie == Tie::Yes || (tie == Tie::Perhaps && self.at_place(&last).read_count(on)? > 1) {
            return Err(Error::key_not_unique(M::TABLE));
        }
        Ok(Some(last))
    }

    /// The query of the rows with this sort key.
    fn at_place(&self, values: &[Value<'static>]) -> Self {
        let mut query = self.clone();
        let order = query.draft.select.full_order();
        query.draft.select.filter.extend(order.iter().zip(values).map(|(order, value)| equals(&order.by, value)));
        (query.draft.select.limit, query.draft.select.offset) = (None, None);
        query
    }
}

/// The selected values of a select, as expressions.
fn outputs(select: &Select) -> Vec<Expr> {
    match &select.outputs {
        Some(outputs) => outputs.to_vec(),
        None => (0..select.table.columns.len()).map(Expr::Column).collect(),
    }
}

/// The condition that a row comes after the row with these values.
fn behind_row(table: &'static Table, order: &[Order], values: &[Value<'static>]) -> Expr {
    if let Some(condition) = in_one_comparison(table, order, values) {
        return condition;
    }
    let stepwise = stepwise(table, order, values);
    match order.first().zip(values.first()).and_then(|(first, value)| not_before(table, first, value)) {
        Some(range) => Expr::And(vec![range, stepwise]),
        None => stepwise,
    }
}

/// `(a, b, id) > (?, ?, ?)`, for which an index on `(a, b, id)` needs a single search: if all terms have the same
/// direction, and none is nullable.
fn in_one_comparison(table: &'static Table, order: &[Order], values: &[Value<'static>]) -> Option<Expr> {
    let descending = order.first()?.descending;
    let uniform = order.iter().all(|order| order.descending == descending && !order.is_nullable(table));
    if !uniform || values.iter().any(Value::is_null) {
        return None;
    }
    let (comparison, bound) = (further(descending), |value: &Value<'static>| Expr::Value(value.clone()));
    if let ([only], [value]) = (order, values) {
        return Some(compare(&only.by, comparison, bound(value)));
    }
    let row = order.iter().map(|order| order.by.clone()).collect();
    Some(compare(&Expr::Row(row), comparison, Expr::Row(values.iter().map(bound).collect())))
}

/// `a >= ?`: the position at which an index that begins with the first term can start, if no `NULL` comes after it.
fn not_before(table: &'static Table, first: &Order, value: &Value<'static>) -> Option<Expr> {
    let comparison = if first.descending { Comparison::Le } else { Comparison::Ge };
    let range = || compare(&first.by, comparison, Expr::Value(value.clone()));
    let nulls_follow = nulls_last(first) && first.is_nullable(table);
    if value.is_null() || nulls_follow { None } else { Some(range()) }
}

/// `a > ? OR (a = ? AND b > ?) OR …`
fn stepwise(table: &'static Table, order: &[Order], values: &[Value<'static>]) -> Expr {
    let mut alternatives = Vec::with_capacity(order.len());
    let mut equal: Vec<Expr> = Vec::new();
    for (order, value) in order.iter().zip(values) {
        if let Some(behind) = behind(table, order, value) {
            alternatives.push(Expr::And(equal.iter().cloned().chain([behind]).collect()));
        }
        equal.push(equals(&order.by, value));
    }
    Expr::Or(alternatives)
}

/// The condition that a row comes after a value in one term; `None` if no row can.
fn behind(table: &'static Table, order: &Order, value: &Value<'static>) -> Option<Expr> {
    let is_null = || Expr::IsNull(Box::new(order.by.clone()));
    if value.is_null() {
        return (!nulls_last(order)).then(|| Expr::Not(Box::new(is_null())));
    }
    let further = compare(&order.by, further(order.descending), Expr::Value(value.clone()));
    let nulls_follow = nulls_last(order) && order.is_nullable(table);
    Some(if nulls_follow { Expr::Or(vec![further, is_null()]) } else { further })
}

fn equals(by: &Expr, value: &Value<'static>) -> Expr {
    if value.is_null() {
        Expr::IsNull(Box::new(by.clone()))
    } else {
        compare(by, Comparison::Eq, Expr::Value(value.clone()))
    }
}

fn nulls_last(order: &Order) -> bool {
    order.nulls.map_or(order.descending, |nulls| nulls == Nulls::Last)
}

fn further(descending: bool) -> Comparison {
    if descending { Comparison::Lt } else { Comparison::Gt }
}

fn compare(left: &Expr, comparison: Comparison, right: Expr) -> Expr {
    Expr::Compare(Box::new(left.clone()), comparison, Box::new(right))
}
