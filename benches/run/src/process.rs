//! Builds and runs the contenders' programs, and reads what they print.

use std::path::Path;
use std::process::Command;

use bench_common::Result;

use crate::plan::{Case, Contender};

/// What one contender measured at one case, over all of its turns.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) checksum: u64,
    /// In nanoseconds, in the order in which they were measured.
    pub(crate) times: Vec<u64>,
    /// In KiB.
    pub(crate) peak: Option<u64>,
    pub(crate) allocations: u64,
    pub(crate) statements: u64,
}

impl Measured {
    pub(crate) fn median(&self) -> u64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    pub(crate) fn minimum(&self) -> u64 {
        self.times.iter().min().copied().unwrap_or_default()
    }
}

/// Builds the programs of all contenders.
pub(crate) fn build(benches: &Path) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--locked", "--quiet", "--workspace", "--manifest-path"]);
    command.arg(benches.join("Cargo.toml"));
    if command.status()?.success() { Ok(()) } else { Err("the contenders could not be built".into()) }
}

/// Gives a contender its turn. False if it does not take part.
pub(crate) fn time(
    contender: &Contender,
    case: &Case,
    seconds: f64,
    programs: &Path,
    database: &Path,
    measured: &mut Measured,
) -> Result<bool> {
    let output = output(contender, contender.program, case, seconds, programs, database)?;
    let mut times = 0;
    for line in output.lines() {
        match line.split_once(' ') {
            Some(("checksum", value)) => measured.checksum = value.parse()?,
            Some(("peak", value)) => measured.peak = measured.peak.max(Some(value.parse()?)),
            Some(("time", value)) => {
                measured.times.push(value.parse()?);
                times += 1;
            }
            _ => return Ok(false),
        }
    }
    if times > 0 { Ok(true) } else { Err(format!("{} measured nothing", contender.name).into()) }
}

/// Counts a contender's allocations and statements.
pub(crate) fn count(
    contender: &Contender,
    case: &Case,
    programs: &Path,
    database: &Path,
    measured: &mut Measured,
) -> Result<()> {
    let program = format!("{}-counting", contender.program);
    for line in output(contender, &program, case, 0.0, programs, database)?.lines() {
        match line.split_once(' ') {
            Some(("allocations", value)) => measured.allocations = value.parse()?,
            Some(("statements", value)) => measured.statements = value.parse()?,
            _ => return Err(format!("{program} printed {line:?}").into()),
        }
    }
    Ok(())
}

fn output(
    contender: &Contender,
    program: &str,
    case: &Case,
    seconds: f64,
    programs: &Path,
    database: &Path,
) -> Result<String> {
    let work = case.work;
    let output = Command::new(programs.join(program))
        .args([contender.name, work.item.name(), &work.students.to_string(), &work.times.to_string()])
        .arg(seconds.to_string())
        .arg(database)
        .output()?;
    if !output.status.success() {
        let problem = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed at {}: {}", contender.name, work.item, problem.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
