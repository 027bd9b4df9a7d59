//! What rows hold, as `Debug` shows it.

use std::fmt;

use super::marks::NotLoaded;
use super::{Many, One};
use crate::schema::RelationDef;

/// The states of relations as `Debug` shows them: those that were loaded, under their names.
pub trait DebugStates {
    /// Adds the fields.
    fn debug_states(&self, relations: &[&RelationDef], output: &mut fmt::DebugStruct<'_, '_>);
}

impl DebugStates for () {
    fn debug_states(&self, _: &[&RelationDef], _: &mut fmt::DebugStruct<'_, '_>) {}
}

impl<State: DebugEntry, Rest: DebugStates> DebugStates for (State, Rest) {
    fn debug_states(&self, relations: &[&RelationDef], output: &mut fmt::DebugStruct<'_, '_>) {
        if let [first, rest @ ..] = relations {
            self.0.debug_entry(first.name, output);
            self.1.debug_states(rest, output);
        }
    }
}

/// The state of a relation, or the values of named slots, as fields of the row's `Debug`.
pub trait DebugEntry {
    /// Adds the fields; none for what was not loaded.
    fn debug_entry(&self, name: &'static str, output: &mut fmt::DebugStruct<'_, '_>);
}

impl DebugEntry for NotLoaded {
    fn debug_entry(&self, _: &'static str, _: &mut fmt::DebugStruct<'_, '_>) {}
}

impl DebugEntry for () {
    fn debug_entry(&self, _: &'static str, _: &mut fmt::DebugStruct<'_, '_>) {}
}

impl<T: fmt::Debug, Extent> DebugEntry for Many<T, Extent> {
    fn debug_entry(&self, name: &'static str, output: &mut fmt::DebugStruct<'_, '_>) {
        output.field(name, self);
    }
}

impl<T: fmt::Debug> DebugEntry for One<T> {
    fn debug_entry(&self, name: &'static str, output: &mut fmt::DebugStruct<'_, '_>) {
        output.field(name, self);
    }
}

impl<T: fmt::Debug> DebugEntry for Option<One<T>> {
    fn debug_entry(&self, name: &'static str, output: &mut fmt::DebugStruct<'_, '_>) {
        output.field(name, self);
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
