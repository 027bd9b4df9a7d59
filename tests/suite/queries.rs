//! Queries: conditions, orders and limits.

mod aggregates;
mod chosen;
mod composed;
mod dates;
mod filters;
mod fragment_aggregates;
mod fragment_orders;
mod fragments;
mod functions;
#[cfg(feature = "json")]
mod json_paths;
mod order;
mod search;
mod subqueries;
mod unions;
mod values;
