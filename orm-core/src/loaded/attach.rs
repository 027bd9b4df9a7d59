//! Types of rows and the relations that they hold: states, slots, and how a state is put into a slot.

use std::fmt;

use super::{At, DebugEntries, Extra, NoSlot, NotLoaded, Slot};
use crate::mapped::Mapped;

/// A row type that can hold a state in the slot `S`; `Out` is the row type that holds it.
///
/// This is a trait because each `prefetch` changes the type of the rows. It bounds functions that are generic over
/// rows.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot hold a relation", label = "not a row of a model")]
pub trait Attach<S, V>: LoadedRow {
    /// The row type with the state.
    type Out;

    /// Puts the state into the row.
    fn attach(self, state: V) -> Self::Out {
        Self::attach_to(self.into_loaded(), state)
    }

    /// Puts the state into a row that was taken out of its struct.
    #[doc(hidden)]
    fn attach_to(loaded: LoadedOf<Self>, state: V) -> Self::Out;
}

/// The contents of a row.
type LoadedOf<R> = Loaded<<R as LoadedRow>::Model, <R as LoadedRow>::States, <R as LoadedRow>::Named>;

impl<R, S, V> Attach<S, V> for R
where
    R: LoadedRow,
    S: Put<R::States, R::Named, V>,
    R::Model: Wrap<S::States, S::Named>,
{
    type Out = <R::Model as Wrap<S::States, S::Named>>::Row;

    fn attach_to(loaded: LoadedOf<R>, state: V) -> Self::Out {
        R::Model::wrap(S::put(loaded, state))
    }
}

/// A row with the states of its relations: the contents of every `…Loaded` struct, which adds the names.
///
/// `S` is a list of pairs with one state for each relation, in their order: `(Courses, (Department, ()))`. `N` holds the
/// values of named slots.
#[derive(Clone, PartialEq)]
pub struct Loaded<M, S, N> {
    /// The row.
    pub row: M,
    /// The states of the relations.
    pub states: S,
    /// The values of named slots.
    pub named: N,
}

impl<M, S, N> fmt::Debug for Loaded<M, S, N>
where
    M: Mapped + fmt::Debug,
    S: DebugEntries,
    N: DebugEntries,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = match M::TABLE.loaded {
            Some(name) => f.debug_struct(name),
            None => f.debug_struct(&format!("{}Loaded", M::TABLE.model)),
        };
        output.field("row", &self.row);
        self.states.debug_entries(M::TABLE.relations, &mut output);
        self.named.debug_entries(&[], &mut output);
        output.finish()
    }
}

/// A row that can hold states: a model, or its `…Loaded` struct, for which the derive implements it.
///
/// This is a trait because it says for each of the two which states it holds.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot hold a relation", label = "not a row of a model")]
pub trait LoadedRow: Sized {
    /// The model.
    type Model;

    /// The states of its relations.
    type States;

    /// The values of its named slots.
    type Named;

    /// The row with its states.
    fn into_loaded(self) -> Loaded<Self::Model, Self::States, Self::Named>;
}

#[diagnostic::do_not_recommend]
impl<M: Mapped> LoadedRow for M {
    type Model = M;
    type States = M::Unloaded;
    type Named = ();

    fn into_loaded(self) -> Loaded<M, M::Unloaded, ()> {
        Loaded { row: self, states: M::Unloaded::default(), named: () }
    }
}

/// A model with a `…Loaded` struct for these states. The derive implements it.
///
/// This is a trait because the struct belongs to the model. It leads from states to a row, and [`LoadedRow`] from a row
/// to states.
pub trait Wrap<S, N>: Sized {
    /// The `…Loaded` struct.
    type Row;

    /// Makes the struct.
    fn wrap(loaded: Loaded<Self, S, N>) -> Self::Row;
}

/// A slot that is free among these states and named values.
///
/// This is a trait so that prefetching a relation twice does not compile.
#[diagnostic::on_unimplemented(
    message = "this relation is prefetched already",
    label = "prefetched twice",
    note = "to load a relation a second time, for instance with another filter, give it a name: `.prefetch(relation.filter(..).named(Name))`"
)]
pub trait Put<S, N, V> {
    /// The states with the new state.
    type States;

    /// The named values with the new value.
    type Named;

    /// Puts the state into the slot.
    fn put<M>(loaded: Loaded<M, S, N>, state: V) -> Loaded<M, Self::States, Self::Named>;

    /// Takes the state out of the slot.
    fn take<M>(loaded: Loaded<M, Self::States, Self::Named>) -> (Loaded<M, S, N>, V);
}

#[diagnostic::do_not_recommend]
impl<Name, S, N, V> Put<S, N, V> for Slot<Name> {
    type States = S;
    type Named = Extra<Name, V, N>;

    fn put<M>(Loaded { row, states, named }: Loaded<M, S, N>, state: V) -> Loaded<M, S, Extra<Name, V, N>> {
        Loaded { row, states, named: Extra::new(state, named) }
    }

    fn take<M>(Loaded { row, states, named }: Loaded<M, S, Extra<Name, V, N>>) -> (Loaded<M, S, N>, V) {
        (Loaded { row, states, named: named.rest }, named.value)
    }
}

// Nothing is ever put there; the missing name should be the only error.
#[diagnostic::do_not_recommend]
impl<S, N, V> Put<S, N, V> for NoSlot {
    type States = S;
    type Named = N;

    fn put<M>(loaded: Loaded<M, S, N>, _: V) -> Loaded<M, S, N> {
        loaded
    }

    fn take<M>(_: Loaded<M, S, N>) -> (Loaded<M, S, N>, V) {
        unreachable!("nothing can be prefetched into this slot")
    }
}

/// `(A, (B, tail))`, as a type, a pattern or an expression.
macro_rules! list {
    ([] $tail:tt) => { $tail };
    ([$first:ident $($rest:ident)*] $tail:tt) => { ($first, list!([$($rest)*] $tail)) };
}

macro_rules! put {
    ([$($before:ident)*]) => {};
    ([$($before:ident)*] $at:literal $name:ident $($rest:tt)*) => {
        #[diagnostic::do_not_recommend]
        impl<Model, $($before,)* Rest, Names, V>
            Put<list!([$($before)*] (NotLoaded, Rest)), Names, V> for At<Model, $at>
        {
            type States = list!([$($before)*] (V, Rest));
            type Named = Names;

            #[allow(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn put<Row>(
                Loaded { row, states, named }: Loaded<Row, list!([$($before)*] (NotLoaded, Rest)), Names>,
                state: V,
            ) -> Loaded<Row, Self::States, Names> {
                let list!([$($before)*] (NotLoaded, rest)) = states;
                Loaded { row, states: list!([$($before)*] (state, rest)), named }
            }

            #[allow(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn take<Row>(
                Loaded { row, states, named }: Loaded<Row, Self::States, Names>,
            ) -> (Loaded<Row, list!([$($before)*] (NotLoaded, Rest)), Names>, V) {
                let list!([$($before)*] (state, rest)) = states;
                (Loaded { row, states: list!([$($before)*] (NotLoaded, rest)), named }, state)
            }
        }

        put!([$($before)* $name] $($rest)*);
    };
}

// A model has at most this number of relations; the derive checks it.
put! {
    [] 0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L 12 M 13 N 14 O 15 P 16 Q 17 R 18 S 19 T 20 U 21 W 22 X 23 Y
    24 Z 25 Aa 26 Ab 27 Ac 28 Ad 29 Ae 30 Af 31 Ag
}
