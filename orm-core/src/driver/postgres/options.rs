//! The connection options of PostgreSQL.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::setup::PostgresSetup;
use crate::error::Result;
use crate::observe::Threshold;

/// Connection options of a PostgreSQL database. [`Db::connect`](crate::db::Db::connect) uses the defaults.
///
/// ```no_run
/// # use std::time::Duration;
/// # fn main() -> orm::Result<()> {
/// let db = orm::Db::postgres()
///     .connections(20)
///     .statement_timeout(Duration::from_secs(5))
///     .connect("postgres://localhost/school")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "options do nothing until a database is connected to with them"]
pub struct PostgresOptions {
    pub(super) connections: usize,
    pub(super) connect_timeout: Duration,
    pub(super) answer_timeout: Duration,
    pub(super) pool_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) lock_timeout: Option<Duration>,
    pub(super) serializable: bool,
    pub(super) replicas: Vec<String>,
    pub(super) replica_lag: Duration,
    pub(super) cached_statements: usize,
    pub(super) max_message_size: usize,
    pub(super) on_connect: Vec<Hook>,
    pub(super) is_sandbox: bool,
    pub(super) has_test_schema: bool,
    pub(crate) n_plus_one: Threshold,
}

/// A function that the program calls with each new connection.
type Hook = Arc<dyn Fn(&mut PostgresSetup<'_>) -> Result<()> + Send + Sync>;

impl Default for PostgresOptions {
    fn default() -> Self {
        PostgresOptions {
            connections: 10,
            connect_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(30),
            pool_timeout: Duration::from_secs(10),
            statement_timeout: None,
            lock_timeout: None,
            serializable: false,
            replicas: Vec::new(),
            replica_lag: Duration::from_secs(10),
            cached_statements: 128,
            max_message_size: 1 << 30,
            on_connect: Vec::new(),
            is_sandbox: false,
            has_test_schema: false,
            n_plus_one: Threshold::default(),
        }
    }
}

impl PostgresOptions {
    /// Sets the maximum number of connections in the pool. 10 by default, at least 1.
    #[doc(alias = "pool_size")]
    #[doc(alias = "max_connections")]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// Limits how long connecting to a server may take, and how long [`interrupt`](crate::db::Db::interrupt) may take to
    /// reach it. 10 seconds by default. Each host of the URL has this time; the URL's `connect_timeout` comes first.
    ///
    /// The time that the system takes to look up a host's name is not limited by it.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Limits the silence of a server or network that has stalled. 30 seconds by default.
    ///
    /// If nothing has arrived for this long while an answer is awaited, a second, short connection asks the server
    /// whether it is still running the statement (`pg_stat_activity`). If it is, the wait continues: this option does
    /// not limit how long a statement runs, [`statement_timeout`](PostgresOptions::statement_timeout) does. If it is
    /// not, or if the server cannot be asked within the [`connect_timeout`](PostgresOptions::connect_timeout), the
    /// connection is lost: the error [`is_connection_lost`](crate::error::Error::is_connection_lost), and
    /// [`is_outcome_unknown`](crate::error::Error::is_outcome_unknown) says whether a write may have happened.
    ///
    /// With a load balancer that routes each connection to another server, the second connection may ask the wrong one:
    /// set `Duration::MAX` there. Then only the system's limit applies (`tcp_user_timeout` in the URL, 60 seconds by
    /// default).
    #[doc(alias = "socket_timeout")]
    #[doc(alias = "read_timeout")]
    pub fn answer_timeout(mut self, timeout: Duration) -> Self {
        self.answer_timeout = timeout.max(Duration::from_millis(1));
        self
    }

    /// Limits how long to wait for a connection when other threads of this program use all of them. 10 seconds by
    /// default.
    pub fn pool_timeout(mut self, timeout: Duration) -> Self {
        self.pool_timeout = timeout;
        self
    }

    /// Limits how long a statement may run before the server stops it with an error that
    /// [`is_statement_timeout`](crate::error::Error::is_statement_timeout). The default is the setting of the server.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// Limits how long to wait for a lock that another transaction holds, before an error that
    /// [`is_busy`](crate::error::Error::is_busy). The default is the setting of the server, which usually is no limit.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = Some(timeout);
        self
    }

    /// Runs write transactions at the isolation level `SERIALIZABLE`, as if they ran one after the other. A transaction
    /// that conflicts fails with [`is_conflict`](crate::error::Error::is_conflict), and
    /// [`transaction_with_retries`](crate::db::Db::transaction_with_retries) runs it again. The default is
    /// PostgreSQL's: `READ COMMITTED`, where a transaction sees what others have committed meanwhile.
    #[doc(alias = "isolation_level")]
    pub fn serializable(mut self) -> Self {
        self.serializable = true;
        self
    }

    /// Reads from the replica with this URL, or in turn from one of several; call it for each replica.
    #[doc(alias = "read_replica")]
    ///
    /// Writes go to the primary, with all reads in the same transaction. Later reads through this handle or a clone go
    /// to the primary until a replica has replayed the writes: a program sees its own writes. A replica that lags too
    /// far ([`replica_lag`](PostgresOptions::replica_lag)) or does not answer is skipped, and tried again later;
    /// without any replica, reads go to the primary.
    ///
    /// CockroachDB and YugabyteDB have no such replicas, so connecting returns an error that
    /// [`is_invalid`](crate::error::Error::is_invalid).
    pub fn replica(mut self, url: impl Into<String>) -> Self {
        self.replicas.push(url.into());
        self
    }

    /// Limits how far a replica may lag, in time. 10 seconds by default.
    pub fn replica_lag(mut self, lag: Duration) -> Self {
        self.replica_lag = lag;
        self
    }

    /// Sets how many prepared statements each connection caches. 128 by default.
    pub fn cached_statements(mut self, statements: usize) -> Self {
        self.cached_statements = statements;
        self
    }

    /// Limits the size of one message from the server, in bytes; a row is one message. 1 GiB by default, which is also the
    /// limit of PostgreSQL; at least 64 KiB.
    ///
    /// A program that reads from servers that it does not trust sets what its largest row needs: a message takes memory
    /// of its size, up to the limit. A larger message ends the connection, with an error that
    /// [`is_connection_lost`](crate::error::Error::is_connection_lost).
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = bytes.max(1 << 16);
        self
    }

    /// Sets the number of equal reads of one row in a loop after which a warning reports N+1 queries, with the place in
    /// the program and the prefetch to write. 10 by default; 0 disables it. It has no effect in a release build.
    pub fn n_plus_one_threshold(mut self, reads: usize) -> Self {
        self.n_plus_one = Threshold::of(reads);
        self
    }

    /// Opens a sandbox, for tests: all changes through the handle and its clones are rolled back when the last of them
    /// is dropped. The program does not notice: it can begin transactions, which are savepoints here, and commit them.
    ///
    /// A sandbox has one connection, which threads use in turn. A thread that has a transaction open and also uses the
    /// handle gets an error that [`is_reentrant`](crate::error::Error::is_reentrant).
    ///
    /// ```no_run
    /// # fn main() -> orm::Result<()> {
    /// let db = orm::Db::postgres().sandbox().connect("postgres://localhost/test")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Several sandboxes of one database can be open at the same time. They wait for each other if they insert the same
    /// key or change the same row. Sequences are not rolled back, `now()` always returns the same time, and replicas
    /// are not used.
    #[doc(alias = "test_transaction")]
    #[doc(alias = "rollback")]
    pub fn sandbox(mut self) -> Self {
        self.is_sandbox = true;
        self
    }

    /// Creates a schema for a test, with a unique name. All connections have it as their `search_path`, so tables are
    /// created in it and read from it, and no other schema is visible. The schema is dropped, with everything in it,
    /// when the last clone of the handle is dropped.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// let db = Db::postgres().test_schema().connect("postgres://localhost/test")?;
    /// db.create_tables::<(Department, Course)>()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Unlike a [`sandbox`](PostgresOptions::sandbox), it has several connections and real commits, and it begins
    /// without tables. `SELECT current_schema()` returns its name. If the types of an extension are in another schema,
    /// such as `public`, [`on_connect`](PostgresOptions::on_connect) can add that: `SELECT set_config('search_path',
    /// current_schema() || ', public', false)`. Replicas are not used.
    ///
    /// If a program is killed, its schema remains. The next test on the same database drops such schemas that are older
    /// than a day, and recognizes them by their names and by a comment that only they have.
    #[doc(alias = "test_database")]
    #[doc(alias = "temporary_schema")]
    pub fn test_schema(mut self) -> Self {
        self.has_test_schema = true;
        self
    }

    /// Calls a function with each new connection before its first use, also with connections to replicas: for `SET`, or
    /// to check the server. Several functions are called in their order.
    ///
    /// ```no_run
    /// # fn main() -> orm::Result<()> {
    /// let db = orm::Db::postgres()
    ///     .on_connect(|connection| connection.execute("SET search_path = app, public"))
    ///     .connect("postgres://localhost/school")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// If the function fails, the call that needed the connection fails too, with an error that
    /// [`is_open_failure`](crate::error::Error::is_open_failure); a replica is skipped then.
    #[doc(alias = "search_path")]
    pub fn on_connect(mut self, hook: impl Fn(&mut PostgresSetup<'_>) -> Result<()> + Send + Sync + 'static) -> Self {
        self.on_connect.push(Arc::new(hook));
        self
    }
}

/// It shows the number of replicas, and not their URLs, which may contain passwords.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("connections", &self.connections)
            .field("connect_timeout", &self.connect_timeout)
            .field("answer_timeout", &self.answer_timeout)
            .field("pool_timeout", &self.pool_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("lock_timeout", &self.lock_timeout)
            .field("serializable", &self.serializable)
            .field("replicas", &self.replicas.len())
            .field("replica_lag", &self.replica_lag)
            .field("cached_statements", &self.cached_statements)
            .field("max_message_size", &self.max_message_size)
            .field("is_sandbox", &self.is_sandbox)
            .field("has_test_schema", &self.has_test_schema)
            .field("n_plus_one", &self.n_plus_one)
            .field("on_connect", &self.on_connect.len())
            .finish()
    }
}
