//! The readers of inputs from outside, and their rule: an input is read, or refused with an error of the right kind.

pub mod cursors;
pub mod rows;
pub mod texts;
mod wide;

pub use wide::{Wide, database};

/// The description of a wrong outcome.
pub type Found = Result<(), String>;
