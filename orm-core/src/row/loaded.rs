//! The type-level part of "a row knows what was loaded": states, slots and how one is put into the other.

use std::fmt;
use std::marker::PhantomData;

/// The state of a relation that was not prefetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotLoaded;

/// A state that can be read: the relation was prefetched.
#[diagnostic::on_unimplemented(
    message = "this relation was not prefetched, so the rows do not hold it",
    label = "relation not loaded",
    note = "add `.prefetch(..)` of this relation to the query these rows come from"
)]
pub trait IsLoaded {}

/// A row type that can take a relation's state into the slot `S`; `Out` is the row type that holds it.
///
/// The derive implements it for each relation of a model, where that relation is not loaded yet.
#[diagnostic::on_unimplemented(
    message = "this relation cannot be attached to `{Self}`: it is prefetched already",
    label = "prefetched twice",
    note = "to load a relation a second time, for instance with another filter, give it a name: `.prefetch(relation.filter(..).named(Name))`"
)]
pub trait Attach<S, V> {
    /// The row with the state.
    type Out;

    /// Puts the state into the row.
    fn attach(self, state: V) -> Self::Out;
}

/// Keeps the choice between implementations of [`Attach`] open for models with a single relation: with one
/// implementation left, rustc commits to it and reports the slot instead of the message above.
#[derive(Debug)]
pub struct AttachOnce;

/// Values of named slots, as a list of pairs in the type.
pub struct Extra<N, V, Rest> {
    pub(super) value: V,
    pub(super) rest: Rest,
    name: PhantomData<fn() -> N>,
}

impl<N, V, Rest> Extra<N, V, Rest> {
    /// Puts a value in front of the list.
    pub fn new(value: V, rest: Rest) -> Self {
        Extra { value, rest, name: PhantomData }
    }
}

// Written out, since a derive would ask the same of the name, which is only a type.
impl<N, V: Clone, Rest: Clone> Clone for Extra<N, V, Rest> {
    fn clone(&self) -> Self {
        Extra::new(self.value.clone(), self.rest.clone())
    }
}

impl<N, V: fmt::Debug, Rest: fmt::Debug> fmt::Debug for Extra<N, V, Rest> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(std::any::type_name::<N>()).field(&self.value).field(&self.rest).finish()
    }
}

impl<N, V: PartialEq, Rest: PartialEq> PartialEq for Extra<N, V, Rest> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.rest == other.rest
    }
}

/// The wanted value is the first of the list.
#[derive(Debug)]
pub struct Here;

/// The wanted value is further on.
#[derive(Debug)]
pub struct There<I>(PhantomData<I>);

/// A list of named values that holds one under the name `N`.
#[diagnostic::on_unimplemented(
    message = "nothing was loaded under the name `{N}`",
    label = "no such named slot",
    note = "add `.prefetch(relation.named({N}))` to the query these rows come from"
)]
pub trait Get<N, I> {
    /// The type of the value.
    type Out;

    /// The value.
    fn get(&self) -> &Self::Out;
}

impl<N, V, Rest> Get<N, Here> for Extra<N, V, Rest> {
    type Out = V;

    fn get(&self) -> &V {
        &self.value
    }
}

impl<N, M, V, Rest: Get<N, I>, I> Get<N, There<I>> for Extra<M, V, Rest> {
    type Out = Rest::Out;

    fn get(&self) -> &Rest::Out {
        self.rest.get()
    }
}
