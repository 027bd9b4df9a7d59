//! The statements that are sent: how many, in which form, and for how many rows.

mod large;
mod limits;
mod observed;
mod whole_tables;
