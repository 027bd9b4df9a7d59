//! What functions that are generic over a relation or a row ask of it, in a word each.

use super::{Place, Prefetch, RelationOf};
use crate::loaded::Attach;

/// Anything that a query of the model `M` can prefetch: a relation, or a value that has a name.
///
/// Every such type implements the trait; name it in the signature of a function that is given one:
///
/// ```text
/// fn first<M: Model, T: Prefetchable<M>, R: Takes<M, T>>(query: Query<M, R>, relation: T) -> Query<M, R::Out> {
///     query.prefetch(relation).limit(1)
/// }
/// ```
///
/// A trait beside [`RelationOf`], which asks nothing of what is loaded, so that a relation of another model is one error.
#[diagnostic::on_unimplemented(
    message = "a query of `{M}` cannot prefetch `{Self}`",
    label = "not a relation of `{M}`, or a value without a name",
    note = "a relation comes from a function of `{M}`; a value needs a name: `Student::courses().count().named(Count)`"
)]
pub trait Prefetchable<M>: RelationOf<M, Loads: Prefetch, Slot: Place<Self>> + Sized {}

#[diagnostic::do_not_recommend]
impl<M, R: RelationOf<M, Loads: Prefetch, Slot: Place<R>>> Prefetchable<M> for R {}

/// A row of the model `M` that has room for what `R` loads; `Out` is the row that holds it.
///
/// A plain model has room for each of its relations, and a row that holds a relation has room for the others. Every such type
/// implements the trait; name it in the signature of a function that prefetches more for any query of a model.
pub trait Takes<M, R>: Attach<R::Slot, <R::Loads as Prefetch>::State> + Sized + 'static
where
    R: Prefetchable<M>,
{
}

#[diagnostic::do_not_recommend]
impl<M, R, Row> Takes<M, R> for Row
where
    R: Prefetchable<M>,
    Row: Attach<R::Slot, <R::Loads as Prefetch>::State> + 'static,
{
}
