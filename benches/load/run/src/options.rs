//! The options of the command line.

use std::time::Duration;

use clap::Parser;
use load_common::{Item, Result};

use crate::contenders::{CONTENDERS, Contender};
use crate::places::Engine;

/// Puts orm and other libraries under the load of many tasks, each in a separate process.
#[derive(Parser)]
pub(crate) struct Options {
    /// The databases
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    pub(crate) databases: Vec<Engine>,
    /// What the tasks ask for
    #[arg(long, value_delimiter = ',', default_value = "find,request,insert")]
    pub(crate) items: Vec<Item>,
    /// The numbers of tasks
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256")]
    pub(crate) tasks: Vec<usize>,
    /// How often each contender has its turn
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// How long is measured in each turn
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Only these contenders [default: all]
    #[arg(long, value_delimiter = ',')]
    contenders: Vec<String>,
    /// Write docs/performance-load-table.md
    #[arg(long)]
    write: bool,
}

impl Options {
    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    pub(crate) fn writes_file(&self) -> bool {
        self.write
    }

    pub(crate) fn contenders(&self) -> Result<Vec<&'static Contender>> {
        let is_wanted = |contender: &&Contender| {
            self.contenders.is_empty() || self.contenders.iter().any(|name| name == contender.name)
        };
        if let Some(unknown) = self.contenders.iter().find(|name| CONTENDERS.iter().all(|one| one.name != **name)) {
            return Err(format!("no contender is called {unknown}").into());
        }
        Ok(CONTENDERS.iter().filter(is_wanted).collect())
    }
}
