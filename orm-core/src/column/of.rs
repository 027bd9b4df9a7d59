//! What a condition, an order or a value is of: rows, or groups of them.

/// Marks what is computed from each row.
#[derive(Clone, Copy, Debug)]
pub struct EachRow;

/// Marks what is computed from all rows of each group.
#[derive(Clone, Copy, Debug)]
pub struct EachGroup;

/// What is computed from something of this and something of another kind: a value of each group where one of them is that.
#[doc(hidden)]
pub trait Together<Other> {
    /// What it is of.
    type Of;
}

impl Together<EachRow> for EachRow {
    type Of = EachRow;
}

impl Together<EachGroup> for EachRow {
    type Of = EachGroup;
}

impl<Other> Together<Other> for EachGroup {
    type Of = EachGroup;
}
