//! Types of columns: which values are returned unchanged, and how the database compares them.

pub(crate) mod column_types;
mod decimals;
mod edges;
mod networks;
mod times;
