//! Conditions that people look for by the names that other libraries give them.

use super::{Column, Condition};
use crate::mapped::GuessedConditions;

macro_rules! compares {
    ($name:ident) => {
        #[doc(hidden)]
        pub fn $name(self, _: impl Sized) -> Condition<M>
        where
            M: GuessedConditions,
        {
            Condition::default()
        }
    };
}

impl<M, T> Column<M, T> {
    compares!(equals);
    compares!(not_equals);
    compares!(neq);
    compares!(gte);
    compares!(lte);
    compares!(is_in);
    compares!(not_in);
    compares!(eq_any);
    compares!(ilike);

    #[doc(hidden)]
    pub fn is_none(self) -> Condition<M>
    where
        M: GuessedConditions,
    {
        Condition::default()
    }

    #[doc(hidden)]
    pub fn is_some(self) -> Condition<M>
    where
        M: GuessedConditions,
    {
        Condition::default()
    }
}

/// The names by which other libraries combine conditions.
impl<M, Of> Condition<M, Of> {
    #[doc(hidden)]
    pub fn and(self, _: impl Sized) -> Self
    where
        M: GuessedConditions,
    {
        self
    }

    #[doc(hidden)]
    pub fn or(self, _: impl Sized) -> Self
    where
        M: GuessedConditions,
    {
        self
    }
}
