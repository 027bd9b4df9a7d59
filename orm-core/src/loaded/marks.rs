//! Types that say whether a relation was loaded.

use super::{Many, One};

/// The state of a relation that was not prefetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotLoaded;

/// A state that can be read: the relation was prefetched.
///
/// This is a trait so that reading a relation that was not loaded does not compile.
#[diagnostic::on_unimplemented(
    message = "this relation was not prefetched, so the rows do not hold it",
    label = "relation not loaded",
    note = "add `.prefetch(..)` of this relation to the query these rows come from"
)]
pub trait IsLoaded: State {
    /// Returns what was loaded.
    #[doc(hidden)]
    fn read<Whole>(&self) -> &Self::Or<Whole>;

    /// Returns what was loaded, by value.
    #[doc(hidden)]
    fn into_read<Whole>(self) -> Self::Or<Whole>;
}

/// The state of a relation in a row, loaded or not.
///
/// This is a trait because it is a type parameter of each row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the state of a relation in a row",
    label = "not `Many<..>`, `One<..>`, `Option<One<..>>` or `Tree<..>`",
    note = "a to-many relation is held as `Many<{Self}>`, a to-one relation as `One<{Self}>`, and an optional to-one relation as `Option<One<{Self}>>`"
)]
pub trait State {
    /// What is read of the relation: the state itself if it was loaded, an `Option` of it if the program decided at run
    /// time, and `Whole` if it was not loaded. Reading an unloaded relation is an error, and with `Whole` rustc reports
    /// no further errors about the use of the rows.
    type Or<Whole>;

    /// The state itself.
    type Held;
}

/// The return type of a row's function for a relation whose state is `S`.
pub type Read<S, Whole> = <S as State>::Or<Whole>;

impl State for NotLoaded {
    type Or<Whole> = Whole;
    type Held = Self;
}

/// States of loaded relations.
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
