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
mod streams;
mod transactions;
mod waiting;
