//! Relations of a model by their names: what `row!` and `relation!` expand to.

use super::Relation;
use crate::loaded::{At, Kind};

/// The model has a relation whose name hashes to `NAME`. The derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no relation of this name",
    label = "not a relation of `{Self}`",
    note = "write the name of a relation as its attribute on `{Self}` does: `#[has_many(courses: Course)]`"
)]
pub trait HasRelation<const NAME: u64> {
    /// The slot of a row that holds what the relation loads.
    type Slot: Descriptor;

    /// Whether it leads to one row or to many.
    type Kind: Kind;
}

/// The slot of a relation, which leads to the type of its descriptor.
pub trait Descriptor {
    /// What the model's function returns, filtered or not, and with what was prefetched for it.
    type Relation<C, K, Row, E, Base>;
}

impl<P, const AT: usize> Descriptor for At<P, AT> {
    type Relation<C, K, Row, E, Base> = Relation<P, C, K, AT, Row, E, Base>;
}
