//! Orders: terms, and lists of them.

use std::fmt;
use std::marker::PhantomData;

use super::{EachGroup, EachRow};
use crate::ast::{self, Expr, Nulls, Order};
use crate::error::Result;
use crate::mapped::Mapped;
use crate::sql::check_ordering;

/// A term of an order over rows of the model `M`, or over groups of them ([`EachGroup`]); what
/// `Student::last_name().asc()` returns.
#[must_use = "an order does nothing until a query is ordered by it"]
pub struct OrderBy<M, Of = EachRow> {
    /// The error waits for the query to run, as that of a condition does.
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

    /// A term that the user wrote as SQL.
    pub(crate) fn in_sql(by: Expr, descending: bool, nulls: Option<Nulls>) -> Self {
        OrderBy { nulls, ..OrderBy::new(Ok(by), descending) }
    }

    /// `NULL`s before all values. Without this or [`nulls_last`](OrderBy::nulls_last) they are less than all values,
    /// on every database.
    pub fn nulls_first(mut self) -> Self {
        self.nulls = Some(Nulls::First);
        self
    }

    /// `NULL`s after all values.
    pub fn nulls_last(mut self) -> Self {
        self.nulls = Some(Nulls::Last);
        self
    }

    /// Names the term for [`order_from`](super::order_from): what a text from outside calls it. Without a name, a column is called as
    /// its field, and nothing else can be asked for.
    ///
    /// The name has no spaces and no comma, and does not begin with `-`.
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Adds the term. Rows that come to a second term of a column are equal in it, so that the term says nothing.
    fn push_to(self, orders: &mut Vec<Order>) -> Result<()> {
        let term = Order { by: self.by?, descending: self.descending, nulls: self.nulls, name: self.name };
        let says_nothing = match term.by {
            // Under another name it may be asked for in place of the first.
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

/// What a query can be ordered by: one term, or a tuple of them.
///
/// A trait, since a tuple may mix terms over rows and over groups.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not order rows of `{M}`",
    label = "not an order of `{M}`",
    note = "write a value with a direction, as in `.order_by(Student::last_name().asc())`, or a tuple of such terms",
    note = "a relation has values to order by: `Student::courses().count().desc()`, or of a to-one relation `Student::department().value(Department::name()).asc()`",
    note = "an order in SQL has its direction in the text: `orm::sql_order(\"lower({{}}) DESC\", Student::last_name())`"
)]
pub trait Ordering<M, Of = EachRow> {
    /// Adds the terms.
    ///
    /// # Errors
    ///
    /// When an expression holds a value that cannot be stored.
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

/// Terms that were chosen at run time, as [`order_from`](super::order_from) returns them.
#[diagnostic::do_not_recommend]
impl<M> Ordering<M> for Vec<OrderBy<M>> {
    fn append_to(self, orders: &mut Vec<Order>) -> Result<()> {
        self.into_iter().try_for_each(|term| term.push_to(orders))
    }
}
