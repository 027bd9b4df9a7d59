//! Runs the contenders' programs, and reads what they print.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use bench_common::{Result, Work};

use crate::plan::{Case, Contender, Program};

/// What one contender measured at one case, over all of its turns.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) checksum: u64,
    /// In nanoseconds, in the order in which they were measured.
    pub(crate) times: Vec<u64>,
    /// In KiB.
    pub(crate) peak: Option<u64>,
    pub(crate) allocations: Option<u64>,
    pub(crate) statements: Option<u64>,
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

/// The outcome of a contender's turn.
pub(crate) enum Turn {
    Done,
    /// It does not take part in the item.
    Absent,
    /// It was ended, since it took longer than allowed.
    Over,
    /// It ended with an error, which this is.
    Failed(String),
}

/// Where programs are, and how long they may take.
pub(crate) struct Programs {
    /// The directory of what Cargo built.
    pub(crate) built: PathBuf,
    /// The directory of the scripts.
    pub(crate) scripts: PathBuf,
    /// Python with the libraries, where there is one.
    pub(crate) python: Option<PathBuf>,
    /// The time that one turn lasts at least, in seconds.
    pub(crate) seconds: f64,
    /// The time after which a program is ended.
    pub(crate) limit: Duration,
}

impl Programs {
    /// Gives a contender its turn.
    pub(crate) fn time(
        &self,
        contender: &Contender,
        case: &Case,
        database: &Path,
        measured: &mut Measured,
    ) -> Result<Turn> {
        let (work, part) = contender.part(case.work);
        let output = match self.run(contender, work, false, database)? {
            Ran::Printed(output) => output,
            Ran::Over => return Ok(Turn::Over),
            Ran::Failed(problem) => return Ok(Turn::Failed(problem)),
        };
        for line in output.lines() {
            match line.split_once(' ') {
                Some(("checksum", value)) => measured.checksum = value.parse()?,
                Some(("peak", value)) => measured.peak = measured.peak.max(Some(value.parse()?)),
                Some(("time", value)) => measured.times.push(value.parse::<u64>()? * part as u64),
                _ => return Ok(Turn::Absent),
            }
        }
        if measured.times.is_empty() {
            Err(format!("{} measured nothing", contender.name).into())
        } else {
            Ok(Turn::Done)
        }
    }

    /// Counts a contender's allocations and statements, where it can and does in the time allowed.
    pub(crate) fn count(
        &self,
        contender: &Contender,
        case: &Case,
        database: &Path,
        measured: &mut Measured,
    ) -> Result<()> {
        let (work, part) = contender.part(case.work);
        let Ran::Printed(output) = self.run(contender, work, true, database)? else { return Ok(()) };
        for line in output.lines() {
            match line.split_once(' ') {
                Some(("allocations", value)) => measured.allocations = Some(value.parse::<u64>()? * part as u64),
                Some(("statements", value)) => measured.statements = Some(value.parse::<u64>()? * part as u64),
                _ => return Err(format!("{} printed {line:?}", contender.name).into()),
            }
        }
        Ok(())
    }

    /// The checksum that a contender computes for some work.
    pub(crate) fn checksum(&self, contender: &Contender, work: Work, database: &Path) -> Result<u64> {
        let Ran::Printed(output) = self.run(contender, work, false, database)? else {
            return Err(format!("{} has no checksum of {}", contender.name, work.item).into());
        };
        let checksum = output.lines().find_map(|line| line.strip_prefix("checksum "));
        Ok(checksum.ok_or("no checksum was printed")?.parse()?)
    }

    fn run(&self, contender: &Contender, work: Work, counting: bool, database: &Path) -> Result<Ran> {
        let mut command = self.command(&contender.program, counting)?;
        command
            .args([contender.name, work.item.name(), &work.students.to_string(), &work.times.to_string()])
            .arg(self.seconds.to_string())
            .arg(database)
            .env("RUST_BACKTRACE", "0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let began = Instant::now();
        while child.try_wait()?.is_none() {
            if began.elapsed() > self.limit {
                child.kill()?;
                child.wait()?;
                return Ok(Ran::Over);
            }
            sleep(Duration::from_millis(5));
        }
        printed(child)
    }

    fn command(&self, program: &Program, counting: bool) -> Result<Command> {
        match program {
            Program::Own(name) | Program::Field(name) => {
                let name = if counting { format!("{name}-counting") } else { (*name).to_owned() };
                Ok(Command::new(self.built.join(name)))
            }
            Program::Python(script) => {
                let mut command = Command::new(self.python.as_ref().ok_or("there is no Python")?);
                command.arg(self.scripts.join(script));
                if counting {
                    command.arg("--counting");
                }
                Ok(command)
            }
        }
    }
}

enum Ran {
    Printed(String),
    Over,
    Failed(String),
}

/// What a program that has ended printed. It is little, so that it fits into the pipe.
fn printed(mut child: Child) -> Result<Ran> {
    let (mut output, mut problem) = (String::new(), String::new());
    child.stdout.take().ok_or("there is no output")?.read_to_string(&mut output)?;
    child.stderr.take().ok_or("there is no output of errors")?.read_to_string(&mut problem)?;
    if child.wait()?.success() {
        return Ok(Ran::Printed(output));
    }
    Ok(Ran::Failed(problem.trim().to_owned()))
}
