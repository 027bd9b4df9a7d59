//! The options of the command line.

use std::path::PathBuf;
use std::time::Duration;

use bench_common::{Item, Result};

use crate::plan::{self, CONTENDERS, Case, EXPERT};

pub(crate) const HELP: &str = "\
Measures orm and others at the same work, each in a process of its own.

Options:
  --quick            Small sizes and few rounds; writes no files
  --rounds N         How often each contender has its turn at each item (5; with --quick 2)
  --seconds S        How long one turn lasts at least (0.3; with --quick 0.05)
  --limit S          A turn that takes longer is ended and shown as such (20; with --quick 5)
  --items A,B        These items alone, by name, such as students-courses; writes no files
  --contenders A,B   These contenders alone, and the one that all are compared with; writes no files
  --data DIR         Where the databases are kept (bench-data in the directory for builds)
  --help             Print this text
";

/// The options of the command line.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) help: bool,
    pub(crate) data: Option<PathBuf>,
    quick: bool,
    rounds: Option<usize>,
    seconds: Option<f64>,
    limit: Option<f64>,
    items: Option<Vec<String>>,
    contenders: Option<Vec<String>>,
}

impl Options {
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options::default();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--help" => options.help = true,
                "--quick" => options.quick = true,
                "--rounds" => options.rounds = Some(value()?.parse()?),
                "--seconds" => options.seconds = Some(value()?.parse()?),
                "--limit" => options.limit = Some(value()?.parse()?),
                "--items" => options.items = Some(names(&value()?)),
                "--contenders" => options.contenders = Some(names(&value()?)),
                "--data" => options.data = Some(value()?.into()),
                _ => return Err(format!("{arg} is no option; --help tells what there is").into()),
            }
        }
        Ok(options)
    }

    /// The number of turns of each contender.
    pub(crate) fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 2 } else { 5 }).max(1)
    }

    /// How long one turn lasts at least.
    pub(crate) fn seconds(&self) -> f64 {
        self.seconds.unwrap_or(if self.quick { 0.05 } else { 0.3 })
    }

    /// How long one turn may last.
    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs_f64(self.limit.unwrap_or(if self.quick { 5.0 } else { 20.0 }).max(0.0))
    }

    /// Whether everything was measured that the files show.
    pub(crate) fn writes_files(&self) -> bool {
        !self.quick && self.items.is_none() && self.contenders.is_none()
    }

    /// The cases to measure.
    pub(crate) fn cases(&self) -> Result<Vec<Case>> {
        let cases = plan::cases(self.quick);
        let Some(items) = &self.items else { return Ok(cases) };
        if let Some(unknown) = items.iter().find(|name| Item::named(name).is_none()) {
            return Err(format!("no work item is called {unknown}").into());
        }
        Ok(cases.into_iter().filter(|case| items.iter().any(|name| name == case.work.item.name())).collect())
    }

    /// Which of [`CONTENDERS`] are to be measured.
    pub(crate) fn contenders(&self) -> Result<Vec<bool>> {
        let Some(wanted) = &self.contenders else { return Ok(vec![true; CONTENDERS.len()]) };
        if let Some(unknown) = wanted.iter().find(|name| CONTENDERS.iter().all(|contender| contender.name != **name)) {
            return Err(format!("no contender is called {unknown}").into());
        }
        let is_wanted = |contender: &plan::Contender| wanted.iter().any(|name| name == contender.name);
        let mut contenders: Vec<bool> = CONTENDERS.iter().map(is_wanted).collect();
        contenders[EXPERT] = true;
        Ok(contenders)
    }
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}
