//! Builds the contenders, puts each under load in a separate process, in turn, and prints the measurements.
//!
//! `cargo run --release --manifest-path benches/load/Cargo.toml -p load-run -- --help` lists its options.

mod contenders;
mod options;
mod places;
mod report;

use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Parser as _;
use load_common::{Case, Measured, Result};

use crate::contenders::{Contender, build};
use crate::options::Options;
use crate::places::{Engine, Places};
use crate::report::{Outcome, Part, Report};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load-run: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let load = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the crate has no parent directory")?;
    let built = std::env::current_exe()?.parent().ok_or("the program has no directory")?.to_owned();
    let contenders = build(load, &built, &options.contenders()?);
    let places = Places::make(&built.with_file_name("load-data"), &options.databases)?;

    let mut report = Report::default();
    for &engine in &options.databases {
        for &item in &options.items {
            let of_engine: Vec<&Contender> =
                contenders.iter().copied().filter(|contender| contender.runs_on(engine)).collect();
            let mut parts: Vec<Part> = Vec::new();
            for &tasks in &options.tasks {
                let database = places.database(engine)?;
                let case = Case { database, item, tasks, time: options.time() };
                let outcomes = measure(&case, engine, &of_engine, &places, &built, options.rounds)?;
                parts.push(Part { tasks, outcomes });
            }
            report.add(engine, item, parts);
            eprintln!("{}", report.last());
        }
    }
    if options.writes_file() {
        std::fs::write(load.join("../../docs/performance-load-table.md"), report.markdown())?;
    }
    Ok(())
}

/// Gives each contender its turns, round after round, and in each round another one the first.
fn measure(
    case: &Case,
    engine: Engine,
    contenders: &[&'static Contender],
    places: &Places,
    built: &Path,
    rounds: usize,
) -> Result<Vec<Outcome>> {
    let mut outcomes: Vec<Outcome> = contenders.iter().map(|contender| Outcome::new(contender.name)).collect();
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            let at = (turn + round) % contenders.len();
            places.reset(engine)?;
            outcomes[at].add(one(&built.join(contenders[at].program), case));
        }
    }
    report::compare(&outcomes)?;
    Ok(outcomes)
}

/// One turn of one contender: what it measured, or what it says went wrong.
fn one(program: &Path, case: &Case) -> std::result::Result<Measured, String> {
    let output = Command::new(program).args(case.to_args()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    String::from_utf8_lossy(&output.stdout)
        .parse()
        .map_err(|error: <Measured as std::str::FromStr>::Err| error.to_string())
}
