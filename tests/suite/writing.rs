//! Writing: rows, graphs of rows, links and transactions.

mod atomic;
mod concurrency;
mod crashes;
mod edits;
mod get_or_create;
mod graphs;
mod links;
mod locks;
mod moments;
mod panics;
mod refused;
#[cfg(feature = "async")]
mod retries;
mod returned;
mod sandboxes;
mod savepoints;
mod snapshots;
mod transactions;
mod triggers;
mod updates;
mod upserts;
mod versions;
mod writes;
