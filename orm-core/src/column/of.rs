//! What a condition, an order or a value is of: rows, or groups of them.

/// Marks what is computed from each row.
#[derive(Clone, Copy, Debug)]
pub struct EachRow;

/// Marks what is computed from all rows of each group.
#[derive(Clone, Copy, Debug)]
pub struct EachGroup;
