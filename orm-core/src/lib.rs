//! The runtime of `orm`. Programs depend on `orm`, which re-exports the public items of this crate.
#![cfg_attr(docsrs, feature(doc_cfg))]

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
#[cfg(feature = "migrate")]
pub mod migrate;
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
pub mod structure;
pub mod types;
pub mod value;
pub mod view;
pub mod write;
