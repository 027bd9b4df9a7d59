//! Queries: conditions, orders and limits.

mod filters;
mod order;
