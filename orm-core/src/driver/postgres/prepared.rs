//! A prepared statement, with the types of its parameters and columns.

use std::sync::Arc;

use tokio_postgres::Statement;

use super::value::{Bound, Shape, is_narrow};
use crate::error::{Error, Result};
use crate::sql::postgres::changes_session;

/// A prepared statement.
pub(super) struct Prepared {
    pub(super) raw: Statement,
    /// How the values of its columns are sent.
    pub(super) shapes: Box<[Shape]>,
    /// A number can be out of the range of a parameter's type.
    pub(super) is_narrow: bool,
    /// Running it changes session state that the next user of the connection would see.
    pub(super) changes_session: bool,
}

impl Prepared {
    pub(super) fn new(raw: Statement, text: &str) -> Arc<Self> {
        let shapes = Shape::of_columns(raw.columns());
        let is_narrow = raw.params().iter().any(is_narrow);
        Arc::new(Prepared { raw, shapes, is_narrow, changes_session: changes_session(text) })
    }

    /// The same statement, with values of unknown types as text.
    pub(super) fn with_text(raw: Statement, text: &str) -> Arc<Self> {
        let shapes = Shape::of_columns_with_text(raw.columns());
        let is_narrow = raw.params().iter().any(is_narrow);
        Arc::new(Prepared { raw, shapes, is_narrow, changes_session: changes_session(text) })
    }

    /// Refuses another number of values than there are parameters.
    pub(super) fn check_number(&self, bound: &[Bound<'_>]) -> Result<()> {
        let wanted = self.raw.params().len();
        if wanted == bound.len() {
            return Ok(());
        }
        Err(Error::parameters(wanted, bound.len()))
    }
}
