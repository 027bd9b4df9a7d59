//! Whether a value can become JSON and be read back: finite numbers, and a limited depth.
//!
//! `serde_json` writes a number that is not finite as `null`, and recurses until the stack overflows.

use std::fmt;

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::value::Mismatch;

/// The maximum number of nested arrays and objects that `serde_json` reads.
const DEEPEST: usize = 127;

/// Returns an error if JSON cannot represent the value.
pub(super) fn check<T: Serialize + ?Sized>(value: &T) -> Result<(), Mismatch> {
    value.serialize(Fit { depth: 0 }).map_err(|Unfit(mismatch)| mismatch)
}

/// A serializer that writes nothing, at a level of the value.
#[derive(Clone, Copy)]
struct Fit {
    depth: usize,
}

impl Fit {
    /// The serializer `levels` levels deeper.
    fn within(self, levels: usize) -> Result<Fit, Unfit> {
        let depth = self.depth + levels;
        if depth > DEEPEST {
            return Err(Unfit(Mismatch::Unstorable("JSON is stored up to 127 levels deep")));
        }
        Ok(Fit { depth })
    }

    fn finite(is_finite: bool) -> Result<(), Unfit> {
        let problem = "JSON has no numbers that are not finite";
        if is_finite { Ok(()) } else { Err(Unfit(Mismatch::Unstorable(problem))) }
    }
}

#[derive(Debug)]
struct Unfit(Mismatch);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Unfit {}

impl Error for Unfit {
    // The message may contain the value.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Unfit(Mismatch::Unstorable("the value cannot be serialised as JSON"))
    }
}

macro_rules! always_fit {
    ($($method:ident: $type:ty),* $(,)?) => {$(
        fn $method(self, _: $type) -> Result<(), Unfit> {
            Ok(())
        }
    )*};
}

impl Serializer for Fit {
    type Ok = ();
    type Error = Unfit;
    type SerializeSeq = Fit;
    type SerializeTuple = Fit;
    type SerializeTupleStruct = Fit;
    type SerializeTupleVariant = Fit;
    type SerializeMap = Fit;
    type SerializeStruct = Fit;
    type SerializeStructVariant = Fit;

    always_fit! {
        serialize_bool: bool,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
        serialize_char: char, serialize_str: &str, serialize_bytes: &[u8], serialize_unit_struct: &'static str,
    }

    fn serialize_f32(self, number: f32) -> Result<(), Unfit> {
        Fit::finite(number.is_finite())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Unfit> {
        Fit::finite(number.is_finite())
    }

    fn serialize_none(self) -> Result<(), Unfit> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unfit> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Unfit> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unfit> {
        value.serialize(self.within(1)?)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Fit, Unfit> {
        self.within(1)
    }

    fn serialize_tuple(self, _: usize) -> Result<Fit, Unfit> {
        self.within(1)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Fit, Unfit> {
        self.within(1)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Fit, Unfit> {
        self.within(2)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fit, Unfit> {
        self.within(1)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fit, Unfit> {
        self.within(1)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Fit, Unfit> {
        self.within(2)
    }
}

macro_rules! elements {
    ($($kind:ident, $method:ident $(, $key:ty)?;)*) => {$(
        impl $kind for Fit {
            type Ok = ();
            type Error = Unfit;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $key,)? value: &T) -> Result<(), Unfit> {
                value.serialize(*self)
            }

            fn end(self) -> Result<(), Unfit> {
                Ok(())
            }
        }
    )*};
}

elements! {
    SerializeSeq, serialize_element;
    SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field;
    SerializeTupleVariant, serialize_field;
    SerializeStruct, serialize_field, &'static str;
    SerializeStructVariant, serialize_field, &'static str;
}

impl SerializeMap for Fit {
    type Ok = ();
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        key.serialize(*self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        value.serialize(*self)
    }

    fn end(self) -> Result<(), Unfit> {
        Ok(())
    }
}
