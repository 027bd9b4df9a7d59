//! Short bounds for functions that are generic over a relation or a row.

use super::{Place, Prefetch, RelationOf};
use crate::loaded::Attach;

/// Anything that a query of the model `M` can prefetch: a relation, or a value that has a name.
///
/// Every such type implements the trait; use it to bound an argument of a function:
///
/// ```text
/// fn first<M: Model, T: Prefetchable<M>, R: Takes<M, T>>(query: Query<M, R>, relation: T) -> Query<M, R::Out> {
///     query.prefetch(relation).limit(1)
/// }
/// ```
///
/// This is a trait besides [`RelationOf`], which does not bound what is loaded, so that a relation of another model is
/// one error.
#[diagnostic::on_unimplemented(
    message = "a query of `{M}` cannot prefetch `{Self}`",
    label = "not a relation of `{M}`, or a value without a name",
    note = "a relation is what a function of `{M}` returns; a value needs a name: `Student::courses().count().named(Count)`"
)]
pub trait Prefetchable<M>: RelationOf<M, Loads: Prefetch, Slot: Place<Self>> + Sized {}

#[diagnostic::do_not_recommend]
impl<M, R: RelationOf<M, Loads: Prefetch, Slot: Place<R>>> Prefetchable<M> for R {}

/// A row of the model `M` that can hold what `R` loads; `Out` is the row that holds it.
///
/// A plain model can hold each of its relations, and a row that holds a relation can hold the others. Every such type
/// implements the trait; use it to bound a function that prefetches more in any query of a model.
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
