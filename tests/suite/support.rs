//! What the tests share.

#[path = "support/random.rs"]
pub(crate) mod random;
#[path = "support/text.rs"]
pub(crate) mod text;
