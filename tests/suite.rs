//! The behaviour suite: what every database must do, a file for each subject.
//!
//! The tests take their database from [`support::db`] alone, so that another one can be slotted in; what only SQLite
//! does stands in `suite/sqlite.rs`.

#[path = "suite/bad_data.rs"]
mod bad_data;
#[path = "suite/defaults.rs"]
mod defaults;
#[path = "suite/edits.rs"]
mod edits;
#[path = "suite/filters.rs"]
mod filters;
#[path = "suite/graphs.rs"]
mod graphs;
#[path = "suite/json.rs"]
mod json;
#[path = "suite/keys.rs"]
mod keys;
#[path = "suite/large.rs"]
mod large;
#[path = "suite/names.rs"]
mod names;
#[path = "suite/narrowed.rs"]
mod narrowed;
#[path = "suite/observed.rs"]
mod observed;
#[path = "suite/order.rs"]
mod order;
#[path = "suite/orphans.rs"]
mod orphans;
#[path = "suite/prefetch.rs"]
mod prefetch;
#[path = "suite/property.rs"]
mod property;
#[path = "suite/relation_filters.rs"]
mod relation_filters;
#[path = "suite/relations.rs"]
mod relations;
#[path = "suite/selects.rs"]
mod selects;
#[path = "suite/sqlite.rs"]
mod sqlite;
#[path = "suite/support.rs"]
mod support;
#[path = "suite/transactions.rs"]
mod transactions;
#[path = "suite/versions.rs"]
mod versions;
#[path = "suite/writes.rs"]
mod writes;
