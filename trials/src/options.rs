//! The command line.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) const USAGE: &str =
    "usage: trials [oracle | kill | faults | fuzz] [--seconds N] [--rounds N] [--seed N] [--database URL]

oracle   random queries and writes, compared with an oracle; without a word, this
kill     processes that write are killed
faults   system calls of processes that write fail
fuzz     bytes and texts from outside are mutated";

/// The trial to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trial {
    Oracle,
    Kill,
    KillChild,
    Faults,
    FaultsChild,
    Fuzz,
}

pub(crate) struct Options {
    pub(crate) trial: Trial,
    pub(crate) time: Duration,
    pub(crate) rounds: u64,
    pub(crate) seed: u64,
    /// One seed was given, and only this seed is tried.
    pub(crate) is_one: bool,
    pub(crate) database: Option<String>,
    /// The file that a process writes to.
    pub(crate) file: PathBuf,
}

impl Options {
    pub(crate) fn of_arguments(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        // Each run has other databases. The report contains the seed.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
        let mut options = Options {
            trial: Trial::Oracle,
            time: Duration::from_secs(10),
            rounds: 30,
            seed: now * 1_000,
            is_one: false,
            database: None,
            file: PathBuf::new(),
        };
        let mut arguments = arguments;
        while let Some(word) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("`{word}` needs a value"));
            match word.as_str() {
                "oracle" => options.trial = Trial::Oracle,
                "kill" => options.trial = Trial::Kill,
                "kill-child" => options.trial = Trial::KillChild,
                "faults" => options.trial = Trial::Faults,
                "faults-child" => options.trial = Trial::FaultsChild,
                "fuzz" => options.trial = Trial::Fuzz,
                "--seconds" => options.time = Duration::from_secs(number(&value()?)?),
                "--rounds" => options.rounds = number(&value()?)?,
                "--seed" => (options.seed, options.is_one) = (number(&value()?)?, true),
                "--database" => options.database = Some(value()?),
                "--file" => options.file = value()?.into(),
                _ => return Err(format!("`{word}` is not known")),
            }
        }
        Ok(options)
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}
