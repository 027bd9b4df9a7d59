//! Pages of a query, each of which goes on behind the last row of the one before.

use std::fmt;
use std::str::FromStr;

use super::Query;
use super::keyset::Window;
use crate::ast::{Expr, Nulls, Select};
use crate::db::Executor;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::row::Record;
use crate::value::{Date, DateTime, Decimal, Mismatch, Time, Timestamp, Value};

impl<M: Model, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// Reads a page of so many rows, at least one, with a cursor for the page behind it.
    ///
    /// A page goes on behind the last row of the one before by the values that the rows are ordered by, the primary key
    /// last. So no row comes twice or is left out because others were inserted or deleted in between, and the last page is
    /// read as fast as the first where an index has the order.
    ///
    /// ```text
    /// let query = Student::query().order_by(Student::last_name().asc());
    /// let page = query.clone().page(20).read(&db)?;
    /// if let Some(cursor) = page.next {
    ///     let next = query.page(20).after(cursor).read(&db)?;
    /// }
    /// ```
    ///
    /// SQL: `… WHERE (t0."last_name", t0."id") > (?1, ?2) ORDER BY t0."last_name", t0."id" LIMIT ?3`
    pub fn page(self, rows: u64) -> Paged<M, Row, B> {
        Paged { query: self, size: rows.max(1), after: None }
    }
}

/// A query for one page; what [`Query::page`] returns.
#[must_use = "a page does nothing until it is read"]
pub struct Paged<M, Row = M, Base = M> {
    query: Query<M, Row, Base>,
    size: u64,
    after: Option<Cursor>,
}

/// A page of rows, and where the next one begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<Row> {
    /// The rows.
    pub rows: Vec<Row>,
    /// The cursor for the next page; `None` when this is the last.
    pub next: Option<Cursor>,
}

impl<M: Model, Row, B: Record<Model = M>> Paged<M, Row, B> {
    /// The page behind the row that a cursor stands for; the first one for `None`.
    pub fn after(mut self, cursor: impl Into<Option<Cursor>>) -> Self {
        self.after = cursor.into();
        self
    }

    /// The page, with the relations asked for.
    ///
    /// # Errors
    ///
    /// [`is_bad_cursor`](Error::is_bad_cursor) for a cursor of another model or another order,
    /// [`is_invalid`](Error::is_invalid) for a query with a limit or an offset of its own, and as
    /// [`Query::all`](Query::all).
    pub fn read(&self, on: &impl Executor) -> Result<Page<Row>> {
        let select = &self.query.select;
        if select.is_limited() {
            return Err(Error::invalid("a page has a size of its own; leave out the query's limit and offset"));
        }
        let order = fingerprint(select);
        let after = self.after.as_ref().map(|cursor| cursor.values_for(order, select)).transpose()?;
        let (mut window, select) = Window::of::<B>(select, after, self.size);
        let rows = self.query.run(on, &select, &mut window)?;
        let next = if window.more { Some(Cursor { order, values: window.last }) } else { None };
        Ok(Page { rows, next })
    }
}

impl<M: Model, Row, B> fmt::Debug for Paged<M, Row, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page of {} of {}", self.size, M::TABLE.model)
    }
}

/// The place of a row in the order of a query, for [`Paged::after`].
///
/// It prints as text of letters and digits, which can stand in a URL, and is parsed from it. The text is opaque, and not
/// secret: it holds the values that the row is ordered by, so do not order by what a reader must not see.
///
/// A text that was cut off or changed is refused when it is parsed, and a cursor of another model or order when it is used,
/// by a checksum and a fingerprint of the order. That protects from mistakes, and not from someone who makes up a cursor on
/// purpose: they can begin at any place of the order, and get no row that the query's conditions would not give them.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// The fingerprint of the table and the order.
    order: u64,
    values: Vec<Value<'static>>,
}

/// The first byte of a cursor: the form of the rest.
const VERSION: u8 = 1;

impl Cursor {
    fn values_for(&self, order: u64, select: &Select) -> Result<&[Value<'static>]> {
        let terms = select.full_order();
        let fits =
            |(value, term): (&Value<'static>, &crate::ast::Order)| !value.is_null() || term.is_nullable(select.table);
        if self.order != order || self.values.len() != terms.len() || !self.values.iter().zip(&terms).all(fits) {
            return Err(Error::bad_cursor("it is the cursor of another query: of another model, or another order"));
        }
        Ok(&self.values)
    }
}

/// A number that differs for different tables and orders, and is the same in every run of every program.
fn fingerprint(select: &Select) -> u64 {
    let mut text = format!("{:?}.{:?}", select.table.schema, select.table.name);
    for order in select.full_order() {
        let by = match order.by {
            Expr::Column(column) => format!("{:?}", select.table.columns[column].name),
            by => format!("{by:?}"),
        };
        let nulls = order.nulls.unwrap_or(if order.descending { Nulls::Last } else { Nulls::First });
        text.extend(["; ", &by, if order.descending { " descending" } else { " ascending" }]);
        text.push_str(if nulls == Nulls::First { ", nulls first" } else { ", nulls last" });
    }
    hash(text.as_bytes())
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION];
        bytes.extend(self.order.to_le_bytes());
        for value in &self.values {
            write_value(&mut bytes, value).map_err(|_| fmt::Error)?;
        }
        bytes.extend(hash(&bytes).to_le_bytes());
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text).ok_or_else(|| Error::bad_cursor("its text was cut off or changed"))
    }
}

fn parse(text: &str) -> Option<Cursor> {
    let digits = text.as_bytes();
    let digit = |at: usize| {
        digits.get(at).and_then(|&digit| char::from(digit).to_digit(16)).and_then(|digit| u8::try_from(digit).ok())
    };
    let bytes =
        (0..digits.len()).step_by(2).map(|at| Some(digit(at)? << 4 | digit(at + 1)?)).collect::<Option<Vec<u8>>>()?;
    let (content, checksum) = bytes.split_last_chunk::<8>()?;
    if hash(content) != u64::from_le_bytes(*checksum) {
        return None;
    }
    let content = content.strip_prefix(&[VERSION])?;
    let (order, mut rest) = content.split_first_chunk::<8>()?;
    let mut values = Vec::new();
    while !rest.is_empty() {
        values.push(read_value(&mut rest)?);
    }
    Some(Cursor { order: u64::from_le_bytes(*order), values })
}

fn write_value(bytes: &mut Vec<u8>, value: &Value<'_>) -> Result<(), Mismatch> {
    let (tag, content) = match value {
        Value::Null => (0, Vec::new()),
        Value::Bool(value) => (1, vec![u8::from(*value)]),
        Value::Int(value) => (2, value.to_le_bytes().to_vec()),
        Value::Real(value) => (3, value.to_bits().to_le_bytes().to_vec()),
        Value::Text(value) => (4, value.as_bytes().to_vec()),
        Value::Blob(value) => (5, value.to_vec()),
        Value::Uuid(value) => (6, value.to_vec()),
        Value::Date(value) => (7, value.text()?.into_bytes()),
        Value::Time(value) => (8, value.text().into_bytes()),
        Value::DateTime(value) => (9, value.text()?.into_bytes()),
        Value::Timestamp(value) => (10, value.text()?.into_bytes()),
        Value::Decimal(value) => (11, value.to_string().into_bytes()),
        Value::Json(value) => (12, value.as_bytes().to_vec()),
    };
    bytes.push(tag);
    bytes.extend((content.len() as u64).to_le_bytes());
    bytes.extend(content);
    Ok(())
}

fn read_value(bytes: &mut &[u8]) -> Option<Value<'static>> {
    let (&tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let (content, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    *bytes = rest;
    let text = || std::str::from_utf8(content).ok();
    Some(match tag {
        0 => Value::Null,
        1 => Value::Bool(content == [1]),
        2 => Value::Int(i64::from_le_bytes(content.try_into().ok()?)),
        3 => Value::Real(f64::from_bits(u64::from_le_bytes(content.try_into().ok()?))),
        4 => Value::Text(text()?.to_owned().into()),
        5 => Value::Blob(content.to_vec().into()),
        6 => Value::Uuid(content.try_into().ok()?),
        7 => Value::Date(Date::parse(text()?)?),
        8 => Value::Time(Time::parse(text()?)?),
        9 => Value::DateTime(DateTime::parse(text()?)?),
        10 => Value::Timestamp(Timestamp::parse(text()?)?),
        11 => Value::Decimal(Decimal::parse(text()?)?),
        12 => Value::Json(text()?.to_owned().into()),
        _ => return None,
    })
}
