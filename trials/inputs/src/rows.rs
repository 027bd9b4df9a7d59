//! Values in a file that do not belong in their column: each is read, or refused with an error that names the column.

use orm::{ColumnType, Db, Error, Model as _, Result, TrustedSql, sql};

use crate::{Found, Wide};

/// The row whose values are changed.
const ROW: i64 = 5;

/// Reads a column of all rows.
pub type Read = fn(&Db) -> Result<()>;

/// Reads a column, compares with each of its values, and orders by it.
macro_rules! compared {
    ($($column:ident),*) => {
        [$((stringify!($column), |db| {
            let values = Wide::query().select(Wide::$column()).all(db)?;
            let rows = Wide::query().filter(Wide::id().eq(ROW));
            for value in values {
                let _ = rows.clone().filter(Wide::$column().eq(value.clone())).count(db)?;
                let _ = rows.clone().filter(Wide::$column().gt(value)).count(db)?;
            }
            let _ = Wide::query().order_by(Wide::$column().desc()).select(Wide::id()).all(db)?;
            Ok(())
        }),)* ("json", |db| Wide::query().select(Wide::json()).all(db).map(|values| drop(format!("{values:?}"))))]
    };
}

/// The columns by name, with their readers. JSON is neither compared nor ordered by.
pub const COLUMNS: [(&str, Read); 17] = compared![
    text,
    real,
    small,
    flag,
    bytes,
    decimal,
    any_decimal,
    date,
    time,
    moment,
    any_moment,
    seconds,
    day,
    uuid,
    any_uuid,
    letter
];

/// Reads a value in a column, compares it, orders by it and writes it back.
///
/// # Errors
///
/// Returns a text for any other outcome.
pub fn stored(db: &Db, column: usize, value: impl ColumnType) -> Found {
    let (name, read) = COLUMNS[column % COLUMNS.len()];
    let update = |value: &str| sql(TrustedSql(format!("UPDATE wide SET {name} = {value} WHERE id = {ROW}")));
    update("$1").bind(value).execute(db).map_err(|error| format!("it is not written: {error}"))?;
    let result = read(db).and_then(|()| Wide::find(db, ROW)?.update(db));
    update("NULL").execute(db).map_err(|error| format!("it is not cleared: {error}"))?;
    match result {
        Err(error) if !is_expected(&error, name) => Err(format!("an error of another kind, for `{name}`: {error}")),
        _ => Ok(()),
    }
}

/// Whether the error reports an invalid value in the column, or a value that cannot be stored.
fn is_expected(error: &Error, column: &str) -> bool {
    (error.is_decode() && error.column() == Some(column)) || error.is_encode() || error.is_other_form()
}
