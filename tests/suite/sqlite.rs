//! The behaviour of SQLite only, in one file for each subject.

#[path = "sqlite/arrays.rs"]
mod arrays;
#[path = "sqlite/as_given.rs"]
mod as_given;
#[path = "sqlite/broken_files.rs"]
mod broken_files;
#[path = "sqlite/claimed_keys.rs"]
mod claimed_keys;
#[path = "sqlite/collations.rs"]
mod collations;
#[path = "sqlite/connections.rs"]
mod connections;
#[path = "sqlite/dates.rs"]
mod dates;
#[path = "sqlite/files.rs"]
mod files;
#[path = "sqlite/fragments.rs"]
mod fragments;
#[path = "sqlite/functions.rs"]
mod functions;
#[path = "sqlite/ignored.rs"]
mod ignored;
#[path = "sqlite/interruptions.rs"]
mod interruptions;
#[path = "sqlite/intervals.rs"]
mod intervals;
#[path = "sqlite/json_paths.rs"]
#[cfg(feature = "json")]
mod json_paths;
#[path = "sqlite/legacy.rs"]
mod legacy;
#[path = "sqlite/locks.rs"]
mod locks;
#[path = "sqlite/loose_types.rs"]
mod loose_types;
#[path = "sqlite/names.rs"]
mod names;
#[path = "sqlite/other_forms.rs"]
mod other_forms;
#[path = "sqlite/plans.rs"]
mod plans;
#[path = "sqlite/ranges.rs"]
mod ranges;
#[path = "sqlite/setup.rs"]
mod setup;
#[path = "sqlite/tables.rs"]
mod tables;
#[path = "sqlite/transactions.rs"]
mod transactions;
#[path = "sqlite/upkeep.rs"]
mod upkeep;
#[path = "sqlite/upserts.rs"]
mod upserts;
#[path = "sqlite/values.rs"]
mod values;
#[path = "sqlite/ways_to_load.rs"]
mod ways_to_load;
#[path = "sqlite/work.rs"]
mod work;

use crate::schemas::university::NewDepartment;

fn law() -> NewDepartment {
    NewDepartment { name: "Law".into() }
}
