//! Orders: terms, and lists of terms.

use std::fmt;
use std::marker::PhantomData;

use super::{EachGroup, EachRow};
use crate::ast::{self, Expr, Nulls, Order};
use crate::error::Result;
use crate::mapped::Mapped;
use crate::sql::check_ordering;

/// A term of an order of rows of the model `M`, or of groups of rows ([`EachGroup`]), such as
/// `Student::last_name().asc()`.
#[must_use = "an order does nothing until a query is ordered by it"]
pub struct OrderBy<M, Of = EachRow> {
    /// The error is returned when the query runs, as that of a condition is.
    pub(super) by: Result<Expr>,
    pub(super) descending: bool,
    pub(super) nulls: Option<Nulls>,
    pub(super) name: Option<&'static str>,
    pub(super) model: PhantomData<fn() -> (M, Of)>,
}

impl<M, Of> OrderBy<M, Of> {
    pub(crate) fn new(by: Result<Expr>, descending: bool) -> Self {
        let checked = |by| {
            if let Expr::Fragment(fragment) = &by {
                check_ordering(fragment)?;
            }
            Ok(by)
        };
        OrderBy { by: by.and_then(checked), descending, nulls: None, name: None, model: PhantomData }
    }

    /// A term in raw SQL.
    pub(crate) fn in_sql(by: Expr, descending: bool, nulls: Option<Nulls>) -> Self {
        OrderBy { nulls, ..OrderBy::new(Ok(by), descending) }
    }

    /// Puts `NULL`s before all values. By default they come first in ascending and last in descending order, on every
    /// database.
    pub fn nulls_first(mut self) -> Self {
        self.nulls = Some(Nulls::First);
        self
    }

    /// Puts `NULL`s after all values.
    pub fn nulls_last(mut self) -> Self {
        self.nulls = Some(Nulls::Last);
        self
    }

    /// Names the term for [`order_from`](super::order_from): a sort string uses this name. Without a name, a sort
    /// string uses the field of a column, and no other value can be used.
    ///
    /// The name has no spaces and no comma, and does not begin with `-` or `+`.
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Adds the term. A second term of the same column is left out, because the first already orders by it.
    fn push_to(self, orders: &mut Vec<Order>) -> Result<()> {
        let term = Order { by: self.by?, descending: self.descending, nulls: self.nulls, name: self.name };
        let says_nothing = match term.by {
            // A sort string may use it under another name in place of the first.
            Expr::Column(column) => term.name.is_none() && ast::is_ordered_by(orders, column),
            _ => false,
        };
        if !says_nothing {
            orders.push(term);
        }
        Ok(())
    }
}

impl<M: Mapped, Of> fmt::Debug for OrderBy<M, Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.descending { "desc" } else { "asc" };
        match self.by {
            Ok(Expr::Column(column)) => write!(f, "{} {direction}", M::TABLE.columns[column].field),
            _ => write!(f, "an expression {direction}"),
        }
    }
}

/// What a query can be ordered by: one term, or a tuple of terms.
///
/// This is a trait because a tuple may contain terms of rows and of groups.
#[diagnostic::on_unimplemented(
    message = "rows of `{M}` cannot be ordered by `{Self}`",
    label = "not an order of `{M}`",
    note = "write a value with a direction, as in `.order_by(Student::last_name().asc())`, or a tuple of such terms",
    note = "to order by a relation, compute a value from it: `Student::courses().count().desc()`, or of a to-one relation `Student::department().value(Department::name()).asc()`",
    note = "an order in raw SQL contains its direction: `orm::sql_order(\"lower({{}}) DESC\", Student::last_name())`"
)]
pub trait Ordering<M, Of = EachRow> {
    /// Adds the terms to a list.
    ///
    /// # Errors
    ///
    /// Returns an error if an expression contains a value that cannot be stored.
    #[doc(hidden)]
    fn append_to(self, orders: &mut Vec<Order>) -> Result<()>;
}

impl<M> Ordering<M> for OrderBy<M> {
    fn append_to(self, orders: &mut Vec<Order>) -> Result<()> {
        self.push_to(orders)
    }
}

#[diagnostic::do_not_recommend]
impl<M, Of> Ordering<M, EachGroup> for OrderBy<M, Of> {
    fn append_to(self, orders: &mut Vec<Order>) -> Result<()> {
        self.push_to(orders)
    }
}

macro_rules! ordering_tuple {
    ($($name:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<M, Of, $($name: Ordering<M, Of>),*> Ordering<M, Of> for ($($name,)*) {
            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn append_to(self, orders: &mut Vec<Order>) -> Result<()> {
                let ($($name,)*) = self;
                $($name.append_to(orders)?;)*
                Ok(())
            }
        }
    };
}

ordering_tuple!(A B);
ordering_tuple!(A B C);
ordering_tuple!(A B C D);
ordering_tuple!(A B C D E);
ordering_tuple!(A B C D E F);
ordering_tuple!(A B C D E F G);
ordering_tuple!(A B C D E F G H);

/// Terms that are chosen at run time, as [`order_from`](super::order_from) returns them.
#[diagnostic::do_not_recommend]
impl<M> Ordering<M> for Vec<OrderBy<M>> {
    fn append_to(self, orders: &mut Vec<Order>) -> Result<()> {
        self.into_iter().try_for_each(|term| term.push_to(orders))
    }
}
