//! Other ways to load: by a join, in chunks, onto rows in memory, to any depth.

mod chunks;
mod joined;
pub(crate) mod trees;
