//! What a type can do, where the type is known: the answer for the type itself, and not for a type parameter.

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
    /// Whether it can be serialised.
    pub const SERIALIZED: bool = true;
}

/// The answer of [`Able`] if the type cannot do it.
///
/// This is a trait because rustc looks for a constant in traits only if the type itself does not have it.
pub trait Unable<T> {
    /// It cannot be cloned.
    const CLONE: Option<fn(&T) -> T> = None;

    /// It cannot be serialised.
    const SERIALIZED: bool = false;
}

impl<T> Unable<T> for Able<T> {}
