//! The statements that are sent: their number, their form, and their number of rows.

mod any_number_of_keys;
mod budget;
mod large;
mod limits;
mod observed;
mod ping;
#[cfg(debug_assertions)]
mod repeated;
mod scale;
mod scans;
mod whole_tables;
mod wide_and_deep;
