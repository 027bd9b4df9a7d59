//! Whether a value serialises as what was not loaded, which leaves no entry in the row's map.
//!
//! A named value may be of any type, so that its type cannot be asked. Its own implementation is, by a serializer that knows a
//! single word.

use std::fmt;

use serde::ser::{Impossible, Serialize, Serializer};

use super::MaybeLoaded;
use super::refuse::{refuse, refuse_others};

/// The name of a unit struct that stands for what was not loaded. No program has one with this name: it is no identifier.
const NOT_LOADED: &str = "not loaded";

/// What was loaded serialises as itself. What was not is absent where a row holds it, and elsewhere a unit.
impl<S: Serialize> Serialize for MaybeLoaded<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        match &**self {
            Some(state) => state.serialize(serializer),
            None => serializer.serialize_unit_struct(NOT_LOADED),
        }
    }
}

/// Whether the value says that it was not loaded.
pub(super) fn is_absent<T: Serialize + ?Sized>(value: &T) -> bool {
    value.serialize(Asking).is_ok()
}

/// Takes what was not loaded; everything else is an error.
struct Asking;

impl Serializer for Asking {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Impossible<(), fmt::Error>;
    type SerializeTuple = Impossible<(), fmt::Error>;
    type SerializeTupleStruct = Impossible<(), fmt::Error>;
    type SerializeTupleVariant = Impossible<(), fmt::Error>;
    type SerializeMap = Impossible<(), fmt::Error>;
    type SerializeStruct = Impossible<(), fmt::Error>;
    type SerializeStructVariant = Impossible<(), fmt::Error>;

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), fmt::Error> {
        if name == NOT_LOADED { Ok(()) } else { Err(fmt::Error) }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    refuse_others!(fmt::Error);
    refuse! {
        fmt::Error;
        serialize_map(len: Option<usize>) -> Self::SerializeMap;
        serialize_struct(name: &'static str, len: usize) -> Self::SerializeStruct;
    }
}
