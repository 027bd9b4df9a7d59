//! What generated code uses. Nothing here is for people to call, and it may change in any release.

pub use orm_core::loaded::{Get, Here, KindOf, Loaded, LoadedRow, Read, There, ToMany, ToMaybe, ToOne, Whole, Wrap};
pub use orm_core::mapped::{
    ColumnNames as Names, HasColumn, Mapped, check_nullable, column, decode, encode, encode_coded,
    encode_coded_default, encode_default, encode_given, encode_or_default, four, left_out, moment, names,
    no_such_column, one, three, two, version,
};
pub use orm_core::model::{Model, one_of, other};
pub use orm_core::prefetch::{Loader, OneOf, Variant, variant};
pub use orm_core::relation::{Holds, HoldsLoaded, KeyedBy, Polymorphic, RefersToModel, check_polymorphic, check_tag};
pub use orm_core::row::Row;
pub use orm_core::schema::{
    Case, ColumnDef, DefaultValue, ForeignKey, Generated, OnDelete, RelationDef, RelationKind, Table, TableName,
    Through, no_default,
};
pub use orm_core::types::{
    AsJson, Coded, ColumnType, Form, Fraction, Newtype, Number, Offset, OrNull, RefersTo, TextForm, TextType, Unit,
    UuidText, decode_inner, encode_inner, inner_reads, inner_type, no_variant, text,
};
pub use orm_core::value::Value;
pub use orm_core::view::{
    Answer, Fuel, Layout, Leads, Part, Reader, Source, View, ViewFields, ViewLoader, ViewLoads, ViewRow, check_field,
    check_through, field_leads, part, through, towards,
};
pub use orm_core::write::{FIRST_VERSION, Insertable, JoinedBy, insert, update_versioned};
pub use orm_core::{clone_of, is_serialized};
pub use serde::{Serialize, Serializer};
