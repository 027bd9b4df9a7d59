//! The behaviour of every database, in the order of the guide's chapters, with their numbers. The tests take their database from
//! [`database`](crate::database) only.

// 01
mod models;

// 02
mod queries;

// 03
mod relations;

// 04
mod values;

// 05
mod relation_filters;

// 06
pub(crate) mod loading;

// 07
mod writing;

// 08
mod statements;

// 09
mod errors;

// 10
mod json;

// 11
mod raw_sql;

// 13
pub(crate) mod types;

// 14
mod parts;

// 17
mod security;

// 20
#[cfg(feature = "async")]
mod asynchronous;
