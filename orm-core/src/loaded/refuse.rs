//! The methods of a serializer that accepts few kinds of values and returns an error for all others.

/// The methods for values other than structs, maps, options, newtype structs and unit structs. Each returns `$error`.
macro_rules! refuse_others {
    ($error:expr) => {
        $crate::loaded::refuse::refuse! {
            $error;
            serialize_bool(value: bool) -> Self::Ok;
            serialize_i8(value: i8) -> Self::Ok;
            serialize_i16(value: i16) -> Self::Ok;
            serialize_i32(value: i32) -> Self::Ok;
            serialize_i64(value: i64) -> Self::Ok;
            serialize_u8(value: u8) -> Self::Ok;
            serialize_u16(value: u16) -> Self::Ok;
            serialize_u32(value: u32) -> Self::Ok;
            serialize_u64(value: u64) -> Self::Ok;
            serialize_f32(value: f32) -> Self::Ok;
            serialize_f64(value: f64) -> Self::Ok;
            serialize_char(value: char) -> Self::Ok;
            serialize_str(value: &str) -> Self::Ok;
            serialize_bytes(value: &[u8]) -> Self::Ok;
            serialize_none() -> Self::Ok;
            serialize_unit() -> Self::Ok;
            serialize_unit_variant(name: &'static str, index: u32, variant: &'static str) -> Self::Ok;
            serialize_seq(len: Option<usize>) -> Self::SerializeSeq;
            serialize_tuple(len: usize) -> Self::SerializeTuple;
            serialize_tuple_struct(name: &'static str, len: usize) -> Self::SerializeTupleStruct;
            serialize_tuple_variant(
                name: &'static str, index: u32, variant: &'static str, len: usize
            ) -> Self::SerializeTupleVariant;
            serialize_struct_variant(
                name: &'static str, index: u32, variant: &'static str, len: usize
            ) -> Self::SerializeStructVariant;
        }

        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<Self::Ok, Self::Error> {
            Err($error)
        }

        fn collect_str<T: std::fmt::Display + ?Sized>(self, _: &T) -> Result<Self::Ok, Self::Error> {
            Err($error)
        }
    };
}

/// Methods that return `$error`.
macro_rules! refuse {
    ($error:expr; $($method:ident($($argument:ident: $type:ty),*) -> $ok:ty;)*) => {$(
        fn $method(self, $($argument: $type),*) -> Result<$ok, Self::Error> {
            $(let _ = $argument;)*
            Err($error)
        }
    )*};
}

pub(super) use {refuse, refuse_others};
