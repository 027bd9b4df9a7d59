//! A connection in use.

use std::time::{Duration, Instant};

use super::Db;
use crate::access::Access;
use crate::driver::{Connection, Inserted, Written};
use crate::error::{Error, Result};
use crate::observe::{OneRow, StatementKind};
use crate::row::{RowSink, WrittenRows};
use crate::schema::Table;
use crate::sql::{self, Dialect, Purpose, Request, Sql};
use crate::types::Param;

/// The savepoint of an atomic write.
const SAVEPOINT: &str = "orm";

/// A connection in use: runs statements and notifies observers.
pub struct Session<'s> {
    connection: &'s mut dyn Connection,
    db: &'s Db,
    /// Whether the current operation reads one row.
    row: OneRow,
    /// Whether it reads in a transaction that this session began.
    in_own_read: bool,
}

impl<'s> Session<'s> {
    pub(crate) fn new(connection: &'s mut dyn Connection, db: &'s Db) -> Self {
        Session { connection, db, row: OneRow::default(), in_own_read: false }
    }

    /// Notes that the next statement reads one row, and that the statements after it belong to the same read.
    pub(crate) fn reads(&mut self, row: OneRow) {
        self.row = row;
    }

    /// Returns the dialect of the connection.
    #[must_use]
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.db.pool().dialect()
    }

    /// The database that the connection belongs to.
    pub(crate) fn db(&self) -> &'s Db {
        self.db
    }

    /// Reads the catalog of the database.
    pub(crate) fn look_up(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.connection.next_looks_up();
        self.observed(StatementKind::Schema, text, |connection| connection.query(text, params, sink))
    }

    /// Runs the statements of one level.
    ///
    /// # Errors
    ///
    /// Returns the first error of a statement or of decoding its rows.
    pub fn run(&mut self, requests: &mut [Request<'_>]) -> Result<()> {
        self.run_as(StatementKind::Query, requests)
    }

    /// Runs statements of some kind. They are all sent before the first answer is read, if the driver can.
    pub(crate) fn run_as(&mut self, kind: StatementKind, requests: &mut [Request<'_>]) -> Result<()> {
        for request in requests.iter() {
            self.check_number(&request.sql.params)?;
            self.check_trusted(request.sql)?;
        }
        if kind == StatementKind::Schema {
            self.connection.next_looks_up();
        }
        let (db, dialect, row) = (self.db, self.dialect(), &mut self.row);
        if !is_observed(db) {
            return self.connection.query_all(requests, &mut |_, _, _| {});
        }
        let texts: Vec<&str> = requests.iter().map(|request| &*request.sql.text).collect();
        let mut began = Instant::now();
        let result = self.connection.query_all(requests, &mut |position, took, error| {
            let text = texts.get(position).copied().unwrap_or_default();
            tell(db, dialect, row, Told { kind, text, took: took.unwrap_or_else(|| began.elapsed()), error });
            began = Instant::now();
        });
        if kind == StatementKind::Query {
            self.row.was_sent();
        }
        result
    }

    /// Runs a statement that returns rows.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails or its rows cannot be decoded.
    pub fn query(&mut self, sql: &Sql, sink: &mut dyn RowSink) -> Result<()> {
        self.check_trusted(sql)?;
        self.query_text(&sql.text, &sql.params, sink)
    }

    pub(crate) fn query_text(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.check_number(params)?;
        self.observed(StatementKind::Query, text, |connection| connection.query(text, params, sink))
    }

    /// Runs a statement that writes and returns rows, as [`Connection::write`] does.
    pub(crate) fn write(&mut self, text: &str, params: &[Param<'_>], rows: &mut WrittenRows<'_>) -> Result<Written> {
        self.check_number(params)?;
        self.observed(StatementKind::Query, text, |connection| connection.write(text, params, rows))
    }

    /// Whether a write has no effect if its rows are refused: because the connection can roll it back, or because an
    /// open transaction will not be committed then.
    pub(crate) fn can_refuse(&self) -> bool {
        self.in_transaction() || self.connection.can_refuse()
    }

    /// Reads the row of a table that has a primary key. If the database does not guarantee that the key is unique, it
    /// reads a second row too.
    pub(crate) fn find(&mut self, table: &'static Table, key: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        match self.db.texts().known(table, Purpose::Find) {
            Some(text) => self.query_first(&text, key, sink),
            None => self.find_with_care(table, key, sink),
        }
    }

    /// Does the same for a table that was not looked up yet, or must be looked up each time.
    fn find_with_care(&mut self, table: &'static Table, key: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.check_columns(table, table.primary_key)?;
        let (db, dialect) = (self.db, self.dialect());
        let is_alone = !self.connection.ends_at_first() || self.tells_apart(table)?;
        let has_form = dialect.has_forms() && table.primary_key.iter().any(|&key| table.columns[key].trusts_form());
        let purpose = if is_alone && !has_form { Purpose::Find } else { Purpose::FindWithCare };
        let text = db.texts().get(table, purpose, || sql::find(table, dialect).text);
        if is_alone { self.query_first(&text, key, sink) } else { self.query_text(&text, key, sink) }
    }

    /// Runs a statement that reads at most one row, by the columns of a key, which are never too many.
    fn query_first(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.observed(StatementKind::Query, text, |connection| connection.query_first(text, params, sink))
    }

    /// Runs a statement that returns no rows, and counts the rows it changed.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    pub fn execute(&mut self, sql: &Sql) -> Result<u64> {
        self.check_trusted(sql)?;
        self.execute_text(&sql.text, &sql.params)
    }

    pub(crate) fn execute_text(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64> {
        self.check_number(params)?;
        self.observed(StatementKind::Query, text, |connection| connection.execute(text, params))
    }

    /// Runs an `INSERT` of one row without `RETURNING`, once for every `of_row` parameters; observers see one
    /// statement. Outside of a transaction, it rolls back and returns `None` if a trigger changed rows.
    pub(crate) fn insert(
        &mut self,
        text: &str,
        params: &[Param<'_>],
        of_row: usize,
        key: &mut dyn FnMut(i64),
    ) -> Result<Option<Inserted>> {
        self.check_number(&params[..of_row.min(params.len())])?;
        self.observed(StatementKind::Query, text, |connection| connection.insert(text, params, of_row, key))
    }

    /// Whether [`insert`](Session::insert) returns what was inserted.
    pub(crate) fn tells_of_inserts(&self) -> bool {
        self.connection.tells_of_inserts()
    }

    fn check_number(&self, params: &[Param<'_>]) -> Result<()> {
        let most = self.dialect().max_params();
        if params.len() <= most {
            return Ok(());
        }
        Err(Error::invalid(format!(
            "the statement has {} parameters, and the database accepts {most}; a list in `in_` counts as one",
            params.len()
        )))
    }

    /// Runs a statement that defines tables or controls the transaction.
    ///
    /// # Errors
    ///
    /// Returns an error if the statement fails.
    pub fn batch(&mut self, kind: StatementKind, text: &str) -> Result<()> {
        self.observed(kind, text, |connection| connection.batch(text))
    }

    /// Runs a statement of a script or a migration, and discards any rows that it returns.
    pub(crate) fn perform(&mut self, text: &str) -> Result<()> {
        self.observed(StatementKind::Schema, text, |connection| connection.perform(text))
    }

    /// Whether a transaction is open.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.connection.in_transaction()
    }

    /// Begins a transaction.
    pub(crate) fn begin(&mut self, access: Access) -> Result<()> {
        let text = self.dialect().begin(access);
        self.observed(StatementKind::Transaction, text, |connection| connection.begin(access, text))
    }

    /// Commits the transaction.
    pub(crate) fn commit(&mut self, access: Access) -> Result<()> {
        self.observed(StatementKind::Transaction, "COMMIT", |connection| connection.commit(access))
    }

    /// Notes that nothing is read after the next statements, so that a read transaction that this session began may end
    /// with them.
    pub(crate) fn ends_with_next(&mut self) {
        if self.in_own_read {
            self.connection.commit_with_next();
        }
    }

    pub(crate) fn rollback(&mut self) -> Result<()> {
        self.batch(StatementKind::Transaction, "ROLLBACK")
    }

    /// Reads in one read transaction, which is a consistent snapshot; in the open transaction, if there is one.
    pub(crate) fn snapshot<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.within(Access::Read, work)
    }

    /// Writes in the open transaction, or in a new one.
    pub(crate) fn within_write<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.within(Access::Write, work)
    }

    /// Writes atomically: in one transaction, or in a savepoint of the open transaction.
    pub(crate) fn atomic<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.in_transaction() { self.savepoint(work) } else { self.within(Access::Write, work) }
    }

    fn savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let dialect = self.dialect();
        self.batch(StatementKind::Transaction, &dialect.savepoint(SAVEPOINT))?;
        let result = work(self);
        // The database may have rolled back the whole transaction, and the savepoint with it.
        if self.in_transaction() {
            if result.is_err() {
                let undone = self.batch(StatementKind::Transaction, &dialect.roll_back_to(SAVEPOINT));
                undone.map_err(|error| error.leaving_changes(true))?;
            }
            self.batch(StatementKind::Transaction, &dialect.release(SAVEPOINT))?;
        }
        result.map_err(Error::rolled_back)
    }

    fn within<T>(&mut self, access: Access, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.in_transaction() {
            let in_own_read = std::mem::take(&mut self.in_own_read);
            let result = work(self);
            self.in_own_read = in_own_read;
            return result;
        }
        self.begin(access)?;
        // A panic in `work` unwinds through here; the pool rolls back the transaction of the returned connection.
        self.in_own_read = access == Access::Read;
        let result = work(self);
        self.in_own_read = false;
        let ended = match (&result, self.in_transaction()) {
            (_, false) => Ok(()),
            (Ok(_), true) => self.commit(access),
            (Err(_), true) => self.rollback(),
        };
        let value = result.map_err(Error::rolled_back)?;
        if let Err(error) = ended {
            if self.in_transaction() {
                self.rollback()?;
            }
            return Err(error);
        }
        Ok(value)
    }

    fn observed<T>(
        &mut self,
        kind: StatementKind,
        text: &str,
        run: impl FnOnce(&mut dyn Connection) -> Result<T>,
    ) -> Result<T> {
        if !is_observed(self.db) {
            return run(self.connection).map_err(|error| error.with_statement(text));
        }
        let began = Instant::now();
        let result = run(self.connection).map_err(|error| error.with_statement(text));
        match self.connection.took(began) {
            Some(took) => {
                let told = Told { kind, text, took, error: result.as_ref().err() };
                tell(self.db, self.dialect(), &mut self.row, told);
            }
            // Observers know it already, or it is repeated.
            None if kind == StatementKind::Query => self.row.was_sent(),
            None => {}
        }
        result
    }
}

/// A statement that was answered.
struct Told<'a> {
    kind: StatementKind,
    text: &'a str,
    took: Duration,
    error: Option<&'a Error>,
}

/// Whether anything observes statements: an observer, or in development the warnings about N+1 queries.
fn is_observed(db: &Db) -> bool {
    cfg!(debug_assertions) || db.observers().are_watching()
}

fn tell(db: &Db, dialect: &dyn Dialect, row: &mut OneRow, Told { kind, text, took, error }: Told<'_>) {
    if kind == StatementKind::Query {
        db.repeats().sent(row, text);
    }
    if db.observers().are_watching() {
        db.observers().tell(dialect.name(), kind, text, took, error);
    }
}
