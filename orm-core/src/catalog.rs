//! What is known of the live database beyond the models: which columns its indexes begin with, and which tables lie on
//! several servers.

mod forms;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::driver::Session;
use crate::error::Result;
use crate::observe::StatementKind;
use crate::row::{Row, RowSink};
use crate::sql::Dialect;
use crate::value::ValueRef;

use forms::Forms;
pub(crate) use forms::{Other, Sample};

/// What is looked up of a database when it is first needed.
#[derive(Default)]
pub(crate) struct Catalog {
    indexes: Mutex<Option<Arc<Indexes>>>,
    forms: Forms,
}

/// Indexes: their tables and columns.
#[derive(Debug, Default)]
pub struct Indexes(Vec<Index>);

#[derive(Debug)]
struct Index {
    table: TableName,
    name: String,
    columns: Vec<String>,
    /// Whether the rows of its table lie on several servers.
    scattered: bool,
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

    /// The forms in which columns store their values.
    pub(crate) fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Forgets what is known, after tables were created.
    pub(crate) fn forget(&self) {
        *self.lock() = None;
        self.forms.forget();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Indexes>>> {
        self.indexes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Indexes {
    /// Whether some index of the table begins with these columns, in whatever order.
    pub(crate) fn begin_with(
        &self,
        schema: Option<&str>,
        table: &str,
        columns: &[&str],
        dialect: &dyn Dialect,
    ) -> bool {
        self.0.iter().any(|index| {
            let leading = index.columns.get(..columns.len());
            let holds = |column: &&str| {
                leading.is_some_and(|leading| leading.iter().any(|other| dialect.same_name(other, column)))
            };
            index.table.is(schema, table, dialect) && columns.iter().all(holds)
        })
    }

    /// Whether the rows of the table lie on several servers. One without any index counts as lying on one.
    pub(crate) fn is_scattered(&self, schema: Option<&str>, table: &str, dialect: &dyn Dialect) -> bool {
        self.0.iter().any(|index| index.scattered && index.table.is(schema, table, dialect))
    }
}

/// Takes rows of a schema, a table, whether it is meant without its schema, an index, a column and whether the table's rows
/// lie on several servers, in the order of the index's columns.
impl RowSink for Indexes {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let (table, name) = (TableName::read(row)?, text(row, 3));
        // A column that is an expression has no name. It takes its place all the same: the columns behind it do not begin
        // the index.
        let column = text(row, 4);
        match self.0.last_mut() {
            Some(index) if index.table == table && index.name == name => index.columns.push(column),
            _ => self.0.push(Index { table, name, columns: vec![column], scattered: row.number(5)? != 0 }),
        }
        Ok(())
    }
}

/// A table of the live database.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TableName {
    schema: String,
    name: String,
    /// Whether it is meant when no schema is named.
    visible: bool,
}

impl TableName {
    /// The table that a row of a catalog begins with.
    pub(crate) fn read(row: Row<'_>) -> Result<Self> {
        Ok(TableName { schema: text(row, 0), name: text(row, 1), visible: row.number(2)? != 0 })
    }

    /// Whether a model with this schema and name means the table.
    pub(crate) fn is(&self, schema: Option<&str>, name: &str, dialect: &dyn Dialect) -> bool {
        dialect.same_name(&self.name, name)
            && schema.map_or(self.visible, |schema| dialect.same_name(&self.schema, schema))
    }
}

/// The text at a position; nothing for anything else.
pub(crate) fn text(row: Row<'_>, index: usize) -> String {
    match row.value(index) {
        Ok(ValueRef::Text(text)) => text.to_owned(),
        _ => String::new(),
    }
}
