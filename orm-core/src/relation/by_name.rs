//! Relations of a model by their names: the expansions of `row!` and `relation!`.

use crate::loaded::Kind;

/// A model with a relation whose name hashes to `NAME`. The derive implements it.
///
/// This is a trait because a macro knows only the names in its input.
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
