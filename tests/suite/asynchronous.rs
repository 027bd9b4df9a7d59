//! Databases whose calls are awaited.

mod observing;
mod one_api;
mod streams;
