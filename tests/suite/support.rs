//! What the tests share.

#[path = "support/compare.rs"]
pub(crate) mod compare;
#[path = "support/random.rs"]
pub(crate) mod random;
#[path = "support/text.rs"]
pub(crate) mod text;
