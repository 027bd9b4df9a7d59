//! Queries: conditions, orders and limits.

mod aggregates;
mod filters;
mod order;
