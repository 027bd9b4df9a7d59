//! Builds all contenders, runs each at each work item in a separate process, in turn, and prints the results.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml -p run -- --help` lists its options.

mod database;
mod measure;
mod options;
mod plan;
mod prepare;
mod process;
mod report;

use std::path::Path;
use std::process::ExitCode;

use bench_common::Result;

use crate::measure::Measuring;
use crate::options::{HELP, Options};
use crate::process::Programs;

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("run: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    if options.help {
        print!("{HELP}");
        return Ok(());
    }
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the crate has no parent directory")?;
    let built = std::env::current_exe()?.parent().ok_or("the program has no directory")?.to_owned();
    let data = options.data.clone().unwrap_or_else(|| built.with_file_name("bench-data"));
    std::fs::create_dir_all(&data)?;

    let (python, taking_part) = prepare::prepare(benches, &built, &options.contenders()?)?;
    let programs =
        Programs { built, scripts: benches.join("python"), python, seconds: options.seconds(), limit: options.limit() };
    let mut measuring = Measuring::new(programs, taking_part, options.rounds());
    for case in options.cases()? {
        eprintln!("{}", case.describe());
        let outcome = measuring.measure(case, &database::ready(&data, case.database)?)?;
        println!("{}", report::line(outcome));
    }
    let outcomes = measuring.outcomes();
    let markdown = report::markdown(outcomes, options);
    println!("\n{markdown}");
    if options.writes_files() {
        std::fs::write(benches.with_file_name("docs").join("performance-table.md"), markdown)?;
    }
    Ok(())
}
