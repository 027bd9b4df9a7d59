//! A statement to send on a connection.

use super::Sql;
use crate::row::RowSink;

/// A statement to run, and the sink of its rows.
pub struct Request<'a> {
    /// The statement.
    pub sql: &'a Sql,
    /// The sink of its rows.
    pub sink: &'a mut dyn RowSink,
}
