//! What a database driver offers, and the session in which statements run on one.
//!
//! Only the files below `driver/` name a database, and only they do I/O.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod holders;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod names;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod setup;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use std::path::Path;
use std::time::Instant;

use crate::access::Access;
use crate::catalog::{Known, Needs};
use crate::db::{BackupProgress, Db, Executor};
use crate::error::{Error, Result};
use crate::observe::StatementKind;
use crate::prefetch::{Context, Request};
use crate::row::{RowSink, WrittenRows};
use crate::schema::{ColumnDef, Table};
use crate::sql::{self, Dialect, Purpose, Sql, Used};
use crate::types::Param;

/// A connection to a database.
pub trait Connection: Send {
    /// Runs a statement and hands its rows to the sink.
    ///
    /// # Errors
    ///
    /// Those of the database and of the sink.
    fn query(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()>;

    /// Runs a statement and hands its first row to the sink. What only reads may be ended there.
    ///
    /// # Errors
    ///
    /// As [`query`](Connection::query).
    fn query_first(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.query(text, params, sink)
    }

    /// Whether [`query_first`](Connection::query_first) leaves the other rows unread.
    fn ends_at_first(&self) -> bool {
        false
    }

    /// Runs a statement that writes and returns rows.
    ///
    /// In a transaction, what it wrote stays there when the sink refuses a row or misses one; the error
    /// says so. Alone, it has no effect then, if the connection
    /// [can refuse it](Connection::can_refuse).
    ///
    /// # Errors
    ///
    /// Those of the database and of the sink.
    fn write(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn WrittenRows) -> Result<Written>;

    /// Whether a statement that runs alone has no effect when its rows are refused. If not, it needs a transaction for
    /// that.
    fn can_refuse(&self) -> bool;

    /// Runs several statements, each with a sink for its rows: one after the other, or all sent before the first answer
    /// is waited for. `done` is told of each that ended, by its position, and of the error that ended them all.
    ///
    /// # Errors
    ///
    /// The first error of a statement or of a sink; it knows the statement.
    fn query_all(&mut self, requests: &mut [Request<'_>], done: &mut dyn FnMut(usize, Option<&Error>)) -> Result<()> {
        for (position, Request { sql, sink }) in requests.iter_mut().enumerate() {
            let result = self.query(&sql.text, &sql.params, *sink).map_err(|error| error.with_statement(&sql.text));
            done(position, result.as_ref().err());
            result?;
        }
        Ok(())
    }

    /// Runs a statement that returns no rows, and counts the rows it changed.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn execute(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64>;

    /// Runs a statement without parameters or rows.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn batch(&mut self, text: &str) -> Result<()>;

    /// Begins a transaction by the dialect's statement for it, at the latest with the next statement.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn begin(&mut self, access: Access, text: &str) -> Result<()> {
        let _ = access;
        self.batch(text)
    }

    /// Ends a transaction, and makes what was changed in it last.
    ///
    /// # Errors
    ///
    /// Those of the database, also when it undid the changes instead.
    fn commit(&mut self, access: Access) -> Result<()> {
        let _ = access;
        self.batch("COMMIT")
    }

    /// Whether a transaction is open, as the database sees it: it may have ended one by itself.
    fn in_transaction(&self) -> bool;
}

/// What became of a statement that wrote and returned rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It has taken effect, or is part of the open transaction.
    Done,
    /// So it is, and triggers wrote too: the rows are as they were before, and what is stored must be read again.
    Again,
    /// It was rolled back, since triggers wrote too and what is stored can be read in a transaction only.
    Withheld,
}

/// Connections, lent one at a time.
pub trait Pool: Send + Sync {
    /// The dialect that the connections speak.
    fn dialect(&self) -> &'static dyn Dialect;

    /// Lends a connection, waiting for one if all are in use.
    ///
    /// # Errors
    ///
    /// When waiting took too long, when this thread holds the only connection, or when none can be opened.
    fn lend(&self, access: Access) -> Result<Box<dyn Lease + '_>>;

    /// Lends a connection for one piece of work, which a pool can do without the memory that a lease takes.
    ///
    /// # Errors
    ///
    /// As [`lend`](Pool::lend); the work is not done then.
    fn with(&self, access: Access, work: &mut dyn FnMut(&mut dyn Connection)) -> Result<()> {
        work(self.lend(access)?.connection());
        Ok(())
    }

    /// Copies the database to a new file.
    ///
    /// # Errors
    ///
    /// Those of the database and of the file; [`is_unsupported`](Error::is_unsupported) where a server does it.
    fn backup(&self, to: &Path, progress: &mut dyn FnMut(BackupProgress)) -> Result<()> {
        let _ = (to, progress);
        Err(Error::unsupported("a server is backed up by its own tools, such as `pg_dump`"))
    }

    /// Copies the write-ahead log into the database, and empties it.
    ///
    /// # Errors
    ///
    /// Those of the database; [`is_unsupported`](Error::is_unsupported) where a server does it.
    fn checkpoint(&self) -> Result<()> {
        Err(Error::unsupported("a server makes its checkpoints itself"))
    }

    /// Gathers statistics for the planner.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn optimize(&self) -> Result<()> {
        let mut done = Ok(());
        self.with(Access::Write, &mut |connection| done = connection.batch("ANALYZE"))?;
        done
    }

    /// How many rows from each end of a table are read to see in which forms its columns store their values.
    fn sampled_rows(&self) -> u64 {
        0
    }

    /// Stops the statements that run at this moment, on any lent connection.
    ///
    /// # Errors
    ///
    /// When they cannot be told to stop.
    fn interrupt(&self) -> Result<()>;
}

/// A lent connection, which goes back to its pool when dropped.
pub trait Lease {
    /// The connection.
    fn connection(&mut self) -> &mut dyn Connection;
}

/// A connection in use: runs statements and tells observers about each.
pub struct Session<'s> {
    connection: &'s mut dyn Connection,
    db: &'s Db,
}

impl<'s> Session<'s> {
    pub(crate) fn new(connection: &'s mut dyn Connection, db: &'s Db) -> Self {
        Session { connection, db }
    }

    /// The dialect that the connection speaks.
    #[must_use]
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.db.dialect()
    }

    /// The database that the connection belongs to.
    pub(crate) fn db(&self) -> &'s Db {
        self.db
    }

    /// What loading relations needs to know of the database: nothing of its catalog but what is asked for.
    ///
    /// # Errors
    ///
    /// Returns the database's error if the catalog cannot be read.
    pub fn context(&mut self, needs: Needs) -> Result<Context> {
        let known = if needs.is_nothing() { Known::default() } else { self.db.catalog().read(self, needs)? };
        let (indexes, references) = (known.indexes.unwrap_or_default(), known.references.unwrap_or_default());
        Ok(Context { dialect: self.dialect(), indexes, references, joins: true })
    }

    /// Looks something up in the catalog of the database.
    pub(crate) fn look_up(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.observed(StatementKind::Schema, text, |connection| connection.query(text, params, sink))
    }

    /// Runs the statements of one level.
    ///
    /// # Errors
    ///
    /// The first error of a statement or of the decoding of its rows.
    pub fn run(&mut self, requests: &mut [Request<'_>]) -> Result<()> {
        self.run_as(StatementKind::Query, requests)
    }

    /// Runs statements of some kind, all sent before the first answer is waited for where the driver can.
    pub(crate) fn run_as(&mut self, kind: StatementKind, requests: &mut [Request<'_>]) -> Result<()> {
        for request in requests.iter() {
            self.check_number(&request.sql.params)?;
            self.check_forms(&request.sql.used)?;
        }
        let (name, observers) = (self.dialect().name(), self.db.observers());
        if !observers.are_watching() {
            return self.connection.query_all(requests, &mut |_, _| {});
        }
        let texts: Vec<&str> = requests.iter().map(|request| &*request.sql.text).collect();
        let mut began = Instant::now();
        self.connection.query_all(requests, &mut |position, error| {
            let text = texts.get(position).copied().unwrap_or_default();
            observers.tell(name, kind, text, began.elapsed(), error);
            began = Instant::now();
        })
    }

    /// Runs a statement that returns rows.
    ///
    /// # Errors
    ///
    /// Those of the statement and of the decoding of its rows.
    pub fn query(&mut self, sql: &Sql, sink: &mut dyn RowSink) -> Result<()> {
        self.check_forms(&sql.used)?;
        self.query_text(&sql.text, &sql.params, sink)
    }

    pub(crate) fn query_text(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.check_number(params)?;
        self.observed(StatementKind::Query, text, |connection| connection.query(text, params, sink))
    }

    /// Runs a statement that writes and returns rows, as [`Connection::write`] does.
    pub(crate) fn write(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn WrittenRows) -> Result<Written> {
        self.check_number(params)?;
        self.observed(StatementKind::Query, text, |connection| connection.write(text, params, sink))
    }

    /// Whether a statement that writes has no effect when its rows are refused: alone, if the connection can, or because a
    /// transaction is open, which will not be committed then.
    pub(crate) fn can_refuse(&self) -> bool {
        self.in_transaction() || self.connection.can_refuse()
    }

    /// Reads the row of a table that has a primary key. Where the database does not promise that there is one alone, a second
    /// is read too.
    pub(crate) fn find(&mut self, table: &'static Table, key: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        match self.db.texts().known(table, Purpose::Find) {
            Some(text) => self.query_first(&text, key, sink),
            None => self.find_with_care(table, key, sink),
        }
    }

    /// The same for a table that was not looked at yet, or must be each time.
    fn find_with_care(&mut self, table: &'static Table, key: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.check_columns(table, table.primary_key)?;
        let (db, dialect) = (self.db, self.dialect());
        let is_alone = !self.connection.ends_at_first() || db.catalog().tells_apart(table, self)?;
        let has_form = dialect.has_forms() && table.primary_key.iter().any(|&key| table.columns[key].trusts_form());
        let purpose = if is_alone && !has_form { Purpose::Find } else { Purpose::FindWithCare };
        let text = db.texts().get(table, purpose, || sql::find(table, dialect).text);
        if is_alone { self.query_first(&text, key, sink) } else { self.query_text(&text, key, sink) }
    }

    /// Runs a statement that reads one row at most, by the columns of a key, which are never too many.
    fn query_first(&mut self, text: &str, params: &[Param<'_>], sink: &mut dyn RowSink) -> Result<()> {
        self.observed(StatementKind::Query, text, |connection| connection.query_first(text, params, sink))
    }

    /// Runs a statement that returns no rows, and counts the rows it changed.
    ///
    /// # Errors
    ///
    /// Those of the statement.
    pub fn execute(&mut self, sql: &Sql) -> Result<u64> {
        self.check_forms(&sql.used)?;
        self.execute_text(&sql.text, &sql.params)
    }

    pub(crate) fn execute_text(&mut self, text: &str, params: &[Param<'_>]) -> Result<u64> {
        self.check_number(params)?;
        self.observed(StatementKind::Query, text, |connection| connection.execute(text, params))
    }

    /// Refuses a statement that trusts columns to hold a form which they do not hold.
    pub(crate) fn check_forms(&mut self, used: &[Used]) -> Result<()> {
        if used.is_empty() {
            return Ok(());
        }
        let db = self.db;
        db.catalog().forms().check(used, self)
    }

    /// The same for some columns of a table, whose statement is kept as a text.
    pub(crate) fn check_columns(&mut self, table: &'static Table, columns: &[usize]) -> Result<()> {
        if !table.may_have_forms {
            return Ok(());
        }
        let trusts = |&&column: &&usize| table.columns.get(column).is_some_and(ColumnDef::trusts_form);
        if !columns.iter().any(|column| trusts(&column)) || !self.dialect().has_forms() {
            return Ok(());
        }
        let used: Vec<Used> = columns.iter().filter(trusts).map(|&column| Used { table, column }).collect();
        self.check_forms(&used)
    }

    fn check_number(&self, params: &[Param<'_>]) -> Result<()> {
        let most = self.dialect().max_params();
        if params.len() <= most {
            return Ok(());
        }
        Err(Error::invalid(format!(
            "the statement has {} parameters, and the database takes {most}; a list given to `in_` counts as one",
            params.len()
        )))
    }

    /// Runs a statement that defines tables or controls the transaction.
    ///
    /// # Errors
    ///
    /// Those of the statement.
    pub fn batch(&mut self, kind: StatementKind, text: &str) -> Result<()> {
        self.observed(kind, text, |connection| connection.batch(text))
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

    /// Ends the transaction, and makes what was changed in it last.
    pub(crate) fn commit(&mut self, access: Access) -> Result<()> {
        self.observed(StatementKind::Transaction, "COMMIT", |connection| connection.commit(access))
    }

    pub(crate) fn rollback(&mut self) -> Result<()> {
        self.batch(StatementKind::Transaction, "ROLLBACK")
    }

    /// Does some reading in one read transaction, so that it sees one state; in the transaction that is open, if one is.
    pub(crate) fn snapshot<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.within(Access::Read, work)
    }

    /// Does some writing in the open transaction, or in a new one.
    pub(crate) fn within_write<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.within(Access::Write, work)
    }

    /// Does some writing wholly or not at all: in one transaction, or in a savepoint of the one that is open.
    pub(crate) fn atomic<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.in_transaction() { self.savepoint(work) } else { self.within(Access::Write, work) }
    }

    fn savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.batch(StatementKind::Transaction, "SAVEPOINT \"orm\"")?;
        let result = work(self);
        // The database may have ended the whole transaction, and the savepoint with it.
        if self.in_transaction() {
            if result.is_err() {
                let undone = self.batch(StatementKind::Transaction, "ROLLBACK TO \"orm\"");
                undone.map_err(|error| error.leaving_changes(true))?;
            }
            self.batch(StatementKind::Transaction, "RELEASE \"orm\"")?;
        }
        result.map_err(Error::rolled_back)
    }

    fn within<T>(&mut self, access: Access, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.in_transaction() {
            return work(self);
        }
        self.begin(access)?;
        // A panic in `work` unwinds through here; the pool rolls back whatever a returned connection left open.
        let result = work(self);
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
        if !self.db.observers().are_watching() {
            return run(self.connection).map_err(|error| error.with_statement(text));
        }
        let began = Instant::now();
        let result = run(self.connection).map_err(|error| error.with_statement(text));
        self.db.observers().tell(self.dialect().name(), kind, text, began.elapsed(), result.as_ref().err());
        result
    }
}
