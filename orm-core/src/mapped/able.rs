//! What a type can do, asked where the type is known: the answer for the type itself, and not for a parameter that stands for it.

use std::marker::PhantomData;

use serde::Serialize;

/// What the type `T` can do: `Able::<T>::CLONE`, with [`Unable`] in scope.
#[derive(Debug)]
pub struct Able<T>(PhantomData<T>);

impl<T: Clone> Able<T> {
    /// How it is cloned.
    pub const CLONE: Option<fn(&T) -> T> = Some(T::clone);
}

impl<T: Serialize> Able<T> {
    /// It can be serialised.
    pub const SERIALIZED: bool = true;
}

/// What is found of [`Able`] when the type cannot do it.
///
/// A trait, since rustc looks for a constant in traits only where the type itself has none of the name.
pub trait Unable<T> {
    /// It is not cloned.
    const CLONE: Option<fn(&T) -> T> = None;

    /// It is not serialised.
    const SERIALIZED: bool = false;
}

impl<T> Unable<T> for Able<T> {}
