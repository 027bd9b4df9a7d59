//! What the tests share.

#[path = "support/cells.rs"]
pub(crate) mod cells;
#[path = "support/child.rs"]
pub(crate) mod child;
#[path = "support/compare.rs"]
pub(crate) mod compare;
#[path = "support/random.rs"]
pub(crate) mod random;
#[path = "support/text.rs"]
pub(crate) mod text;
