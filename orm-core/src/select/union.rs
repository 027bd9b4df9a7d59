//! Unions of several selections of one type.

use std::fmt;
use std::marker::PhantomData;

use super::{Decode, Selected, Selection, Taking, path};
use crate::ast::{Expr, Order, SetOperator, Union as Selects};
use crate::column::{EachRow, Ordering};
use crate::db::{On, Performs, Run, read_with};
use crate::error::{Error, Result};
use crate::expression::Expression;
use crate::mapped::Mapped;
use crate::observe::OneRow;
use crate::prefetch::{Plan, Step};
use crate::query::Statement;
use crate::sql::{self, Sql};

/// The combined rows of several selections: the result of [`Selected::union`].
///
/// `M` and `Of` belong to the first selection, whose columns the rows are ordered by.
#[must_use = "a query does nothing until it is run, as with `.all(&db)`"]
pub struct Union<M, Row, Of = EachRow> {
    selects: Selects,
    decode: Decode<Row>,
    /// The first error, which is returned when the rows are loaded.
    error: Option<Error>,
    types: PhantomData<fn() -> (M, Of)>,
}

impl<M: Mapped, T, Of> Selected<M, T, Of> {
    /// Adds the rows of another selection of the same type, without duplicates.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let names: Vec<String> = Student::query()
    ///     .select(Student::last_name())
    ///     .union(Department::query().select(Department::name()))
    ///     .order_by(Student::last_name().desc())
    ///     .limit(10)
    ///     .all(&db)?;
    /// assert_eq!(names, ["Mathematics", "Byron"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A selection's limit applies to its own rows, and its order only decides which rows these are. For rows of one
    /// model that meet one of two conditions, use one [`Query`](crate::query::Query) with both: `.filter(one | other)`.
    ///
    /// SQL: `SELECT t0."last_name" FROM "students" AS t0 UNION SELECT t1."name" FROM "departments" AS t1 ORDER BY 1`
    pub fn union<N: Mapped, By>(self, other: Selected<N, T, By>) -> Union<M, T, Of> {
        self.combined(SetOperator::Union, other)
    }

    /// Adds the rows of another selection of the same type, with duplicates.
    ///
    /// SQL: `SELECT … UNION ALL SELECT …`
    pub fn union_all<N: Mapped, By>(self, other: Selected<N, T, By>) -> Union<M, T, Of> {
        self.combined(SetOperator::UnionAll, other)
    }

    /// Keeps only the rows that another selection of the same type has too, without duplicates.
    ///
    /// SQL: `SELECT … INTERSECT SELECT …`
    pub fn intersect<N: Mapped, By>(self, other: Selected<N, T, By>) -> Union<M, T, Of> {
        self.combined(SetOperator::Intersect, other)
    }

    /// Removes the rows that another selection of the same type has, and duplicates.
    ///
    /// SQL: `SELECT … EXCEPT SELECT …`
    #[doc(alias = "difference")]
    pub fn except<N: Mapped, By>(self, other: Selected<N, T, By>) -> Union<M, T, Of> {
        self.combined(SetOperator::Except, other)
    }

    fn combined<N: Mapped, By>(self, operator: SetOperator, other: Selected<N, T, By>) -> Union<M, T, Of> {
        let error = self.check().err();
        let selects = Selects::of(self.draft.select);
        Union { selects, decode: self.decode, error, types: PhantomData }.combined(operator, other)
    }
}

impl<M: Mapped, T, Of> Union<M, T, Of> {
    /// Adds the rows of one more selection, as [`Selected::union`] does.
    pub fn union<N: Mapped, By>(self, other: Selected<N, T, By>) -> Union<M, T, Of> {
        self.combined(SetOperator::Union, other)
    }

    /// Adds the rows of one more selection, as [`Selected::union_all`] does.
    pub fn union_all<N: Mapped, By>(self, other: Selected<N, T, By>) -> Union<M, T, Of> {
        self.combined(SetOperator::UnionAll, other)
    }

    /// Keeps only the rows that one more selection has too, as [`Selected::intersect`] does.
    pub fn intersect<N: Mapped, By>(self, other: Selected<N, T, By>) -> Union<M, T, Of> {
        self.combined(SetOperator::Intersect, other)
    }

    /// Removes the rows that one more selection has, as [`Selected::except`] does.
    pub fn except<N: Mapped, By>(self, other: Selected<N, T, By>) -> Union<M, T, Of> {
        self.combined(SetOperator::Except, other)
    }

    /// Orders the rows by values that the first selection selects, and then by all others. Without an order, rows are
    /// ordered by all values.
    ///
    /// Text is ordered by the collation of the first selection's column.
    ///
    /// SQL: `ORDER BY 2 DESC, 1 DESC`
    pub fn order_by(mut self, order: impl Ordering<M, Of>) -> Self {
        let mut terms = Vec::new();
        if let Err(error) = order.append_to(&mut terms) {
            self.error.get_or_insert(error);
        }
        for term in terms {
            match self.by_output(&term) {
                Ok(term) if self.selects.order.iter().any(|other| other.by == term.by) => {}
                Ok(term) => self.selects.order.push(term),
                Err(error) => {
                    self.error.get_or_insert(error);
                }
            }
        }
        self
    }

    /// Returns at most `rows` rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.selects.limit = Some(rows);
        self
    }

    /// Skips the first `rows` rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.selects.offset = Some(rows);
        self
    }

    /// Returns the rows.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Selected::all`], and one that [`is_invalid`](Error::is_invalid) for an order by a
    /// value that the first selection does not select.
    #[track_caller]
    pub fn all<'e, Mode: Performs<Self, Vec<T>>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Vec<T>> {
        read_with(on, self, |union, on| union.run(on, &union.selects))
    }

    /// Returns the first row, or `None`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`all`](Union::all).
    #[track_caller]
    pub fn first<'e, Mode: Performs<Self, Option<T>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Option<T>> {
        read_with(on, self, |union, on| Ok(union.run(on, &union.selects.limited_to(1))?.pop()))
    }

    /// Counts the rows.
    ///
    /// SQL: `SELECT count(*) FROM (SELECT … UNION SELECT …) AS limited`
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`all`](Union::all).
    #[track_caller]
    pub fn count<'e, Mode: Performs<Self, u64>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, u64> {
        read_with(on, self, Self::read_count)
    }

    fn read_count(&self, on: On<'_>) -> Result<u64> {
        self.check()?;
        let decode = <Expression<M, u64> as Selection<M>>::decode;
        let mut counted = Taking { select: &self.selects.first, held: Some(vec![None]), decode, rows: Vec::new() };
        let sql = sql::count_union(&self.selects, on.dialect());
        Statement::Rendered(sql, OneRow::default()).fetch(on, &mut counted)?;
        counted.rows.pop().ok_or_else(|| Error::not_found(M::TABLE))
    }

    /// Returns the statement, without running it.
    pub fn sql(&self, on: &impl Run) -> Sql {
        sql::union(&self.selects, on.db().dialect())
    }

    /// Returns the plan of the query, which is one statement, without running it.
    ///
    /// # Errors
    ///
    /// Returns the error of the query.
    #[doc(alias = "explain")]
    #[track_caller]
    pub fn plan<'e, Mode: Performs<Self, Plan>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, Plan> {
        read_with(on, self, Self::planned)
    }

    fn planned(&self, on: On<'_>) -> Result<Plan> {
        self.check()?;
        Ok(Plan { root: Step::new(M::TABLE.model, "", sql::union(&self.selects, on.dialect())) })
    }

    fn combined<N: Mapped, By>(mut self, operator: SetOperator, other: Selected<N, T, By>) -> Self {
        if let Err(error) = other.check() {
            self.error.get_or_insert(error);
        }
        if self.selects.is_limited() || !self.selects.order.is_empty() {
            self.error.get_or_insert_with(|| {
                Error::invalid(
                    "a union is ordered and limited as a whole: write `order_by`, `limit` and `offset` after its last \
                     selection",
                )
            });
        }
        self.selects.others.push((operator, other.draft.select));
        self
    }

    /// A term as the position of a selected value.
    fn by_output(&self, term: &Order) -> Result<Order> {
        let first = &self.selects.first;
        let position = first.outputs.iter().flat_map(|outputs| outputs.iter()).position(|output| *output == term.by);
        let Some(position) = position else {
            let what = match term.by {
                Expr::Column(column) => path(first.table, column),
                _ => "the expression".to_owned(),
            };
            return Err(Error::invalid(format!(
                "a union can only be ordered by what its first selection selects, and {what} is not selected there"
            )));
        };
        Ok(Order { by: Expr::Output(position), ..*term })
    }

    fn run(&self, on: On<'_>, selects: &Selects) -> Result<Vec<T>> {
        self.check()?;
        let held = Some(sql::held_by(selects));
        let mut taking = Taking { select: &selects.first, held, decode: self.decode, rows: Vec::new() };
        Statement::Rendered(sql::union(selects, on.dialect()), OneRow::default()).fetch(on, &mut taking)?;
        Ok(taking.rows)
    }

    fn check(&self) -> Result<()> {
        self.error.clone().map_or(Ok(()), Err)
    }
}

impl<M, T, Of> Clone for Union<M, T, Of> {
    fn clone(&self) -> Self {
        Union { selects: self.selects.clone(), decode: self.decode, error: self.error.clone(), types: PhantomData }
    }
}

impl<M: Mapped, T, Of> fmt::Debug for Union<M, T, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Union of {} for {}", M::TABLE.model, std::any::type_name::<T>())
    }
}
