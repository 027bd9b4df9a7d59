//! Databases whose calls are awaited.

mod one_api;
