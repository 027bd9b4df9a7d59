//! Keys: the types of primary keys, and of foreign keys that refer to them.

use super::{KeyType, Param};
use crate::value::{Mismatch, Value};

/// A primary key as a whole: the type of its column, or a tuple of types.
///
/// This is a trait because the columns of a key have different types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of a primary key",
    label = "not a key",
    note = "keys are integers, text, bytes or uuids, or tuples of up to four of these"
)]
pub trait Key {
    /// Returns the values of the key's columns.
    ///
    /// # Errors
    ///
    /// Returns an error if no database can store a value exactly.
    #[doc(hidden)]
    fn to_values(&self) -> Result<Vec<Value<'static>>, Mismatch>;

    /// Returns the same values as parameters, without an allocation.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`to_values`](Key::to_values).
    #[doc(hidden)]
    fn to_params(&self) -> Result<impl AsRef<[Param<'_>]>, Mismatch>;
}

impl<T: KeyType> Key for T {
    fn to_params(&self) -> Result<impl AsRef<[Param<'_>]>, Mismatch> {
        Ok([Param::Compared(self.encode()?)])
    }

    fn to_values(&self) -> Result<Vec<Value<'static>>, Mismatch> {
        Ok(vec![self.encode()?.into_owned()])
    }
}

macro_rules! key_tuple {
    ($($name:ident)*) => {
        impl<$($name: KeyType),*> Key for ($($name,)*) {
            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn to_params(&self) -> Result<impl AsRef<[Param<'_>]>, Mismatch> {
                let ($($name,)*) = self;
                Ok([$(Param::Compared($name.encode()?)),*])
            }

            #[expect(non_snake_case, reason = "the names of the type parameters serve as variables")]
            fn to_values(&self) -> Result<Vec<Value<'static>>, Mismatch> {
                let ($($name,)*) = self;
                Ok(vec![$($name.encode()?.into_owned()),*])
            }
        }
    };
}

key_tuple!(A B);
key_tuple!(A B C);
key_tuple!(A B C D);

/// A key that can refer to a key of type `K`: a `K` or an `Option` of it, column by column.
///
/// This is a trait so that the compiler checks each foreign key.
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{Self}` cannot refer to a key of type `{K}`",
    label = "the key it refers to is a `{K}`",
    note = "give the foreign key the type `{K}`, or `Option<{K}>` where there may be no related row"
)]
pub trait RefersTo<K> {}

impl<K: KeyType> RefersTo<K> for K {}
impl<K: KeyType> RefersTo<K> for Option<K> {}

// A nullable column can be referred to as well: no key refers to its `NULL`s.
#[diagnostic::do_not_recommend]
impl<K: KeyType> RefersTo<Option<K>> for K {}
#[diagnostic::do_not_recommend]
impl<K: KeyType> RefersTo<Option<K>> for Option<K> {}

macro_rules! refers_tuple {
    ($($own:ident $key:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($own: RefersTo<$key>, $key),*> RefersTo<($($key,)*)> for ($($own,)*) {}
    };
}

refers_tuple!(A KA, B KB);
refers_tuple!(A KA, B KB, C KC);
refers_tuple!(A KA, B KB, C KC, D KD);
