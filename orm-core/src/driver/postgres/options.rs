//! How a PostgreSQL database is connected to, as the program says it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::setup::PostgresSetup;
use crate::error::Result;
use crate::observe::Threshold;

/// How a PostgreSQL database is connected to. [`Db::connect`](crate::db::Db::connect) uses the defaults.
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

/// What a program does with each new connection.
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
    /// At most so many connections. 10 by default, at least 1.
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
    /// When nothing has arrived for this long while an answer is awaited, a second, short connection asks the server
    /// whether it is still at work on the statement (`pg_stat_activity`). If it is, the wait goes on: this does not limit
    /// how long a statement runs, [`statement_timeout`](PostgresOptions::statement_timeout) does. If it is not, or if the
    /// server cannot be asked within the [`connect_timeout`](PostgresOptions::connect_timeout), the connection is lost:
    /// the error [`is_connection_lost`](crate::error::Error::is_connection_lost), and
    /// [`is_outcome_unknown`](crate::error::Error::is_outcome_unknown) says whether a write may have happened.
    ///
    /// Behind a load balancer that leads each connection to another server, the second connection may ask the wrong one:
    /// set `Duration::MAX` there, and the system's limit (`tcp_user_timeout` in the URL, 60 seconds by default) is left.
    #[doc(alias = "socket_timeout")]
    #[doc(alias = "read_timeout")]
    pub fn answer_timeout(mut self, timeout: Duration) -> Self {
        self.answer_timeout = timeout.max(Duration::from_millis(1));
        self
    }

    /// How long to wait for a connection when other threads of this program use all of them. 10 seconds by default.
    pub fn pool_timeout(mut self, timeout: Duration) -> Self {
        self.pool_timeout = timeout;
        self
    }

    /// How long a statement may run before the server stops it with an error,
    /// [`is_statement_timeout`](crate::error::Error::is_statement_timeout). What the server is set to by default.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// How long to wait for a lock that another transaction holds, before an error,
    /// [`is_busy`](crate::error::Error::is_busy). What the server is set to by default, which mostly is no limit.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = Some(timeout);
        self
    }

    /// Lets write transactions run as if one after the other, `SERIALIZABLE` in SQL. One that cannot fails with
    /// [`is_conflict`](crate::error::Error::is_conflict), and
    /// [`transaction_with_retries`](crate::db::Db::transaction_with_retries) runs it again. By default a transaction sees
    /// what others have committed meanwhile, as PostgreSQL's default is.
    pub fn serializable(mut self) -> Self {
        self.serializable = true;
        self
    }

    /// Reads go to the replica of this URL, or in turns to one of several; call it for each.
    ///
    /// What is written goes to the primary, with all that is read in the same transaction. What is read afterwards through
    /// this handle or a clone comes from the primary, until a replica has replayed what was written: a program sees its
    /// own writes. A replica that is too far behind ([`replica_lag`](PostgresOptions::replica_lag)) or does not answer is
    /// left out, and asked again later; without any, the primary is read.
    ///
    /// CockroachDB and YugabyteDB have no such replicas, and connecting is an error,
    /// [`is_invalid`](crate::error::Error::is_invalid).
    pub fn replica(mut self, url: impl Into<String>) -> Self {
        self.replicas.push(url.into());
        self
    }

    /// How far a replica may be behind what others have written. 10 seconds by default.
    pub fn replica_lag(mut self, lag: Duration) -> Self {
        self.replica_lag = lag;
        self
    }

    /// How many prepared statements each connection keeps. 128 by default.
    pub fn cached_statements(mut self, statements: usize) -> Self {
        self.cached_statements = statements;
        self
    }

    /// Limits the size of one message from the server, in bytes; a row is one message. 1 GiB by default, which is also the
    /// limit of PostgreSQL; at least 64 KiB.
    ///
    /// A program that reads from servers that it does not trust sets what its largest row needs: a message takes memory of
    /// its size, up to the limit. A larger one ends the connection, with an error that
    /// [`is_connection_lost`](crate::error::Error::is_connection_lost).
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = bytes.max(1 << 16);
        self
    }

    /// After how many equal reads of one row in a loop a warning says that these are N+1 queries, with the place in the program
    /// and the prefetch to write. 10 by default; 0 switches it off. It does nothing in a release build.
    pub fn n_plus_one_threshold(mut self, reads: usize) -> Self {
        self.n_plus_one = Threshold::of(reads);
        self
    }

    /// Opens a sandbox, for tests: all that is done by the handle and its clones is rolled back when the last of them is dropped. The
    /// program notices nothing of it. It can begin transactions, which are savepoints here, and commit them.
    ///
    /// A sandbox has one connection. Threads take turns, and who has a transaction open and uses the handle beside it gets the error
    /// [`is_reentrant`](crate::error::Error::is_reentrant).
    ///
    /// ```no_run
    /// # fn main() -> orm::Result<()> {
    /// let db = orm::Db::postgres().sandbox().connect("postgres://localhost/test")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Several sandboxes of one database can be open at the same time. They wait for each other where they insert the same key or
    /// change the same row. Sequences are not rolled back, `now()` returns one moment all the time, and replicas are not used.
    #[doc(alias = "test_transaction")]
    #[doc(alias = "rollback")]
    pub fn sandbox(mut self) -> Self {
        self.is_sandbox = true;
        self
    }

    /// Creates a schema for a test, with a name that no other has. All connections have it as their `search_path`, so that tables are
    /// created in it and read from it, and no other schema is seen. It is dropped, with all that is in it, when the last clone of the
    /// handle is dropped.
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
    /// Unlike a [`sandbox`](PostgresOptions::sandbox), it has several connections and transactions that are committed, and it begins
    /// without tables. `SELECT current_schema()` tells its name. If the types of an extension are in another schema, such as `public`,
    /// [`on_connect`](PostgresOptions::on_connect) can add that:
    /// `SELECT set_config('search_path', current_schema() || ', public', false)`. Replicas are not used.
    ///
    /// When a program is killed, its schema stays. The next test on the same database drops those that are older than a day, and tells
    /// them by their names and by a comment that only they have.
    #[doc(alias = "test_database")]
    #[doc(alias = "temporary_schema")]
    pub fn test_schema(mut self) -> Self {
        self.has_test_schema = true;
        self
    }

    /// Calls a function with each new connection before its first use, those to replicas too: for `SET`, or to check what
    /// the server is. Of several functions each is called, in their order.
    ///
    /// ```text
    /// let db = Db::postgres()
    ///     .on_connect(|connection| connection.execute("SET search_path = app, public"))
    ///     .connect(url)?;
    /// ```
    ///
    /// If the function fails, so does what wanted the connection, with an error that
    /// [`is_open_failure`](crate::error::Error::is_open_failure); a replica is left out then.
    #[doc(alias = "search_path")]
    pub fn on_connect(mut self, hook: impl Fn(&mut PostgresSetup<'_>) -> Result<()> + Send + Sync + 'static) -> Self {
        self.on_connect.push(Arc::new(hook));
        self
    }
}

/// It shows how many replicas there are; their URLs may hold passwords.
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
