//! The forms in which columns store their values.

use crate::live::difference::difference;
use crate::live::{Difference, Mismatched, Sample};

/// The columns that store values in another form than their fields declare.
pub(crate) fn other_forms(sample: &Sample) -> impl Iterator<Item = Difference> {
    sample.others().map(|(at, other)| {
        let column = &sample.table.columns[at];
        let what =
            Mismatched::Form { column: column.name.to_owned(), problem: other.describe(column.sql_type, column.form) };
        difference(sample.table, what, None)
    })
}
