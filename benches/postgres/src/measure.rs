//! Measures all contenders at a case, in turn, and compares their checksums.

use std::time::Duration;

use bench_common::Result;

use crate::contender::{Contender, Entry, HAND};
use crate::data::Schema;
use crate::item::Case;
use crate::proxy::Proxy;

/// PostgreSQL plans a prepared statement again at its first five runs, and decides at the sixth.
const WARM: usize = 6;

/// What all contenders measured at one case.
pub(crate) struct Outcome {
    pub(crate) case: Case,
    pub(crate) measured: Vec<Measured>,
}

/// What one contender measured at one case.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    /// How long the work took in each round, in ascending order.
    times: Vec<Duration>,
    /// The round trips of the work, where they were counted.
    pub(crate) trips: Option<f64>,
}

impl Outcome {
    /// What a contender measured, if it took part.
    pub(crate) fn of(&self, name: &str) -> Option<&Measured> {
        self.measured.iter().find(|measured| measured.name == name)
    }

    /// The contender with which all are compared.
    pub(crate) fn hand(&self) -> Option<&Measured> {
        self.of(HAND)
    }
}

impl Measured {
    pub(crate) fn median(&self) -> Duration {
        self.times.get(self.times.len() / 2).copied().unwrap_or_default()
    }

    pub(crate) fn minimum(&self) -> Duration {
        self.times.first().copied().unwrap_or_default()
    }
}

/// A contender that is being measured.
struct Running {
    name: &'static str,
    contender: Box<dyn Contender>,
    proxy: Option<Proxy>,
    times: Vec<Duration>,
    trips: u64,
}

/// Gives each contender its turn, round after round, so that a busy period of the machine affects all of them.
pub(crate) fn measure(case: Case, schema: &Schema, contenders: &[&'static Entry], rounds: usize) -> Result<Outcome> {
    let mut running = Vec::with_capacity(contenders.len());
    for entry in contenders {
        running.push(Running::open(entry, &case, schema)?);
    }
    let expected = warm_up(&case, schema, &mut running)?;
    for _ in 0..rounds {
        for running in &mut running {
            running.turn(&case, schema, expected)?;
        }
    }
    Ok(Outcome { case, measured: running.into_iter().map(|running| running.measured(&case)).collect() })
}

/// Lets each contender do the work until everything is prepared. Returns the checksum, on which all must agree.
fn warm_up(case: &Case, schema: &Schema, running: &mut [Running]) -> Result<u64> {
    let mut expected = None;
    for running in running {
        for _ in 0..WARM.div_ceil(case.times) {
            let (_, sum) = case.turn(&mut *running.contender, schema)?;
            running.check(sum, *expected.get_or_insert(sum))?;
        }
    }
    expected.ok_or_else(|| "nobody is to be measured".into())
}

impl Running {
    fn open(entry: &Entry, case: &Case, schema: &Schema) -> Result<Running> {
        let url = schema.url();
        let proxy = if case.is_far { Some(Proxy::start(&url)?) } else { None };
        let contender = (entry.open)(proxy.as_ref().map_or(&*url, Proxy::url))?;
        Ok(Running { name: entry.name, contender, proxy, times: Vec::new(), trips: 0 })
    }

    fn turn(&mut self, case: &Case, schema: &Schema, expected: u64) -> Result<()> {
        let before = self.trips_so_far();
        let (took, sum) = case.turn(&mut *self.contender, schema)?;
        self.trips += self.trips_so_far() - before;
        self.times.push(took);
        self.check(sum, expected)
    }

    fn check(&self, sum: u64, expected: u64) -> Result<()> {
        if sum == expected { Ok(()) } else { Err(format!("{} did not read what the first one read", self.name).into()) }
    }

    fn trips_so_far(&self) -> u64 {
        self.proxy.as_ref().map_or(0, Proxy::trips)
    }

    #[expect(clippy::cast_precision_loss, reason = "the values are far below 2^53, up to which an `f64` is exact")]
    fn measured(mut self, case: &Case) -> Measured {
        self.times.sort_unstable();
        let works = (self.times.len() * case.times) as f64;
        let trips = self.proxy.is_some().then(|| self.trips as f64 / works);
        Measured { name: self.name, times: self.times, trips }
    }
}
