//! Measures this library and others at the same work on PostgreSQL, in turn, and prints what was measured.
//!
//! `cargo run --release --manifest-path benches/postgres/Cargo.toml -- --help` lists its options.

mod contender;
mod data;
mod item;
mod measure;
mod options;
mod proxy;
mod report;

use std::path::Path;
use std::process::ExitCode;

use bench_common::Result;

use crate::data::Schema;
use crate::options::{HELP, Options};

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-postgres: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    if options.help {
        print!("{HELP}");
        return Ok(());
    }
    let (cases, contenders) = (options.cases()?, options.contenders()?);
    let mut schema = Schema::create(&data::server())?;
    let mut outcomes = Vec::with_capacity(cases.len());
    for case in cases {
        schema.fill(case.rows)?;
        let outcome = measure::measure(case, &schema, &contenders, options.rounds())?;
        eprintln!("{}", report::line(&outcome));
        outcomes.push(outcome);
    }
    let markdown = report::markdown(&outcomes, &schema.version()?, options.rounds());
    println!("{markdown}");
    if options.writes_file() {
        let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/performance-postgres-table.md");
        std::fs::write(table, markdown)?;
    }
    Ok(())
}
