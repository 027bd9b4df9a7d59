//! Whether a value serialises as not loaded, which leaves no entry in the row's map.
//!
//! A named value may have any type, so its type cannot be tested. Its serialisation is tested instead, by a serializer
//! that recognizes a single name.

use std::fmt;

use serde::ser::{Impossible, Serialize, Serializer};

use super::MaybeLoaded;
use super::refuse::{refuse, refuse_others};

/// The name of a unit struct that represents an unloaded value. No program has a struct with this name, because it is
/// not an identifier.
const NOT_LOADED: &str = "not loaded";

/// A loaded value serialises as itself. An unloaded one is absent in a row's map, and a unit elsewhere.
impl<S: Serialize> Serialize for MaybeLoaded<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        match &**self {
            Some(state) => state.serialize(serializer),
            None => serializer.serialize_unit_struct(NOT_LOADED),
        }
    }
}

/// Whether the value serialises as not loaded.
pub(super) fn is_absent<T: Serialize + ?Sized>(value: &T) -> bool {
    value.serialize(Asking).is_ok()
}

/// Accepts only the unloaded value; everything else is an error.
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
