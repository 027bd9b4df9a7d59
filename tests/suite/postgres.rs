//! The behaviour of PostgreSQL only, in one file for each subject.

#[path = "postgres/arrays.rs"]
mod arrays;
#[path = "postgres/dates.rs"]
mod dates;
#[path = "postgres/functions.rs"]
mod functions;
#[path = "postgres/intervals.rs"]
mod intervals;
#[path = "postgres/json_paths.rs"]
mod json_paths;
#[path = "postgres/keys.rs"]
mod keys;
#[path = "postgres/locks.rs"]
mod locks;
#[path = "postgres/narrow.rs"]
mod narrow;
#[path = "postgres/plans.rs"]
mod plans;
#[path = "postgres/ranges.rs"]
mod ranges;
#[path = "postgres/raw_sql.rs"]
mod raw_sql;
#[path = "postgres/scale.rs"]
mod scale;
#[path = "postgres/setup.rs"]
mod setup;
#[path = "postgres/tables.rs"]
mod tables;
#[path = "postgres/test_schemas.rs"]
mod test_schemas;
#[path = "postgres/texts.rs"]
mod texts;
#[path = "postgres/transactions.rs"]
mod transactions;
#[path = "postgres/upkeep.rs"]
mod upkeep;
#[path = "postgres/upserts.rs"]
mod upserts;
#[path = "postgres/values.rs"]
mod values;

use orm::{Db, Result, sql};

use crate::schemas::university::NewDepartment;

fn law() -> NewDepartment {
    NewDepartment { name: "Law".into() }
}

/// Runs statements of the test.
fn run<const N: usize>(db: &Db, statements: [&'static str; N]) -> Result<()> {
    statements.into_iter().try_for_each(|statement| sql(statement).execute(db).map(|_| ()))
}
