//! Whether a relation was loaded, as a type says it.

use super::{Many, One};

/// The state of a relation that was not prefetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotLoaded;

/// A state that can be read: the relation was prefetched.
///
/// A trait, so that reading a relation that was not loaded does not compile.
#[diagnostic::on_unimplemented(
    message = "this relation was not prefetched, so the rows do not hold it",
    label = "relation not loaded",
    note = "add `.prefetch(..)` of this relation to the query these rows come from"
)]
pub trait IsLoaded: State {
    /// What was loaded.
    #[doc(hidden)]
    fn read<Whole>(&self) -> &Self::Or<Whole>;

    /// What was loaded, by value.
    #[doc(hidden)]
    fn into_read<Whole>(self) -> Self::Or<Whole>;
}

/// What a row holds of a relation, loaded or not.
///
/// A trait, since it is a type parameter of each row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a relation leaves in a row",
    label = "not `Many<..>`, `One<..>`, `Option<One<..>>` or `Tree<..>`",
    note = "a to-many relation leaves `Many<{Self}>`, one to a row `One<{Self}>`, and one to a row that may be missing `Option<One<{Self}>>`"
)]
pub trait State {
    /// What is read of the relation: the state itself where it was loaded, an `Option` of it where the program decided whether it
    /// is, and `Whole` where it was not. Reading that is an error, after which rustc finds nothing wrong with what is done with the
    /// rows.
    type Or<Whole>;

    /// The state itself.
    type Held;
}

/// What a function of a row returns of a relation whose state is `S`.
pub type Read<S, Whole> = <S as State>::Or<Whole>;

impl State for NotLoaded {
    type Or<Whole> = Whole;
    type Held = Self;
}

/// States that were loaded.
macro_rules! loaded {
    ($($state:ty, $($parameter:ident)*;)*) => {$(
        impl<$($parameter),*> State for $state {
            type Or<Whole> = Self;
            type Held = Self;
        }

        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> IsLoaded for $state {
            fn read<Whole>(&self) -> &Self {
                self
            }

            fn into_read<Whole>(self) -> Self {
                self
            }
        }
    )*};
}

loaded! {
    Many<T, Extent>, T Extent;
    One<T>, T;
    Option<One<T>>, T;
}
