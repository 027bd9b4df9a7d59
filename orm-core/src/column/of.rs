//! Whether a condition, an order or a value is computed from rows or from groups.

/// Marks a value that is computed from each row.
#[derive(Clone, Copy, Debug)]
pub struct EachRow;

/// Marks a value that is computed from each group.
#[derive(Clone, Copy, Debug)]
pub struct EachGroup;

/// The kind of a value that is computed from two others: a value of each group, if one of them is.
#[doc(hidden)]
pub trait Together<Other> {
    /// The resulting kind.
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
