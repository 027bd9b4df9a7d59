//! The runtime of `orm`. Programs depend on `orm`, which re-exports what is public here.

pub mod access;
pub mod ast;
#[cfg(feature = "async")]
pub mod asynchronous;
pub mod column;
pub mod db;
pub mod driver;
pub mod error;
pub mod expression;
pub mod live;
pub mod loaded;
pub mod mapped;
pub mod model;
pub mod observe;
pub mod prefetch;
pub mod query;
pub mod raw;
pub mod relation;
pub mod row;
pub mod schema;
pub mod select;
pub mod sql;
pub mod types;
pub mod value;
pub mod view;
pub mod write;
