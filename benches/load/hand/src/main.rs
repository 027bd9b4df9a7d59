//! Code that an expert writes by hand for many tasks: pools of deadpool, statements that stay prepared, each shared row decoded once, and
//! one flat index instead of a `Vec` for each parent.

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
