//! The operands of comparisons.

use super::{Column, MAX_DEPTH, bound};
use crate::ast::Expr;
use crate::error::{Error, Result};
use crate::mapped::Mapped;
use crate::types::{Codec, Coded, ColumnType, Optional, OrNull, Presence, Required, value_of};
use crate::value::{Mismatch, Value};

/// What a column of type `T` can be compared with: a `T`, a value that converts to one, or another column of the model.
///
/// This is a trait because these have different types.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be compared with `{Self}`",
    label = "neither a `{T}` nor a column of `{M}` of this type"
)]
pub trait Operand<M, T> {
    /// Whether the operand is nullable.
    #[doc(hidden)]
    type Presence: Presence;

    /// Returns the operand as a part of a condition.
    ///
    /// # Errors
    ///
    /// Returns an error if no database can store the value exactly.
    #[doc(hidden)]
    fn into_expr(self) -> Result<Expr, Mismatch>;

    /// Returns how deep its computations are nested.
    #[doc(hidden)]
    fn depth(&self) -> usize {
        0
    }
}

impl<M, T: ColumnType> Operand<M, T> for T {
    type Presence = T::Presence;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        bound(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, T> for &T {
    type Presence = T::Presence;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        bound(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, Option<T>> for T {
    type Presence = T::Presence;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        bound(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M> Operand<M, String> for &str {
    type Presence = Required;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(Expr::Value(Value::Text(self.to_owned().into())))
    }
}

#[diagnostic::do_not_recommend]
impl<M> Operand<M, Option<String>> for &str {
    type Presence = Required;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(Expr::Value(Value::Text(self.to_owned().into())))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> Operand<M, T> for Column<M, T> {
    type Presence = T::Presence;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(self.expr())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> Operand<M, Option<T>> for Column<M, T> {
    type Presence = T::Presence;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(self.expr())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType<Presence = Required>> Operand<M, T> for Column<M, Option<T>> {
    type Presence = Optional;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        Ok(self.expr())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, C: Codec<T>, T> Operand<M, Coded<C, T>> for T {
    type Presence = <C::Stored as ColumnType>::Presence;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        value_of::<C, T>(&self).map(Expr::Value)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, C: Codec<T>, T> Operand<M, Coded<C, T>> for &T {
    type Presence = <C::Stored as ColumnType>::Presence;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        value_of::<C, T>(self).map(Expr::Value)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, C: Codec<T>, T> Operand<M, Coded<OrNull<C>, Option<T>>> for T {
    type Presence = <C::Stored as ColumnType>::Presence;

    fn into_expr(self) -> Result<Expr, Mismatch> {
        value_of::<C, T>(&self).map(Expr::Value)
    }
}

/// The operand as an expression.
pub(crate) fn operand<M, T>(other: impl Operand<M, T>, refused: impl FnOnce(Mismatch) -> Error) -> Result<Expr> {
    check_depth(other.depth())?;
    other.into_expr().map_err(refused)
}

/// Refuses an expression that would overflow a stack when it is rendered or dropped.
pub(crate) fn check_depth(depth: usize) -> Result<()> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    Err(Error::invalid(format!("expressions are nested more than {MAX_DEPTH} levels deep")))
}
