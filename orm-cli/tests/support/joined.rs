//! Pairs of keys, read by a prefetch and by a join.

use std::fmt::Display;

use orm::{Db, TrustedSql};

/// A key as text.
pub(crate) fn key(parts: &[&dyn Display]) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join("/")
}

/// Compares the pairs of a relation with those that a statement reads, and returns their number.
pub(crate) fn same(db: &Db, relation: &str, mut pairs: Vec<(String, String)>, sql: &str) -> orm::Result<usize> {
    let mut joined: Vec<(String, String)> = orm::sql(TrustedSql(sql.to_owned())).tuples(db)?;
    pairs.sort();
    joined.sort();
    assert_eq!(pairs, joined, "{relation}");
    Ok(pairs.len())
}
