//! Writes models of `orm` from an existing database, checks a database for problems, and draws it. The program
//! `orm-cli` is a thin layer over this library.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod files;
pub mod findings;
mod indexes;
pub mod models;
pub mod names;
pub mod place;
pub mod render;
pub mod source;
pub mod types;
