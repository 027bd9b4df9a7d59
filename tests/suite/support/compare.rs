//! Compares loaded rows with the result of a query for one row.

use std::fmt::Debug;

use orm::{Column, ColumnType, Model, Query, Result};

/// Asserts that each row contains the result of a separate query for this row, including the order.
pub(crate) fn assert_as_lazy<Row, T: PartialEq + Debug>(
    rows: &[Row],
    loaded: impl Fn(&Row) -> T,
    lazy: impl Fn(&Row) -> Result<T>,
) {
    assert!(!rows.is_empty(), "nothing is compared");
    for (position, row) in rows.iter().enumerate() {
        let lazy = lazy(row).expect("the query for one row runs");
        assert_eq!(loaded(row), lazy, "row {position} holds something else than a query for it alone returns");
    }
}

/// Queries for rows of a model whose relations are loaded in different ways: of a whole table, by keys, by unsorted
/// keys, and for some rows only.
pub(crate) fn roots<M: Model, T: ColumnType>(key: Column<M, T>) -> [Query<M>; 4] {
    let (by_key, unsorted, some) = (M::query(), M::query(), M::query());
    [
        M::query(),
        by_key.filter(key.is_not_null()),
        unsorted.order_by(key.desc()).filter(key.is_not_null()),
        some.order_by(key.desc()).limit(3),
    ]
}
