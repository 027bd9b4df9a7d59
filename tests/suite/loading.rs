//! Other ways to load: by a join, in chunks, onto rows in memory, to any depth.

mod by_hand;
mod by_keys;
mod chosen;
mod chunks;
mod joined;
mod other_databases;
mod rows_in_memory;
pub(crate) mod trees;
mod trees_of_views;
