//! What is known of the live database beyond the models: which columns its indexes begin with.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::driver::Session;
use crate::error::Result;
use crate::observe::StatementKind;
use crate::row::{Row, RowSink};
use crate::value::ValueRef;

/// The indexes of a database, looked up when first needed.
#[derive(Default)]
pub(crate) struct Catalog(Mutex<Option<Arc<Indexes>>>);

/// Indexes: their tables and columns.
#[derive(Debug, Default)]
pub struct Indexes(Vec<Index>);

#[derive(Debug)]
struct Index {
    table: String,
    name: String,
    columns: Vec<String>,
}

impl Catalog {
    /// The indexes as they are now, or were when first asked for.
    pub(crate) fn indexes(&self, session: &mut Session<'_>) -> Result<Arc<Indexes>> {
        if let Some(indexes) = &*self.lock() {
            return Ok(Arc::clone(indexes));
        }
        let mut indexes = Indexes::default();
        session.query_as(StatementKind::Schema, session.dialect().indexes(), &mut indexes)?;
        Ok(Arc::clone(self.lock().insert(Arc::new(indexes))))
    }

    /// Forgets what is known, after tables were created.
    pub(crate) fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Indexes>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Indexes {
    /// Whether some index of the table begins with these columns, in whatever order.
    pub(crate) fn begin_with(&self, table: &str, columns: &[&str]) -> bool {
        self.0.iter().any(|index| {
            let leading = index.columns.get(..columns.len());
            let holds = |column: &&str| leading.is_some_and(|leading| leading.iter().any(|other| other == column));
            index.table == table && columns.iter().all(holds)
        })
    }
}

/// Takes rows of a table, an index and a column, in the order of the index's columns.
impl RowSink for Indexes {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let (Ok(ValueRef::Text(table)), Ok(ValueRef::Text(name))) = (row.value(0), row.value(1)) else { return Ok(()) };
        // A column that is an expression has no name. It takes its place all the same: the columns behind it do not begin
        // the index.
        let column = match row.value(2) {
            Ok(ValueRef::Text(column)) => column,
            _ => "",
        };
        match self.0.last_mut() {
            Some(index) if index.table == table && index.name == name => index.columns.push(column.to_owned()),
            _ => {
                let columns = vec![column.to_owned()];
                self.0.push(Index { table: table.to_owned(), name: name.to_owned(), columns });
            }
        }
        Ok(())
    }
}
