//! Statements that are sent on a connection, and the receiver of their rows.

use std::sync::Arc;

use super::prepared::Prepared;
use crate::error::{Error, Result};
use crate::types::Param;

/// A statement to send.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) text: &'a str,
    pub(crate) params: &'a [Param<'a>],
}

/// The receiver of the rows of statements that are sent together. Each statement has a position.
///
/// This is a trait because a thread decodes rows as they arrive, while a task keeps them: decoded rows may not be
/// `Send`.
pub(crate) trait Receiver {
    /// Takes a row.
    fn take(&mut self, at: usize, row: tokio_postgres::Row, prepared: &Arc<Prepared>) -> Result<()>;

    /// Notes that a statement has ended, or the error that ended them all.
    fn ended(&mut self, at: usize, error: Option<&Error>);
}
