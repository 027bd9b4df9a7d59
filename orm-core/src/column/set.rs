//! Some columns of a model: to group by, to identify rows, or to update.

use super::Column;
use crate::mapped::Mapped;
use crate::types::ColumnType;

/// Some columns of the model `M`: one, or a tuple of up to six.
///
/// This is a trait because the columns of a tuple have different types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name columns of `{M}`",
    label = "not a column of `{M}`, nor a tuple of them",
    note = "write one column, such as `Student::department_id()`, or a tuple of up to six"
)]
pub trait ColumnSet<M> {
    /// Returns their positions in the table.
    #[doc(hidden)]
    fn positions(self) -> Vec<usize>;
}

impl<M: Mapped, T: ColumnType> ColumnSet<M> for Column<M, T> {
    fn positions(self) -> Vec<usize> {
        vec![self.index()]
    }
}

macro_rules! columns_tuple {
    ($($name:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($name: ColumnSet<M>),*> ColumnSet<M> for ($($name,)*) {
            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn positions(self) -> Vec<usize> {
                let ($($name,)*) = self;
                [$($name.positions()),*].concat()
            }
        }
    };
}

columns_tuple!(A B);
columns_tuple!(A B C);
columns_tuple!(A B C D);
columns_tuple!(A B C D E);
columns_tuple!(A B C D E F);
