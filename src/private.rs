//! What generated code uses. Nothing here is for people to call, and it may change in any release.

pub use orm_core::column::{RefersTo, TextType};
pub use orm_core::model::{
    HasColumn, Model, check_nullable, column, decode, encode, encode_default, encode_given, encode_or_default, four,
    moment, no_such_column, one, other, three, two, version,
};
pub use orm_core::prefetch::{Loader, Variant, variant};
pub use orm_core::relation::Whole;
pub use orm_core::relation::{
    Holds, HoldsLoaded, JoinedBy, KeyedBy, KindOf, OneOf, Polymorphic, RefersToModel, ToMany, ToMaybe, ToOne,
    check_polymorphic, check_tag, one_of,
};
pub use orm_core::row::{Get, Here, Loaded, LoadedRow, Read, Row, There, Wrap};
pub use orm_core::schema::{
    Case, ColumnDef, DefaultValue, ForeignKey, Generated, OnDelete, RelationDef, RelationKind, Table, TableName,
    Through,
};
pub use orm_core::types::{
    AsJson, Coded, ColumnType, Form, Fraction, Newtype, Number, Offset, OrNull, TextForm, Unit, UuidText, decode_inner,
    encode_coded, encode_inner, inner_reads, inner_type, no_variant, text,
};
pub use orm_core::value::Value;
pub use orm_core::view::{
    Answer, Fuel, Layout, Leads, Part, Reader, Source, View, ViewFields, ViewLoader, ViewRow, check_field,
    check_through, field_leads, part, through, towards,
};
pub use orm_core::write::{FIRST_VERSION, Insertable, insert, update_versioned};
pub use orm_core::{clone_of, is_serialized};
pub use serde::{Serialize, Serializer};
