//! Queries: conditions, orders and limits.

mod aggregates;
mod composed;
mod filters;
mod order;
mod values;
