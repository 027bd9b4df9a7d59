//! What is known of the live database beyond the models: which columns its indexes begin with, which tables lie on several
//! servers, which foreign keys it enforces, and what a row that is written may come back as. `live` looks up all about some tables.

mod forms;
mod live;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::driver::Session;
use crate::error::Result;
use crate::observe::StatementKind;
use crate::prefetch::Request;
use crate::row::{Row, RowSink};
use crate::schema::{ColumnDef, RelationDef, Table};
use crate::sql::{Dialect, Sql};
use crate::types::{Param, Reads};
use crate::value::{Value, ValueRef};

use forms::Forms;
pub(crate) use forms::{Other, Sample};
pub(crate) use live::{Live, LiveColumn, LiveForeignKey, LiveKind, LiveTable};

/// What is looked up of a database when it is first needed, and what was seen of it.
#[derive(Default)]
pub(crate) struct Catalog {
    known: Mutex<Known>,
    forms: Forms,
    /// What is known of written tables, by their addresses: tables are constants.
    writable: Mutex<HashMap<usize, Arc<Writable>>>,
    /// Whether the database assigns the keys of tables, by their addresses.
    assigns_keys: Mutex<HashMap<usize, bool>>,
    /// Whether the database promises that rows differ in the key, by the addresses of their tables.
    tells_apart: Mutex<HashMap<usize, bool>>,
    triggers: Triggers,
}

/// The tables of which some write was seen to set off triggers, by their addresses: tables are constants.
#[derive(Default)]
struct Triggers {
    /// Whether there is any, which is asked with each write.
    any: AtomicBool,
    tables: RwLock<HashSet<usize>>,
}

/// What a row that is written to a table may come back as.
#[derive(Debug, Default)]
pub(crate) struct Writable {
    /// The columns of the model that can be read for certain, whatever they hold.
    always: Vec<bool>,
    /// The columns that can if they hold what was sent.
    given: Vec<bool>,
}

impl Writable {
    fn look_up(table: &'static Table, session: &mut Session<'_>) -> Result<Self> {
        let dialect = session.dialect();
        let Some(text) = dialect.writable_columns() else { return Ok(Writable::default()) };
        let mut live = WritableColumns { columns: Vec::new(), plain: true };
        let name = Value::Text(table.quoted(dialect).into());
        session.look_up(text, &[Param::Value(name)], &mut live)?;
        if !live.plain {
            return Ok(Writable::default());
        }
        let found = table.columns.iter().map(|column| {
            let live = live.columns.iter().find(|live| dialect.same_name(&live.name, column.name))?;
            Some(live.readable(column, dialect))
        });
        let found: Option<Vec<(bool, bool)>> = found.collect();
        let (always, given) = found.unwrap_or_default().into_iter().unzip();
        Ok(Writable { always, given })
    }

    /// Whether a row can be read for certain that holds what was sent in these columns, and anything in the others.
    pub(crate) fn is_readable(&self, sent: &[usize]) -> bool {
        let mut columns = self.always.iter().zip(&self.given).enumerate();
        !self.always.is_empty() && columns.all(|(at, (always, given))| *always || (*given && sent.contains(&at)))
    }
}

/// The columns of a table, and whether rows are written to it as they are sent.
struct WritableColumns {
    columns: Vec<WritableColumn>,
    plain: bool,
}

struct WritableColumn {
    name: String,
    declared: String,
    not_null: bool,
}

impl WritableColumn {
    /// Whether the field of a column can be read for certain: always, and if the column holds what was sent.
    fn readable(&self, column: &ColumnDef, dialect: &dyn Dialect) -> (bool, bool) {
        let (declared, sql_type) = (&self.declared, column.sql_type);
        let reads_all = column.reads == Reads::Every && dialect.holds_only(declared, sql_type);
        let always = reads_all && (column.nullable || self.not_null);
        (always, always || (column.reads != Reads::Unsure && dialect.keeps(declared, sql_type)))
    }
}

/// Takes rows of a column, its type, whether it must not be `NULL`, and whether its table takes rows as they are sent.
impl RowSink for WritableColumns {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        self.columns.push(WritableColumn { name: text(row, 0), declared: text(row, 1), not_null: row.number(2)? != 0 });
        self.plain &= row.number(3)? != 0;
        Ok(())
    }
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
    /// Whether no two rows hold the same in its columns, at any time.
    unique: bool,
    /// Whether its table has triggers.
    triggers: bool,
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
        let known = lock(&self.known).clone();
        let missing = Needs {
            indexes: needs.indexes && known.indexes.is_none(),
            references: needs.references && known.references.is_none(),
        };
        if missing.is_nothing() {
            return Ok(known);
        }
        let read = look_up(session, missing)?;
        let known = Known { indexes: known.indexes.or(read.indexes), references: known.references.or(read.references) };
        *lock(&self.known) = known.clone();
        Ok(known)
    }

    /// The indexes as they are now, or were when first asked for.
    pub(crate) fn indexes(&self, session: &mut Session<'_>) -> Result<Arc<Indexes>> {
        Ok(self.read(session, Needs::INDEXES)?.indexes.unwrap_or_default())
    }

    /// The forms in which columns store their values.
    pub(crate) fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Forgets what is known, after tables were created or changed.
    pub(crate) fn forget(&self) {
        *lock(&self.known) = Known::default();
        lock(&self.writable).clear();
        lock(&self.assigns_keys).clear();
        lock(&self.tells_apart).clear();
        self.forms.forget();
    }

    /// Whether the database assigns a key that an insert leaves out, or refuses to leave it out.
    pub(crate) fn assigns_key(&self, table: &'static Table, key: usize, session: &mut Session<'_>) -> Result<bool> {
        let address = std::ptr::from_ref(table).addr();
        if let Some(&assigns) = lock(&self.assigns_keys).get(&address) {
            return Ok(assigns);
        }
        let mut unassigned = Found(false);
        if let Some(sql) = session.dialect().unassigned_key(table, table.columns[key].name) {
            session.look_up(&sql.text, &sql.params, &mut unassigned)?;
        }
        lock(&self.assigns_keys).insert(address, !unassigned.0);
        Ok(!unassigned.0)
    }

    /// Whether the database promises that no two rows of a table have its primary key in common.
    pub(crate) fn tells_apart(&self, table: &'static Table, session: &mut Session<'_>) -> Result<bool> {
        let address = std::ptr::from_ref(table).addr();
        if let Some(&tells) = lock(&self.tells_apart).get(&address) {
            return Ok(tells);
        }
        let tells = self.indexes(session)?.tells_apart(table, session.dialect());
        lock(&self.tells_apart).insert(address, tells);
        Ok(tells)
    }

    /// Which rows come back from a write to the table so that they can be read for certain, as the table is now or was when
    /// first asked for.
    pub(crate) fn writable(&self, table: &'static Table, session: &mut Session<'_>) -> Result<Arc<Writable>> {
        let address = std::ptr::from_ref(table).addr();
        if let Some(writable) = lock(&self.writable).get(&address) {
            return Ok(Arc::clone(writable));
        }
        let writable = Arc::new(Writable::look_up(table, session)?);
        lock(&self.writable).insert(address, Arc::clone(&writable));
        Ok(writable)
    }

    /// Whether a write to the table was seen to set off triggers.
    pub(crate) fn has_triggers(&self, table: &'static Table) -> bool {
        self.triggers.any.load(Ordering::Relaxed) && {
            let tables = self.triggers.tables.read().unwrap_or_else(PoisonError::into_inner);
            tables.contains(&std::ptr::from_ref(table).addr())
        }
    }

    /// Remembers that a write to the table set off triggers.
    pub(crate) fn note_triggers(&self, table: &'static Table) {
        let mut tables = self.triggers.tables.write().unwrap_or_else(PoisonError::into_inner);
        tables.insert(std::ptr::from_ref(table).addr());
        self.triggers.any.store(true, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes whether a row comes.
struct Found(bool);

impl RowSink for Found {
    fn row(&mut self, _: Row<'_>) -> Result<()> {
        self.0 = true;
        Ok(())
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

    /// Whether the table has a unique key of just these columns.
    pub(crate) fn is_unique(&self, schema: Option<&str>, table: &str, columns: &[&str], dialect: &dyn Dialect) -> bool {
        let is_of = |index: &Index| {
            index.columns.len() == columns.len()
                && index.columns.iter().all(|own| columns.iter().any(|column| dialect.same_name(own, column)))
        };
        self.0.iter().any(|index| index.unique && is_of(index) && index.table.is(schema, table, dialect))
    }

    /// Whether the database promises that no two rows of a table have its primary key in common.
    pub(crate) fn tells_apart(&self, table: &Table, dialect: &dyn Dialect) -> bool {
        let is_in_key = |own: &String| table.names(table.primary_key).any(|column| dialect.same_name(own, column));
        self.0.iter().any(|index| {
            index.unique && index.columns.iter().all(is_in_key) && index.table.is(table.schema, table.name, dialect)
        })
    }

    /// Whether the table has triggers, or nothing is known of it.
    pub(crate) fn may_have_triggers(&self, schema: Option<&str>, table: &str, dialect: &dyn Dialect) -> bool {
        self.0.iter().find(|index| index.table.is(schema, table, dialect)).is_none_or(|index| index.triggers)
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

/// Takes rows of a schema, a table, whether it is meant without its schema, an index, a column, whether the table's rows lie
/// on several servers, whether the index is unique and whether the table has triggers, in the order of the index's columns.
impl RowSink for Indexes {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let (table, name) = (TableName::read(row, 0)?, text(row, 3));
        // A column that is an expression has no name. It takes its place all the same: the columns behind it do not begin
        // the index.
        let column = text(row, 4);
        match self.0.last_mut() {
            Some(index) if index.table == table && index.name == name => index.columns.push(column),
            _ => {
                let (scattered, unique, triggers) = (row.number(5)? != 0, row.number(6)? != 0, row.number(7)? != 0);
                self.0.push(Index { table, name, columns: vec![column], scattered, unique, triggers });
            }
        }
        Ok(())
    }
}

/// A table of the live database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableName {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// Whether it is meant when no schema is named.
    pub(crate) visible: bool,
}

impl TableName {
    /// The table that a row of a catalog names at a position: its schema, its name, and whether it is meant without its
    /// schema.
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
