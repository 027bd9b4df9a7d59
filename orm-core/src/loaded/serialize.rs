//! Serialising loaded rows: the row's own fields, then each loaded relation and named value under its name, in the case
//! in which serde writes the fields.
//!
//! A relation that was not loaded has no entry, so "not loaded", "none" and "empty" differ. The row is serialised by
//! its own implementation, whose fields are written into the outer map, which serde calls flattening.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::ser::{self, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::absent::is_absent;
use super::debug::slot_name;
use super::refuse::{refuse, refuse_others};
use super::{Extra, IsLoaded, Loaded, Many, NotLoaded, One};
use crate::mapped::Mapped;
use crate::schema::{Case, RelationDef};

/// The result of serialising with `S`.
pub type Serialized<S> = Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

/// What a row holds besides its columns, as entries of the row's map: the state of a relation, the list of all states,
/// or the values of named slots.
///
/// This is a trait because each row type has its own type of list.
pub trait SerializeEntries {
    /// Adds the entries; relations that were not loaded have none.
    ///
    /// # Errors
    ///
    /// Returns the error of the serializer, or an error for a duplicate name.
    fn serialize_entries<M: SerializeMap>(&self, names: Names<'_>, entries: &mut Entries<M>) -> Result<(), M::Error>;
}

/// The names of the entries.
#[derive(Clone, Copy, Debug)]
pub struct Names<'r> {
    /// The relations, in the order of their states.
    relations: &'r [&'r RelationDef],
    /// The case of the names of slots.
    case: Case,
}

/// The entries of a row's map.
#[derive(Debug)]
pub struct Entries<M> {
    map: M,
    /// Their names so far, because readers of a map ignore one of two entries with the same name.
    names: Vec<Cow<'static, str>>,
}

impl<M: SerializeMap> Entries<M> {
    /// Adds an entry, if its value was loaded.
    fn add_loaded<T>(&mut self, name: impl Into<Cow<'static, str>>, value: &T) -> Result<(), M::Error>
    where
        T: Serialize + ?Sized,
    {
        if is_absent(value) { Ok(()) } else { self.add(name, value) }
    }

    /// Adds an entry, unless its name exists already.
    pub(super) fn add<T>(&mut self, name: impl Into<Cow<'static, str>>, value: &T) -> Result<(), M::Error>
    where
        T: Serialize + ?Sized,
    {
        let name = name.into();
        self.refuse_second(&name)?;
        self.map.serialize_entry(&*name, value)?;
        self.names.push(name);
        Ok(())
    }

    /// Adds the key of an entry, unless it exists already. The serializer decides about a key that is not text.
    fn add_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), M::Error> {
        let mut name = String::new();
        if write!(name, "{}", Key(key)).is_ok() {
            self.refuse_second(&name)?;
            self.names.push(name.into());
        }
        self.map.serialize_key(key)
    }

    fn refuse_second(&self, name: &str) -> Result<(), M::Error> {
        if !self.names.iter().any(|other| other == name) {
            return Ok(());
        }
        Err(ser::Error::custom(format_args!(
            "two entries of the row would be called `{name}`; give the named value, the relation or the field another name"
        )))
    }
}

/// The key of a map as text.
struct Key<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> fmt::Display for Key<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

impl SerializeEntries for () {
    fn serialize_entries<M: SerializeMap>(&self, _: Names<'_>, _: &mut Entries<M>) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<State: SerializeEntries, Rest: SerializeEntries> SerializeEntries for (State, Rest) {
    fn serialize_entries<M: SerializeMap>(&self, names: Names<'_>, entries: &mut Entries<M>) -> Result<(), M::Error> {
        let [_, rest @ ..] = names.relations else { return Ok(()) };
        self.0.serialize_entries(names, entries)?;
        self.1.serialize_entries(Names { relations: rest, ..names }, entries)
    }
}

impl SerializeEntries for NotLoaded {
    fn serialize_entries<M: SerializeMap>(&self, _: Names<'_>, _: &mut Entries<M>) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<State: IsLoaded + Serialize> SerializeEntries for State {
    fn serialize_entries<M: SerializeMap>(&self, names: Names<'_>, entries: &mut Entries<M>) -> Result<(), M::Error> {
        let [relation, ..] = names.relations else { return Ok(()) };
        entries.add_loaded(relation.serialized, self)
    }
}

/// A named slot serialises with the last part of its name's path: `LineCount` as `line_count`, or as `lineCount` if the
/// fields are in camel case.
impl<N, V: Serialize, Rest: SerializeEntries> SerializeEntries for Extra<N, V, Rest> {
    fn serialize_entries<M: SerializeMap>(&self, names: Names<'_>, entries: &mut Entries<M>) -> Result<(), M::Error> {
        self.rest.serialize_entries(names, entries)?;
        entries.add_loaded(names.case.apply(slot_name::<N>()), &self.value)
    }
}

impl<T: Serialize, Extent> Serialize for Many<T, Extent> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.len()))?;
        for row in self {
            rows.serialize_element(row)?;
        }
        rows.end()
    }
}

impl<T: Serialize> Serialize for One<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<R, States, N> Serialize for Loaded<R, States, N>
where
    R: Mapped + Serialize,
    States: SerializeEntries,
    N: SerializeEntries,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = Names { relations: R::TABLE.relations, case: R::TABLE.case };
        serialize_loaded(serializer, &self.row, |entries| {
            self.states.serialize_entries(names, entries)?;
            self.named.serialize_entries(names, entries)
        })
    }
}

/// Serialises `row` as a map, and calls `relations` to add entries to it.
///
/// # Errors
///
/// Returns the error of the serializer, or an error for a row that does not serialise as a struct or map.
pub(super) fn serialize_loaded<S, R, F>(serializer: S, row: &R, relations: F) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    R: Serialize,
    F: FnOnce(&mut Entries<S::SerializeMap>) -> Result<(), S::Error>,
{
    let mut entries = Entries { map: serializer.serialize_map(None)?, names: Vec::new() };
    row.serialize(Flatten { entries: &mut entries })?;
    relations(&mut entries)?;
    entries.map.end()
}

/// Writes the fields of a struct or map into the map of another serializer.
struct Flatten<'a, M> {
    entries: &'a mut Entries<M>,
}

impl<M: SerializeMap> SerializeStruct for Flatten<'_, M> {
    type Ok = ();
    type Error = M::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), M::Error> {
        self.entries.add(key, value)
    }

    fn end(self) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<M: SerializeMap> SerializeMap for Flatten<'_, M> {
    type Ok = ();
    type Error = M::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), M::Error> {
        self.entries.add_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), M::Error> {
        self.entries.map.serialize_value(value)
    }

    fn end(self) -> Result<(), M::Error> {
        Ok(())
    }
}

fn not_a_struct<E: ser::Error>() -> E {
    E::custom(format_args!("a model serialises as a struct or map, so that its relations can be added"))
}

impl<M: SerializeMap> Serializer for Flatten<'_, M> {
    type Ok = ();
    type Error = M::Error;
    type SerializeSeq = Impossible<(), M::Error>;
    type SerializeTuple = Impossible<(), M::Error>;
    type SerializeTupleStruct = Impossible<(), M::Error>;
    type SerializeTupleVariant = Impossible<(), M::Error>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), M::Error>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, M::Error> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, M::Error> {
        Ok(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), M::Error> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), M::Error> {
        value.serialize(self)
    }

    refuse_others!(not_a_struct());
    refuse! {
        not_a_struct();
        serialize_unit_struct(name: &'static str) -> ();
    }
}
