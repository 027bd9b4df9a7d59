//! The contender sqlx: SQL by hand as people mostly write it, with a `HashMap` with a `Vec` for each parent.

mod postgres;
mod rows;
mod sqlite;

use std::process::ExitCode;

use load_common::{Database, load};

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;

fn main() -> ExitCode {
    load_common::main(|case| match case.database {
        Database::Sqlite(_) => load::<Sqlite>(case),
        Database::Postgres(_) => load::<Postgres>(case),
    })
}
