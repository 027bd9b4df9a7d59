//! Databases whose calls are awaited.

mod departments;
mod observing;
mod on_commit;
mod one_api;
mod polls;
mod savepoints;
mod streams;
mod transactions;
