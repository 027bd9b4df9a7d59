//! Sets of models, and their tables.

use super::Mapped;
use crate::schema::{ColumnDef, Table, TableName, diagram_of};
use crate::structure::Diagram;

/// A set of models: a model, or a tuple of up to sixteen sets.
///
/// This is a trait because models are types, which no list can contain.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of models",
    label = "not a model, nor a tuple of models",
    note = "write the models as a tuple: `db.create_tables::<(Department, Course, Student)>()`"
)]
pub trait Models {
    /// Returns their tables.
    #[doc(hidden)]
    fn tables() -> Vec<&'static Table>;
}

macro_rules! models_tuple {
    ($($name:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Models),*> Models for ($($name,)*) {
            fn tables() -> Vec<&'static Table> {
                [$($name::tables()),*].concat()
            }
        }
    };
}

models_tuple!(A);
models_tuple!(A B);
models_tuple!(A B C);
models_tuple!(A B C D);
models_tuple!(A B C D E);
models_tuple!(A B C D E F);
models_tuple!(A B C D E F G);
models_tuple!(A B C D E F G H);
models_tuple!(A B C D E F G H I);
models_tuple!(A B C D E F G H I J);
models_tuple!(A B C D E F G H I J K);
models_tuple!(A B C D E F G H I J K L);
models_tuple!(A B C D E F G H I J K L N);
models_tuple!(A B C D E F G H I J K L N O);
models_tuple!(A B C D E F G H I J K L N O P);
models_tuple!(A B C D E F G H I J K L N O P Q);

impl Table {
    /// Describes the table of a model, without what [`new`](Table::new) leaves out.
    #[must_use]
    pub const fn of<M: Mapped>(model: &'static str, columns: &'static [ColumnDef]) -> Self {
        let TableName { schema, name, .. } = M::TABLE_NAME;
        let mut table = Table::new(model, name, columns, M::PRIMARY_KEY).schema(schema);
        table.default_of = M::default_of;
        table
    }
}

/// Draws an entity-relationship diagram of some models. It needs no database:
/// [`Schema::mermaid`](crate::structure::Schema::mermaid) draws a database without models.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// println!("{}", orm::diagram::<(Department, Course, Student)>().mermaid());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn diagram<M: Models>() -> Diagram {
    diagram_of(&M::tables())
}
