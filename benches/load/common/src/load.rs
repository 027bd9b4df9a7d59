//! Tasks that send requests at the same time, each the next one as soon as it has the last answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::JoinHandle;

use crate::keys::Asking;
use crate::measured::{self, Measured};
use crate::{Case, Contender, Item, Result};

/// The number of requests for the checksum, before there is load.
const ASKED_FIRST: usize = 100;

/// The time for which the tasks send requests before the measurement.
const WARM_UP: Duration = Duration::from_millis(500);

/// Puts a contender under load, on a runtime with as many threads as the machine has cores.
///
/// # Errors
///
/// Returns an error of the contender.
pub fn load<C: Contender>(case: &Case) -> Result<Measured> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let contender = Arc::new(C::open(&case.database).await?);
        let checksum = checksum(&*contender, case.item).await?;
        under_load(&contender, case, checksum).await
    })
}

/// The checksum of the first requests.
async fn checksum<C: Contender>(contender: &C, item: Item) -> Result<u64> {
    let mut asking = Asking::new(item, 0);
    let mut sum = 0_u64;
    for _ in 0..ASKED_FIRST {
        sum = sum.wrapping_add(asking.next(contender).await?);
    }
    Ok(sum)
}

async fn under_load<C: Contender>(contender: &Arc<C>, case: &Case, checksum: u64) -> Result<Measured> {
    let phase = Arc::new(Phase::default());
    let start = |task| tokio::spawn(ask(Arc::clone(contender), Asking::new(case.item, task), Arc::clone(&phase)));
    let tasks: Vec<JoinHandle<Result<Histogram<u64>>>> = (0..case.tasks).map(start).collect();

    tokio::time::sleep(WARM_UP).await;
    let (worked_before, began) = (measured::processor_time()?, Instant::now());
    phase.set(Phase::MEASURED);
    tokio::time::sleep(case.time).await;
    phase.set(Phase::OVER);
    let (elapsed, worked) = (began.elapsed(), measured::processor_time()?.saturating_sub(worked_before));

    let mut latencies = empty();
    for task in tasks {
        latencies.add(task.await??)?;
    }
    Measured::new(checksum, &latencies, elapsed, worked)
}

/// Sends requests until the time is over, and returns how long each answer took, in nanoseconds.
async fn ask<C: Contender>(contender: Arc<C>, mut asking: Asking, phase: Arc<Phase>) -> Result<Histogram<u64>> {
    let mut latencies = empty();
    loop {
        let began = Instant::now();
        asking.next(&*contender).await?;
        match phase.get() {
            Phase::OVER => return Ok(latencies),
            Phase::MEASURED => latencies.record(u64::try_from(began.elapsed().as_nanos())?)?,
            _ => {}
        }
        // Most runtimes let a task that never waits keep its thread.
        tokio::task::consume_budget().await;
    }
}

/// Creates a histogram that keeps three significant digits of each time.
fn empty() -> Histogram<u64> {
    Histogram::new(3).expect("three digits can be kept")
}

/// The phase of the tasks: warm-up, measurement, end.
#[derive(Default)]
struct Phase(AtomicU8);

impl Phase {
    const MEASURED: u8 = 1;
    const OVER: u8 = 2;

    fn set(&self, phase: u8) {
        self.0.store(phase, Ordering::Relaxed);
    }

    fn get(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}
