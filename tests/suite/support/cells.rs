//! Cells: single values, read as one type and another, or written and read back.

use orm::{Db, Error, Mismatch, Result, TrustedSql, sql};

use crate::database::{db, either};

/// Returns the stored value as one of a type.
macro_rules! read {
    ($literal:expr, $type:ty) => {{
        #[derive(orm::Model)]
        struct Cell {
            id: i64,
            value: $type,
        }
        <Cell as orm::Model>::find(&$crate::support::cells::cell($literal), 1).map(|cell| (cell.id, cell.value).1)
    }};
}

/// Returns what a value of a type is after storing it.
macro_rules! written {
    ($value:expr, $type:ty) => {{
        #[derive(orm::Model)]
        struct Cell {
            id: i64,
            value: $type,
        }
        let db = $crate::database::db();
        db.create_tables::<Cell>()?;
        NewCell { value: $value }.insert(&db).map(|cell| (cell.id, cell.value).1)
    }};
}

pub(crate) use {read, written};

/// A database whose table `cells` holds the values of a statement's text, in a column with a declared type or without
/// one.
pub(crate) fn cell(literal: &str) -> Db {
    let db = db();
    let statements = either(
        vec![
            "CREATE TABLE cells (id INTEGER PRIMARY KEY, value)".to_owned(),
            format!("INSERT INTO cells VALUES (1, {literal})"),
        ],
        vec![format!("CREATE TABLE cells AS SELECT CAST(1 AS bigint) AS id, {literal} AS value")],
    );
    for text in statements {
        sql(TrustedSql(text)).execute(&db).expect("the statement runs");
    }
    db
}

/// Errors of reading name the table and the column, and contain no value.
pub(crate) fn refused<T>(read: Result<T>) -> Mismatch {
    let error = read.err().expect("an error");
    assert!(error.is_decode(), "{error}");
    assert_eq!((error.table(), error.column()), (Some("cells"), Some("value")), "{error}");
    error.mismatch().expect("a reason").clone()
}

pub(crate) fn unstorable<T>(written: Result<T>) -> Error {
    let error = written.err().expect("an error");
    assert!(error.is_encode(), "{error}");
    error
}
