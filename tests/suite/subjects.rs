//! What every database must do. The tests take their database from [`support::db`] alone.

mod bad_data;
mod codecs;
mod column_types;
mod decimals;
mod defaults;
mod edits;
mod filters;
mod graphs;
mod json;
mod keys;
mod large;
mod names;
mod narrowed;
mod observed;
mod order;
mod orphans;
mod pages;
mod prefetch;
mod property;
mod relation_filters;
mod relations;
mod selects;
pub(crate) mod support;
mod transactions;
mod versions;
mod views;
mod writes;
