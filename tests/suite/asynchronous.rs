//! Databases with async functions.

mod cancellation;
mod departments;
mod everything;
mod observing;
mod on_commit;
mod one_api;
mod polls;
mod runtimes;
mod savepoints;
mod short_reads;
mod streams;
mod transactions;
mod waiting;
