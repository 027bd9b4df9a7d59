//! Pages of a query, by keyset pagination.

mod bytes;
mod fingerprint;
mod fit;
#[cfg(feature = "signed-cursors")]
mod signed;

use std::fmt;
use std::str::FromStr;

#[cfg(feature = "signed-cursors")]
pub use signed::CursorKey;

use super::Query;
use super::keyset::Window;
use crate::ast::Select;
use crate::db::{On, Performs, Run, read_with};
use crate::error::{Error, Result};
use crate::loaded::Record;
use crate::mapped::Mapped;
use crate::prefetch::Plan;
use crate::sql::{Dialect, Sql};
use crate::value::Value;
use bytes::{hash, read_value, write_value};
use fingerprint::fingerprint;
use fit::{check_terms, misfit};

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    /// Reads a page of `rows` rows, with a cursor for the next page. A size of 0 is an error.
    ///
    /// This is keyset pagination: a page continues after the last row of the previous page, by the values that the rows
    /// are ordered by, with the primary key last. So rows that are inserted or deleted in between neither repeat nor
    /// hide other rows, and the last page is read as fast as the first if an index has the order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let query = Student::query().order_by(Student::last_name().asc());
    /// let page = query.clone().page(20).read(&db)?;
    /// if let Some(cursor) = page.next {
    ///     let next = query.page(20).after(cursor).read(&db)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `… WHERE (t0."last_name", t0."id") > (?1, ?2) ORDER BY t0."last_name", t0."id" LIMIT ?3`
    #[doc(alias = "paginate")]
    #[doc(alias = "cursor")]
    pub fn page(self, rows: u64) -> Paged<M, Row, B> {
        Paged { query: self, size: rows, after: None }
    }
}

/// A query of one page: the result of [`Query::page`].
#[must_use = "a page does nothing until it is read"]
pub struct Paged<M, Row = M, Base = M> {
    query: Query<M, Row, Base>,
    size: u64,
    after: Option<Cursor>,
}

/// A page of rows, and the cursor of the next page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<Row> {
    /// The rows.
    pub rows: Vec<Row>,
    /// The cursor of the next page; `None` if this is the last one.
    pub next: Option<Cursor>,
}

impl<M: Mapped, Row, B: Record<Model = M>> Paged<M, Row, B> {
    /// Reads the page after a cursor, or the first one for `None`.
    pub fn after(mut self, cursor: impl Into<Option<Cursor>>) -> Self {
        self.after = cursor.into();
        self
    }

    /// Returns the page, with its prefetched relations.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_bad_cursor`](Error::is_bad_cursor) for a cursor of another model or another order,
    /// and for a cursor with a value that the rows cannot be ordered by, such as text for a number. Returns one that
    /// [`is_invalid`](Error::is_invalid) for a size of 0, for a query with its own limit or offset, and for an order by
    /// more than 100 different values. Returns one that [`is_schema_mismatch`](Error::is_schema_mismatch) if the page would end
    /// between two rows with the same primary key. Otherwise it returns the same errors as [`Query::all`](Query::all).
    #[track_caller]
    pub fn read<'e, Mode: Performs<Self, Page<Row>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Page<Row>> {
        read_with(on, self, Self::read_page)
    }

    /// Returns the statement for the rows of the page, without running it. It selects one row more than the page has,
    /// which shows whether there is a next page.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let page = Student::query().order_by(Student::last_name().asc()).page(20);
    /// println!("{}", page.sql(&db)?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`read`](Paged::read) that need no statement, such as those of a cursor of another order.
    pub fn sql(&self, on: &impl Run) -> Result<Sql> {
        let dialect = on.db().dialect();
        self.query.check()?;
        let (_, select) = self.window(dialect)?;
        Ok(self.query.statement(&select, dialect))
    }

    /// Returns all statements that the page would send, as a tree, without running them.
    ///
    /// [`assert_plan!`](crate::assert_plan) asserts with it that an index has the order, also after a cursor:
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # use orm::assert_plan;
    /// let query = Student::query().order_by(Student::id().desc());
    /// let first = query.clone().page(1).read(&db)?;
    /// assert_plan!(&db, query.page(20).after(first.next));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`sql`](Paged::sql), or an error if the catalog of the database cannot be read.
    #[doc(alias = "explain")]
    #[track_caller]
    pub fn plan<'e, Mode: Performs<Self, Plan>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Plan> {
        read_with(on, self, Self::planned)
    }

    fn planned(&self, on: On<'_>) -> Result<Plan> {
        let (_, select) = self.window(on.dialect())?;
        let sql = self.query.statement(&select, on.dialect());
        self.query.planned_with(on, sql, select.is_whole_table())
    }

    fn read_page(&self, on: On<'_>) -> Result<Page<Row>> {
        let (mut window, limited) = self.window(on.dialect())?;
        let rows = self.query.run(on, &limited, &mut window);
        let rows = rows.map_err(|error| if self.after.is_some() { error.of_cursor() } else { error })?;
        let select = &self.query.draft.select;
        let order = fingerprint(select, on.dialect());
        let next = self.query.place_behind(on, window)?.map(|values| Cursor { order, values });
        next.as_ref().map_or(Ok(()), |cursor| cursor.check(select))?;
        Ok(Page { rows, next })
    }

    /// The select for the rows of the page, and the window that reads them.
    fn window(&self, dialect: &dyn Dialect) -> Result<(Window, Select)> {
        let select = &self.query.draft.select;
        if self.size == 0 {
            return Err(Error::invalid("a page has at least one row; write a size such as `.page(20)`"));
        }
        if select.is_limited() {
            return Err(Error::invalid("a page has its own size; leave out the query's limit and offset"));
        }
        check_terms(select)?;
        let order = fingerprint(select, dialect);
        let after = self.after.as_ref().map(|cursor| cursor.values_for(order, select)).transpose()?;
        Window::of::<B>(select, after, self.size, dialect)
    }
}

impl<M, Row, B> Clone for Paged<M, Row, B> {
    fn clone(&self) -> Self {
        Paged { query: self.query.clone(), size: self.size, after: self.after.clone() }
    }
}

impl<M: Mapped, Row, B> fmt::Debug for Paged<M, Row, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page of {} of {}", self.size, M::TABLE.model)
    }
}

/// The position of a row in the order of a query, for [`Paged::after`].
///
/// It prints as text of letters and digits for a URL, and is parsed from it. The text is opaque, but not secret: it
/// contains the values that the row is ordered by, so do not order by values that a reader must not see.
///
/// A truncated or changed text is refused when it is parsed, and a cursor of another model or order when it is used, by
/// a checksum and a fingerprint of the order. That protects against mistakes, and not against a forged cursor: with
/// one, an attacker can begin at any position of the order, but gets only rows that meet the query's conditions. To
/// prevent that, enable the feature `signed-cursors`, which has `Cursor::sign` and `Cursor::verify`.
///
/// A text of more than 128 KiB is refused too, so do not use cursors for rows that are ordered by longer values.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// The fingerprint of the table and the order.
    order: u64,
    values: Vec<Value<'static>>,
}

/// The first byte of a cursor: the format of the rest.
const VERSION: u8 = 1;

/// The maximum number of bytes in the text of a cursor: more than fits in a URL anywhere.
const LONGEST_TEXT: usize = 128 * 1024;

impl Cursor {
    fn values_for(&self, order: u64, select: &Select) -> Result<&[Value<'static>]> {
        let terms = select.full_order();
        let fits =
            |(value, term): (&Value<'static>, &crate::ast::Order)| !value.is_null() || term.is_nullable(select.table);
        if self.order != order || self.values.len() != terms.len() || !self.values.iter().zip(&terms).all(fits) {
            return Err(Error::bad_cursor("it is the cursor of another query: of another model, or another order"));
        }
        if self.values.iter().zip(&terms).any(|(value, term)| misfit(value, term, select.table).is_some()) {
            return Err(Error::bad_cursor("it holds a value of another type than the rows are ordered by"));
        }
        Ok(&self.values)
    }

    /// Whether the cursor of a row will be accepted: a database may contain values of other types than the model
    /// declares.
    fn check(&self, select: &Select) -> Result<()> {
        let terms = select.full_order();
        let misfits = self.values.iter().zip(&terms).filter_map(|(value, term)| misfit(value, term, select.table));
        misfits.take(1).try_for_each(Err)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.content(VERSION);
        bytes.extend(hash(&bytes).to_le_bytes());
        f.write_str(&digits(&bytes))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text).ok_or_else(|| Error::bad_cursor("its text was cut off or changed"))
    }
}

fn parse(text: &str) -> Option<Cursor> {
    let bytes = bytes_of(text)?;
    let (content, checksum) = bytes.split_last_chunk::<8>()?;
    let unchanged = hash(content) == u64::from_le_bytes(*checksum);
    Cursor::of_content(content, VERSION).filter(|_| unchanged)
}

impl Cursor {
    fn content(&self, version: u8) -> Vec<u8> {
        let mut bytes = vec![version];
        bytes.extend(self.order.to_le_bytes());
        for value in &self.values {
            write_value(&mut bytes, value);
        }
        bytes
    }

    fn of_content(content: &[u8], version: u8) -> Option<Self> {
        let (order, mut rest) = content.strip_prefix(&[version])?.split_first_chunk::<8>()?;
        let mut values = Vec::new();
        while !rest.is_empty() {
            values.push(read_value(&mut rest)?);
        }
        Some(Cursor { order: u64::from_le_bytes(*order), values })
    }
}

fn digits(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST_TEXT {
        return None;
    }
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |pair: &[u8]| match pair {
        &[high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(byte).collect()
}
