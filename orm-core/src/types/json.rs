//! JSON: values of types that serialise, in one column.

mod fit;
#[cfg(feature = "sqlite")]
mod leaf;
mod read;

use std::any::type_name;
use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Dynamic;

use super::{AsJson, Codec, ColumnType, Element, JsonType, Required, SqlType, other_kind};
use crate::value::{Mismatch, Value, ValueRef};

#[cfg(feature = "sqlite")]
pub(crate) use leaf::json_leaf;

/// A value that is stored as JSON: text in SQLite, `jsonb` in PostgreSQL.
///
/// ```
/// # use orm_core::types::Json;
/// struct Settings { dark: bool }
/// struct User { id: i64, settings: Json<Settings> }
///
/// let user = User { id: 1, settings: Json(Settings { dark: true }) };
/// assert!(user.settings.dark);
/// ```
///
/// Writing a value that JSON cannot represent returns an error: a floating-point number that is not finite, or a value
/// that is more than 127 levels deep. Reading text returns an error if it is not JSON, does not fit the type, or has a
/// duplicate name in an object.
///
/// `Json(None)` is stored as the JSON value `null`. For `NULL` in the database use `Option<Json<T>>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Json(value)
    }
}

/// Serialises as the value itself.
impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Json)
    }
}

impl<T: Serialize + DeserializeOwned + 'static> ColumnType for Json<T> {
    const SQL_TYPE: SqlType = SqlType::Json;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        from_text(&text_of(value)?).map(Json)
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        to_text(&self.0).map(|text| Value::Json(text.into()))
    }
}

impl<T: Serialize + DeserializeOwned + 'static> Element for Json<T> {}
impl Element for Dynamic {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + 'static> JsonType for Json<T> {}

#[diagnostic::do_not_recommend]
impl JsonType for Dynamic {}

#[diagnostic::do_not_recommend]
impl JsonType for Text {}

/// Any JSON value. A number that it cannot hold exactly is an error.
impl ColumnType for Dynamic {
    const SQL_TYPE: SqlType = SqlType::Json;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let text = text_of(value)?;
        let value = from_text(&text)?;
        if read::numbers_are_exact(&text) { Ok(value) } else { Err(Mismatch::Inexact) }
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        to_text(self).map(|text| Value::Json(text.into()))
    }
}

/// The text that [`AsJson`] stores.
#[derive(Clone, Debug)]
pub struct Text(String);

impl ColumnType for Text {
    const SQL_TYPE: SqlType = SqlType::Json;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        text_of(value).map(|text| Text(text.into_owned()))
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Json(Cow::Borrowed(&self.0)))
    }
}

impl<T: Serialize + DeserializeOwned> Codec<T> for AsJson {
    type Stored = Text;

    fn encode(value: &T) -> Result<Text, Mismatch> {
        to_text(value).map(Text)
    }

    fn decode(Text(text): Text) -> Result<T, Mismatch> {
        from_text(&text)
    }
}

/// The text of a stored value. A numeric column of SQLite converts text to a number if it is one.
fn text_of(value: ValueRef<'_>) -> Result<Cow<'_, str>, Mismatch> {
    match value {
        ValueRef::Json(text) | ValueRef::Text(text) => Ok(text.into()),
        ValueRef::Int(number) => Ok(number.to_string().into()),
        ValueRef::Real(number) if number.is_finite() => Ok(number.to_string().into()),
        value => Err(other_kind(value)),
    }
}

fn to_text<T: Serialize>(value: &T) -> Result<String, Mismatch> {
    fit::check(value)?;
    let text = serde_json::to_string(value);
    let text = text.map_err(|_| Mismatch::Unstorable("the value cannot be serialised as JSON"))?;
    // `#[serde(flatten)]` can produce two fields with the same name.
    read::names_differ(&text)
        .map_err(|_| Mismatch::Unstorable("an object of the JSON has two values with the same name"))?;
    Ok(text)
}

/// Messages contain positions and not contents, which may be secrets.
fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Mismatch> {
    let refused = |error: serde_json::Error| {
        let place = format!("line {} column {}", error.line(), error.column());
        let name = type_name::<T>();
        Mismatch::Refused(if error.is_data() {
            format!("the JSON does not fit `{name}` at {place}").into()
        } else {
            format!("found text that is not JSON as it is stored: {error}").into()
        })
    };
    let value = serde_json::from_str(text).map_err(refused)?;
    let twice = |error: serde_json::Error| {
        let place = format!("line {} column {}", error.line(), error.column());
        Mismatch::Refused(format!("an object of the JSON has two values with the same name, at {place}").into())
    };
    read::names_differ(text).map_err(twice)?;
    Ok(value)
}

#[cfg(test)]
mod tests;
