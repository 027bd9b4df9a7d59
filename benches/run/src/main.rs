//! Builds all contenders, runs each at each work item in a process of its own, in turn, and prints what was measured.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml -p run -- --help` says what it takes.

mod chart;
mod database;
mod plan;
mod process;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bench_common::Result;

use crate::plan::{CONTENDERS, Case};
use crate::process::Measured;

const HELP: &str = "\
Measures orm and others at the same work, each in a process of its own.

Options:
  --quick         Small sizes and few rounds; writes no files
  --rounds N      How often each contender has its turn at each item (7; with --quick 2)
  --seconds S     How long one turn lasts at least (0.3; with --quick 0.05)
  --only A,B      These items alone, by name, such as students-courses; writes no files
  --data DIR      Where the databases are kept (bench-data in the directory for builds)
  --help          Print this text
";

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("run: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    help: bool,
    quick: bool,
    rounds: Option<usize>,
    seconds: Option<f64>,
    only: Option<Vec<String>>,
    data: Option<PathBuf>,
}

impl Options {
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options { help: false, quick: false, rounds: None, seconds: None, only: None, data: None };
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--help" => options.help = true,
                "--quick" => options.quick = true,
                "--rounds" => options.rounds = Some(value()?.parse()?),
                "--seconds" => options.seconds = Some(value()?.parse()?),
                "--only" => options.only = Some(value()?.split(',').map(str::to_owned).collect()),
                "--data" => options.data = Some(value()?.into()),
                _ => return Err(format!("{arg} is no option; --help tells what there is").into()),
            }
        }
        Ok(options)
    }

    fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 2 } else { 7 }).max(1)
    }

    fn seconds(&self) -> f64 {
        self.seconds.unwrap_or(if self.quick { 0.05 } else { 0.3 })
    }
}

fn run(options: &Options) -> Result<()> {
    if options.help {
        print!("{HELP}");
        return Ok(());
    }
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the crate has no parent directory")?;
    let programs = std::env::current_exe()?.parent().ok_or("the program has no directory")?.to_owned();
    process::build(benches)?;
    let data = options.data.clone().unwrap_or_else(|| programs.with_file_name("bench-data"));
    std::fs::create_dir_all(&data)?;

    let cases = wanted(plan::cases(options.quick), options.only.as_deref())?;
    let mut results = Vec::new();
    for case in cases {
        eprintln!("{}", case.describe());
        let database = database::ready(&data, case.database)?;
        results.push(measure(&case, options, &programs, &database)?);
        println!("{}", report::line(results.last().ok_or("nothing was measured")?));
    }
    let markdown = report::markdown(&results, options.rounds());
    println!("\n{markdown}");
    if options.quick || options.only.is_some() {
        return Ok(());
    }
    let docs = benches.with_file_name("docs");
    std::fs::write(docs.join("performance-table.md"), markdown)?;
    std::fs::write(docs.join("performance.svg"), chart::draw(&results))?;
    Ok(())
}

fn wanted(cases: Vec<Case>, only: Option<&[String]>) -> Result<Vec<Case>> {
    let Some(only) = only else { return Ok(cases) };
    if let Some(unknown) = only.iter().find(|name| bench_common::Item::named(name).is_none()) {
        return Err(format!("no work item is called {unknown}").into());
    }
    Ok(cases.into_iter().filter(|case| only.iter().any(|name| name == case.work.item.name())).collect())
}

/// What all contenders measured at one case, in the order of [`CONTENDERS`].
pub(crate) struct Outcome {
    pub(crate) case: Case,
    pub(crate) measured: Vec<Option<Measured>>,
}

/// Gives each contender its turn, round after round, so that a busy moment of the machine meets all of them.
fn measure(case: &Case, options: &Options, programs: &Path, database: &Path) -> Result<Outcome> {
    let mut measured: Vec<Option<Measured>> = CONTENDERS.iter().map(|_| Some(Measured::default())).collect();
    for round in 0..options.rounds() {
        for (contender, slot) in CONTENDERS.iter().zip(&mut measured) {
            let Some(so_far) = slot else { continue };
            if !process::time(contender, case, options.seconds(), programs, database, so_far)? {
                *slot = None;
            } else if round == 0 {
                process::count(contender, case, programs, database, so_far)?;
            }
        }
        check(&measured)?;
    }
    Ok(Outcome { case: *case, measured })
}

/// All contenders must have read the same.
fn check(measured: &[Option<Measured>]) -> Result<()> {
    let mut checksums = CONTENDERS
        .iter()
        .zip(measured)
        .filter_map(|(contender, measured)| measured.as_ref().map(|measured| (contender.name, measured.checksum)));
    let Some((first, expected)) = checksums.next() else { return Ok(()) };
    match checksums.find(|(_, checksum)| *checksum != expected) {
        Some((other, _)) => Err(format!("{first} and {other} did not read the same rows").into()),
        None => Ok(()),
    }
}
