//! Reading the structure of the live database.

use super::super::Session;
use crate::error::{Error, Result};
use crate::live::{Read, readers};
use crate::structure::Schema;

impl Session<'_> {
    /// The structure of the whole database, in a fixed number of statements.
    pub(super) fn structure(&mut self) -> Result<Schema> {
        let dialect = self.dialect();
        let Some(statements) = dialect.structure() else {
            return Err(Error::invalid(format!("the structure of a {} database cannot be read", dialect.name())));
        };
        let mut read = Read::default();
        for (statement, reader) in readers(statements) {
            self.look_up(statement, &[], &mut read.rows(reader, dialect))?;
        }
        Ok(read.finish(dialect))
    }
}
