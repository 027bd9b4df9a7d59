//! What reads inputs from outside, and what must hold of it: an input is read, or is an error of the right kind.

pub mod cursors;
pub mod rows;
pub mod texts;
mod wide;

pub use wide::{Wide, database};

/// What an input did that it must not: in words.
pub type Found = Result<(), String>;
