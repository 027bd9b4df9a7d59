//! The driver for PostgreSQL: how it connects, and what happens if the server, the network or a transaction fails.

#[cfg(feature = "async")]
#[path = "postgres/asynchronous.rs"]
mod asynchronous;
#[path = "postgres/connecting.rs"]
mod connecting;
#[path = "postgres/corrupted.rs"]
mod corrupted;
#[path = "postgres/deadlines.rs"]
mod deadlines;
#[path = "postgres/disguised.rs"]
mod disguised;
#[cfg(all(feature = "postgres-tls", unix))]
#[path = "postgres/encryption.rs"]
mod encryption;
#[path = "postgres/inserts.rs"]
mod inserts;
#[path = "postgres/lying.rs"]
mod lying;
#[cfg(all(feature = "async", unix))]
#[path = "postgres/polled.rs"]
mod polled;
#[path = "postgres/pool.rs"]
mod pool;
#[path = "postgres/proxy.rs"]
mod proxy;
#[cfg(unix)]
#[path = "postgres/replicas.rs"]
mod replicas;
#[path = "postgres/secrets.rs"]
mod secrets;
#[path = "support/postgres.rs"]
mod server;
#[path = "postgres/sessions.rs"]
mod sessions;
#[path = "postgres/statements.rs"]
mod statements;
#[path = "postgres/support.rs"]
mod support;
#[path = "postgres/transactions.rs"]
mod transactions;
#[path = "postgres/trips.rs"]
mod trips;
#[path = "postgres/values.rs"]
mod values;
