//! The amount of work for SQLite, counted in instructions instead of seconds.

use std::rc::Rc;

use orm::{Model, Result};
use rusqlite::StatementStatus;
use rusqlite::types::Value as RawValue;

use crate::database::{Shared, query_plan};
use crate::schemas::shelves::{Shelf, Volume, shelves};

struct Total;

/// Returns the number of instructions of SQLite's virtual machine for a statement.
fn steps(raw: &rusqlite::Connection, sql: &str, keys: impl Iterator<Item = i64>) -> i32 {
    let mut statement = raw.prepare(sql).expect("the statement is valid");
    if statement.parameter_count() > 0 {
        let keys: Vec<RawValue> = keys.map(RawValue::Integer).collect();
        statement.raw_bind_parameter(1, Rc::new(keys)).expect("keys are bound");
    }
    let mut rows = statement.raw_query();
    while rows.next().expect("the statement runs").is_some() {}
    drop(rows);
    statement.get_status(StatementStatus::VmStep)
}

#[test]
fn work_grows_with_the_rows() -> Result<()> {
    let file = Shared::new();
    let db = file.open();
    shelves(&db, 8_000)?;
    let raw = file.explaining();
    let some = || Shelf::query().filter(Shelf::id().gt(0));
    let record = db.record();
    some().prefetch(Shelf::volumes()).all(&db)?;
    some().prefetch(Shelf::volumes().order_by(Volume::number().desc()).limit(2)).all(&db)?;
    some().prefetch(Shelf::topics()).all(&db)?;
    some().prefetch(Shelf::volumes().count().named(Total)).all(&db)?;
    Volume::query().filter(Volume::id().gt(0)).prefetch(Volume::shelf()).all(&db)?;
    let statements: Vec<String> = record.statements().into_iter().filter(|sql| sql.contains("rarray")).collect();
    assert_eq!(statements.len(), 5, "one for each relation");
    for sql in &statements {
        let plan = query_plan(&raw, sql);
        assert!(plan.iter().any(|step| step.starts_with("SEARCH")), "no index is used: {plan:#?}");
        assert!(!plan.iter().any(|step| step.starts_with("SCAN t")), "a table is read to the end: {plan:#?}");
    }
    for sql in statements.iter().filter(|sql| !sql.contains("LIMIT")) {
        let (once, twice) = (steps(&raw, sql, 1..=2_000), steps(&raw, sql, 1..=4_000));
        assert!(once > 2_000, "the statement did nothing: {sql}");
        assert!(twice < once * 21 / 10, "{once} steps for 2,000 keys, {twice} for 4,000: {sql}");
    }
    Ok(())
}
