//! The change of a column in an update.

use std::fmt;
use std::marker::PhantomData;

use super::row::check_written;
use crate::ast::Expr;
use crate::column::{Column, Operand};
use crate::error::{Error, Result};
use crate::expression::Expression;
use crate::mapped::Mapped;
use crate::schema::Table;
use crate::types::ColumnType;

/// A new value for a column of the model `M`, such as `Account::balance().set(5)`.
#[must_use = "a change does nothing until rows are updated with it"]
pub struct Change<M> {
    column: usize,
    value: Result<Expr>,
    model: PhantomData<fn() -> M>,
}

impl<M: Mapped, T: ColumnType> Column<M, T> {
    /// Sets the column to a value, or to the value of another column.
    ///
    /// SQL: `"name" = ?`
    pub fn set(self, value: impl Operand<M, T>) -> Change<M> {
        let value = self.operand(value);
        Change { column: self.index(), value, model: PhantomData }
    }
}

impl<M> fmt::Debug for Change<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Change(..)")
    }
}

/// The changes of an update: one change, a tuple or `Vec` of them, or an `Option`.
///
/// This is a trait because the values have different types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not change rows of `{M}`",
    label = "not a change of `{M}`",
    note = "write a column with its new value, as in `Account::name().set(\"x\")` or `Account::balance().add(5)`, or a tuple of such changes"
)]
pub trait Changes<M> {
    /// Adds the changes to a list.
    #[doc(hidden)]
    fn append_to(self, changes: &mut Vec<(usize, Result<Expr>)>);
}

impl<M> Changes<M> for Change<M> {
    fn append_to(self, changes: &mut Vec<(usize, Result<Expr>)>) {
        changes.push((self.column, self.value));
    }
}

/// An expression of a column is its new value: `"balance" = "balance" + ?`.
#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> Changes<M> for Expression<M, T> {
    fn append_to(self, changes: &mut Vec<(usize, Result<Expr>)>) {
        changes.push(match self.into_parts() {
            (Some(column), value) => (column, value),
            (None, value) => (0, value.and_then(|_| Err(of_no_column(M::TABLE)))),
        });
    }
}

/// A number of changes that is known at run time.
#[diagnostic::do_not_recommend]
impl<M, C: Changes<M>> Changes<M> for Vec<C> {
    fn append_to(self, changes: &mut Vec<(usize, Result<Expr>)>) {
        for change in self {
            change.append_to(changes);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M, C: Changes<M>> Changes<M> for Option<C> {
    fn append_to(self, changes: &mut Vec<(usize, Result<Expr>)>) {
        if let Some(change) = self {
            change.append_to(changes);
        }
    }
}

/// An expression that begins with a column of another row changes no column of this one.
fn of_no_column(table: &'static Table) -> Error {
    Error::invalid(format!(
        "a change of `{}` does not begin with one of its columns; name the column that it sets: `.set(..)`",
        table.model
    ))
}

macro_rules! changes_tuple {
    ($($name:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($name: Changes<M>),*> Changes<M> for ($($name,)*) {
            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn append_to(self, changes: &mut Vec<(usize, Result<Expr>)>) {
                let ($($name,)*) = self;
                $($name.append_to(changes);)*
            }
        }
    };
}

changes_tuple!(A B);
changes_tuple!(A B C);
changes_tuple!(A B C D);
changes_tuple!(A B C D E);
changes_tuple!(A B C D E F);

/// The changes by column, as [`by_column`] returns them.
pub(super) fn collect<M: Mapped>(changes: impl Changes<M>) -> Result<Vec<(usize, Expr)>> {
    let mut collected = Vec::new();
    changes.append_to(&mut collected);
    by_column::<M>(collected)
}

/// Changes by column. Returns the first error: a value that cannot be stored, a column that is changed twice, a
/// version, or a generated column.
pub(super) fn by_column<M: Mapped>(collected: Vec<(usize, Result<Expr>)>) -> Result<Vec<(usize, Expr)>> {
    let mut by_column: Vec<(usize, Expr)> = Vec::with_capacity(collected.len());
    for (column, value) in collected {
        let value = value?;
        if by_column.iter().any(|(other, _)| *other == column) {
            let field = M::TABLE.columns[column].field;
            return Err(Error::invalid(format!("`{}.{field}` is changed twice in one update", M::TABLE.model)));
        }
        check_written(M::TABLE, column)?;
        by_column.push((column, value));
    }
    Ok(by_column)
}
