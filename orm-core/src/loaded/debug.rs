//! How `Debug` shows the relations of rows.

use std::fmt;

use super::marks::{IsLoaded, NotLoaded};
use crate::schema::RelationDef;

/// What a row holds besides its columns, as fields of the row's `Debug`: the state of a relation, the list of all
/// states, or the values of named slots.
///
/// This is a trait because each row type has its own type of list.
pub trait DebugEntries {
    /// Adds the fields, under the names of these relations; relations that were not loaded have no field.
    fn debug_entries(&self, relations: &[&RelationDef], output: &mut fmt::DebugStruct<'_, '_>);
}

impl DebugEntries for () {
    fn debug_entries(&self, _: &[&RelationDef], _: &mut fmt::DebugStruct<'_, '_>) {}
}

impl<State: DebugEntries, Rest: DebugEntries> DebugEntries for (State, Rest) {
    fn debug_entries(&self, relations: &[&RelationDef], output: &mut fmt::DebugStruct<'_, '_>) {
        if let [_, rest @ ..] = relations {
            self.0.debug_entries(relations, output);
            self.1.debug_entries(rest, output);
        }
    }
}

impl DebugEntries for NotLoaded {
    fn debug_entries(&self, _: &[&RelationDef], _: &mut fmt::DebugStruct<'_, '_>) {}
}

impl<State: IsLoaded + fmt::Debug> DebugEntries for State {
    fn debug_entries(&self, relations: &[&RelationDef], output: &mut fmt::DebugStruct<'_, '_>) {
        if let [relation, ..] = relations {
            output.field(relation.name, self);
        }
    }
}

/// The name under which a named slot is shown: the last part of its type's path, in snake case and without parameters.
pub(super) fn slot_name<N>() -> String {
    let path = std::any::type_name::<N>();
    let path = path.split('<').next().unwrap_or(path);
    let name = path.rsplit("::").next().unwrap_or(path);
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
