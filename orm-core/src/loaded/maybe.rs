//! The state of a relation that is loaded or not, as the program decides at run time.

use std::fmt;
use std::ops::Deref;

use super::{IsLoaded, NotLoaded, State};

/// The state of a relation that [`prefetch_if`](crate::query::Query::prefetch_if) loaded or not.
///
/// The row's function with the relation's name returns an `Option` of what it returns after
/// [`prefetch`](crate::query::Query::prefetch): `None` means that the relation was not loaded, and says nothing about
/// the database. This type dereferences to the same `Option`. In a serialised row, a relation that was not loaded is
/// absent.
#[derive(Clone, PartialEq, Eq)]
pub struct MaybeLoaded<S>(Option<S>);

impl<S> MaybeLoaded<S> {
    pub(crate) fn new(state: Option<S>) -> Self {
        MaybeLoaded(state)
    }
}

impl<S> Deref for MaybeLoaded<S> {
    type Target = Option<S>;

    fn deref(&self) -> &Option<S> {
        &self.0
    }
}

impl<S: fmt::Debug> fmt::Debug for MaybeLoaded<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(state) => state.fmt(f),
            None => NotLoaded.fmt(f),
        }
    }
}

impl<S> State for MaybeLoaded<S> {
    type Or<Whole> = Option<S>;
    type Held = Self;
}

#[diagnostic::do_not_recommend]
impl<S> IsLoaded for MaybeLoaded<S> {
    fn read<Whole>(&self) -> &Option<S> {
        &self.0
    }

    fn into_read<Whole>(self) -> Option<S> {
        self.0
    }
}
