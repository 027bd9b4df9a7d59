//! A statement on its way to a connection.

use super::Sql;
use crate::row::RowSink;

/// A statement to run, and where its rows go.
pub struct Request<'a> {
    /// The statement.
    pub sql: &'a Sql,
    /// Whoever takes the rows.
    pub sink: &'a mut dyn RowSink,
}
