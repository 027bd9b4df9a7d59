//! Items for generated code. Do not use them. They may change in any release.

pub use crate::__accessors as accessors;
pub use crate::checks::*;
pub use crate::signature::*;
pub use orm_core::db::Run;
pub use orm_core::loaded::{KindIf, Loaded, Read, ToMany, ToMaybe, ToOne, Whole, Wrap, serialize::Serialized};
pub use orm_core::mapped::{
    Able, ColumnNames as Names, Mapped, Unable, column, decode, encode, encode_default, encode_given,
    encode_or_default, left_out, name, names, no_such_column, nullable,
};
pub use orm_core::model::Model;
pub use orm_core::prefetch::{Loader, Variant, variant};
pub use orm_core::relation::Polymorphic;
pub use orm_core::row::Row;
pub use orm_core::schema::{
    Case, DefaultValue, ForeignKey, Generated, OnDelete, PartialIndex, RelationDef, RelationKind, Table, TableName,
    Through, no_default,
};
pub use orm_core::types::{
    AsJson, Coded, ColumnType, Form, Fraction, Number, Offset, OrNull, TextForm, Unit, UuidText, no_variant, text,
};
pub use orm_core::value::Value;
pub use orm_core::view::{
    Answer, FieldLoader, Fuel, Layout, Leads, Reader, View, ViewFields, ViewLoader, ViewLoads, ViewRow,
};
pub use orm_core::write::{FIRST_VERSION, insert, update_versioned};
#[cfg(feature = "migrate")]
pub use orm_derive::migrations;
pub use orm_derive::{relation, row};
pub use serde::{Serialize, Serializer};
