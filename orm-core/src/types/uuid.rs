//! UUIDs of the crate `uuid`.

use uuid::Uuid;

use super::{ColumnType, Element, KeyType, Reads, Required, SqlType, uuid_bytes};
use crate::value::{Mismatch, Value, ValueRef};

/// A [`Uuid`]: on SQLite 16 bytes unless `#[model(stored = ..)]` names another form, on PostgreSQL `uuid`.
impl ColumnType for Uuid {
    const SQL_TYPE: SqlType = SqlType::Uuid;
    type Presence = Required;
    const READS: Reads = Reads::Every;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        uuid_bytes(value).map(Uuid::from_bytes)
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Uuid(*self.as_bytes()))
    }
}

impl KeyType for Uuid {}
impl Element for Uuid {}
