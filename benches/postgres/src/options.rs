//! The options of the command line.

use bench_common::Result;

use crate::contender::{CONTENDERS, Entry, HAND};
use crate::item::{self, Case, Item};

pub(crate) const HELP: &str = "\
Measures orm and others at the same work on PostgreSQL. The URL of the server is in ORM_TEST_POSTGRES. The default is
postgres://postgres@127.0.0.1:5432/postgres. The tables are in a schema `orm_bench`, which is dropped in the end.

Options:
  --quick            Small sizes and few rounds; writes no file
  --rounds N         How often each contender has its turn at each item (25; with --quick 3)
  --items A,B        Only these items, by name, such as students-courses; writes no file
  --contenders A,B   Only these contenders, and the one that all are compared with; writes no file
  --help             Print this text
";

/// The options of the command line.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) help: bool,
    quick: bool,
    rounds: Option<usize>,
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
                "--items" => options.items = Some(names(&value()?)),
                "--contenders" => options.contenders = Some(names(&value()?)),
                _ => return Err(format!("{arg} is no option; --help tells what there is").into()),
            }
        }
        Ok(options)
    }

    /// The number of turns of each contender.
    pub(crate) fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 3 } else { 25 }).max(1)
    }

    /// Whether everything was measured that the file shows.
    pub(crate) fn writes_file(&self) -> bool {
        !self.quick && self.items.is_none() && self.contenders.is_none()
    }

    /// The cases to measure.
    pub(crate) fn cases(&self) -> Result<Vec<Case>> {
        let cases = item::cases(self.quick);
        let Some(items) = &self.items else { return Ok(cases) };
        if let Some(unknown) = items.iter().find(|name| Item::ALL.iter().all(|item| item.name() != *name)) {
            return Err(format!("no work item is called {unknown}").into());
        }
        Ok(cases.into_iter().filter(|case| items.iter().any(|name| name == case.item.name())).collect())
    }

    /// The contenders to measure: those that were named, and the one with which all are compared.
    pub(crate) fn contenders(&self) -> Result<Vec<&'static Entry>> {
        let Some(wanted) = &self.contenders else { return Ok(CONTENDERS.iter().collect()) };
        if let Some(unknown) = wanted.iter().find(|name| CONTENDERS.iter().all(|entry| entry.name != **name)) {
            return Err(format!("no contender is called {unknown}").into());
        }
        let is_wanted = |entry: &&Entry| entry.name == HAND || wanted.iter().any(|name| name == entry.name);
        Ok(CONTENDERS.iter().filter(is_wanted).collect())
    }
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}
