//! UUIDs of the crate `uuid`.

use uuid::Uuid;

use super::{ColumnType, Element, KeyType, Required, SqlType, other_kind};
use crate::value::{Mismatch, Value, ValueRef};

/// A [`Uuid`]: 16 bytes in SQLite, `uuid` in PostgreSQL.
impl ColumnType for Uuid {
    const SQL_TYPE: SqlType = SqlType::Uuid;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Uuid(bytes) => Ok(Uuid::from_bytes(bytes)),
            ValueRef::Blob(bytes) => {
                Uuid::from_slice(bytes).map_err(|_| Mismatch::Refused("a uuid has 16 bytes".into()))
            }
            ValueRef::Text(_) => Err(Mismatch::Refused(
                "found text; uuids are stored as 16 bytes, so convert the column with `unhex(replace(.., '-', ''))`"
                    .into(),
            )),
            value => Err(other_kind(value)),
        }
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Uuid(*self.as_bytes()))
    }
}

impl KeyType for Uuid {}
impl Element for Uuid {}
