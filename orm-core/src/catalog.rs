//! What is known of the live database beyond the models: which columns its indexes begin with, which tables lie on several
//! servers, and which foreign keys it enforces.

mod forms;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::driver::Session;
use crate::error::Result;
use crate::observe::StatementKind;
use crate::prefetch::Request;
use crate::row::{Row, RowSink};
use crate::schema::RelationDef;
use crate::sql::{Dialect, Sql};
use crate::value::ValueRef;

use forms::Forms;
pub(crate) use forms::{Other, Sample};

/// What is looked up of a database when it is first needed.
#[derive(Default)]
pub(crate) struct Catalog {
    known: Mutex<Known>,
    forms: Forms,
}

/// The indexes and foreign keys, as far as they were looked up.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) indexes: Option<Arc<Indexes>>,
    pub(crate) references: Option<Arc<References>>,
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

/// The foreign keys that a database enforces.
#[derive(Debug, Default)]
pub struct References(Vec<Reference>);

/// A foreign key of one column.
#[derive(Debug)]
struct Reference {
    from: TableName,
    column: String,
    to: TableName,
    /// The column that it refers to; nothing for the primary key.
    referred: String,
}

/// What is asked of the catalog.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// The indexes.
    pub indexes: bool,
    /// The foreign keys.
    pub references: bool,
}

impl Needs {
    /// The indexes alone.
    pub(crate) const INDEXES: Needs = Needs { indexes: true, references: false };

    pub(crate) fn is_nothing(self) -> bool {
        !self.indexes && !self.references
    }
}

impl Catalog {
    /// What is needed, as it is now or was when first asked for; nothing of the rest.
    pub(crate) fn read(&self, session: &mut Session<'_>, needs: Needs) -> Result<Known> {
        let known = self.lock().clone();
        let missing = Needs {
            indexes: needs.indexes && known.indexes.is_none(),
            references: needs.references && known.references.is_none(),
        };
        if missing.is_nothing() {
            return Ok(known);
        }
        let read = look_up(session, missing)?;
        let known = Known { indexes: known.indexes.or(read.indexes), references: known.references.or(read.references) };
        *self.lock() = known.clone();
        Ok(known)
    }

    /// The forms in which columns store their values.
    pub(crate) fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Forgets what is known, after tables were created.
    pub(crate) fn forget(&self) {
        *self.lock() = Known::default();
        self.forms.forget();
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks up what is needed; the statements are sent together.
fn look_up(session: &mut Session<'_>, needs: Needs) -> Result<Known> {
    let (mut indexes, mut references) = (Indexes::default(), References::default());
    let [of_indexes, of_references] = [session.dialect().indexes(), session.dialect().references()].map(Sql::fixed);
    let mut requests = Vec::new();
    if needs.indexes {
        requests.push(Request { sql: &of_indexes, sink: &mut indexes });
    }
    if needs.references {
        requests.push(Request { sql: &of_references, sink: &mut references });
    }
    session.run_as(StatementKind::Schema, &mut requests)?;
    Ok(Known {
        indexes: needs.indexes.then(|| Arc::new(indexes)),
        references: needs.references.then(|| Arc::new(references)),
    })
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

impl References {
    /// Whether the database keeps out rows whose column refers to no row of this relation's starting table. Only a relation
    /// whose key is one column is asked about.
    pub(crate) fn hold(&self, relation: &RelationDef, dialect: &dyn Dialect) -> bool {
        let (parent, target) = ((relation.from)(), (relation.to)());
        let &[key] = relation.from_columns else { return false };
        let (schema, table, column) = match &relation.through {
            Some(through) => (through.schema, through.table, through.left.first().copied()),
            None => (target.schema, target.name, target.names(relation.to_columns).next()),
        };
        self.0.iter().any(|reference| {
            let refers = match &*reference.referred {
                "" => parent.primary_key == relation.from_columns,
                referred => dialect.same_name(referred, parent.columns[key].name),
            };
            refers
                && column.is_some_and(|column| dialect.same_name(&reference.column, column))
                && reference.from.is(schema, table, dialect)
                && reference.to.is(parent.schema, parent.name, dialect)
        })
    }
}

/// Takes rows of a foreign key of one column: its table, its column, the table that it refers to, and the column there. A
/// table is a schema, a name, and whether it is meant without its schema.
impl RowSink for References {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.0.push(Reference {
            from: TableName::read(row, 0)?,
            column: text(row, 3),
            to: TableName::read(row, 4)?,
            referred: text(row, 7),
        });
        Ok(())
    }
}

/// Takes rows of a schema, a table, whether it is meant without its schema, an index, a column and whether the table's rows
/// lie on several servers, in the order of the index's columns.
impl RowSink for Indexes {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let (table, name) = (TableName::read(row, 0)?, text(row, 3));
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
    /// The table that stands in a row of a catalog, from a position on.
    pub(crate) fn read(row: Row<'_>, at: usize) -> Result<Self> {
        Ok(TableName { schema: text(row, at), name: text(row, at + 1), visible: row.number(at + 2)? != 0 })
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
