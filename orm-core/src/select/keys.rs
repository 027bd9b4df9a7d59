//! The arguments of `group_by`: columns, and expressions of each row.

use crate::ast::Expr;
use crate::column::{Column, Condition};
use crate::error::Result;
use crate::expression::Expression;
use crate::mapped::Mapped;
use crate::relation::Aggregate;
use crate::types::ColumnType;

/// What rows of the model `M` can be grouped by: a column, an expression or a condition, or a tuple of up to six of
/// them.
///
/// This is a trait because the values of a tuple have different types.
#[diagnostic::on_unimplemented(
    message = "rows of `{M}` cannot be grouped by `{Self}`",
    label = "not a value of each row of `{M}`, nor a tuple of such values",
    note = "write a column, such as `Student::department_id()`, an expression of each row, such as `Student::age().add(1)`, or a tuple of up to six of these"
)]
pub trait GroupKeys<M> {
    /// Adds the values to a list.
    ///
    /// # Errors
    ///
    /// Returns an error if an expression contains a value that cannot be stored.
    #[doc(hidden)]
    fn append_keys(self, keys: &mut Vec<Expr>) -> Result<()>;
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> GroupKeys<M> for Column<M, T> {
    fn append_keys(self, keys: &mut Vec<Expr>) -> Result<()> {
        keys.push(self.expr());
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> GroupKeys<M> for Expression<M, T> {
    fn append_keys(self, keys: &mut Vec<Expr>) -> Result<()> {
        keys.push(self.into_parts().1?);
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Mapped, T: ColumnType> GroupKeys<M> for Aggregate<M, T> {
    fn append_keys(self, keys: &mut Vec<Expr>) -> Result<()> {
        Expression::from(self).append_keys(keys)
    }
}

/// Groups by whether the condition is true; false if it is `NULL`.
#[diagnostic::do_not_recommend]
impl<M: Mapped> GroupKeys<M> for Condition<M> {
    fn append_keys(self, keys: &mut Vec<Expr>) -> Result<()> {
        keys.push(Expr::IsTrue(Box::new(self.into_expr()?)));
        Ok(())
    }
}

macro_rules! tuple {
    ($($name:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($name: GroupKeys<M>),*> GroupKeys<M> for ($($name,)*) {
            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn append_keys(self, keys: &mut Vec<Expr>) -> Result<()> {
                let ($($name,)*) = self;
                $($name.append_keys(keys)?;)*
                Ok(())
            }
        }
    };
}

tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
