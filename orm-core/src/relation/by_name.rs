//! Relations of a model by their names: what `row!` and `relation!` expand to.

use crate::loaded::Kind;

/// The model has a relation whose name hashes to `NAME`. The derive implements it.
///
/// A trait, since a macro knows nothing of a model but the names that it is given.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no relation of this name",
    label = "not a relation of `{Self}`",
    note = "write the name of a relation as its attribute on `{Self}` does: `#[has_many(courses: Course)]`"
)]
pub trait HasRelation<const NAME: u64> {
    /// Its position among the relations of the model.
    const AT: usize;

    /// Whether it leads to one row or to many.
    type Kind: Kind;
}
