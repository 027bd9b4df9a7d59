//! The statements that are sent: how many, in which form, and for how many rows.

mod any_number_of_keys;
mod budget;
mod large;
mod limits;
mod observed;
#[cfg(debug_assertions)]
mod repeated;
mod scale;
mod scans;
mod whole_tables;
mod wide_and_deep;
