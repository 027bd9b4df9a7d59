//! The differential trial: random queries and writes, each compared with the oracle's result.

mod keys;
mod loading;
mod queries;
mod writes;

use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, Instant};

use crate::ground::{Finding, Ground, Server};
use crate::models::{BigTown, Deed, House, Lease, Note, Payment, Person, Tag, Town};
use crate::oracle::GivenUp;

/// How many random queries and writes are tried on one database.
const STEPS: usize = 120;

/// The counts of what was tried.
#[derive(Default)]
pub(crate) struct Figures {
    databases: u64,
    compared: u64,
    /// The databases with a query that the oracle evaluates too slowly.
    given_up: u64,
}

/// Tries databases, starting with a seed, until the time is over.
pub(crate) fn run(seed: u64, is_one: bool, time: Duration, server: Option<&Server>) -> Result<String, Finding> {
    let (began, mut figures) = (Instant::now(), Figures::default());
    let mut seed = seed;
    while began.elapsed() < time {
        let tried = panic::catch_unwind(AssertUnwindSafe(|| one(seed, server, &mut figures)));
        let tried = tried.unwrap_or_else(|panicked| {
            if !panicked.is::<GivenUp>() {
                panic::resume_unwind(panicked);
            }
            figures.given_up += 1;
            Ok(())
        });
        if let Some(server) = server {
            server.clear(seed).map_err(|error| format!("the schema is not dropped: {error}"))?;
        }
        tried.map_err(|finding| format!("seed {seed}: {finding}"))?;
        seed += 1;
        if is_one {
            break;
        }
    }
    if figures.databases == 0 {
        return Err(format!("none of {} databases was tried to the end: the oracle is too slow", figures.given_up));
    }
    let on = if server.is_some() { "PostgreSQL" } else { "SQLite" };
    Ok(format!(
        "{on}: {} comparisons with the oracle on {} databases, no difference; {} more databases were given up",
        figures.compared, figures.databases, figures.given_up
    ))
}

fn one(seed: u64, server: Option<&Server>, figures: &mut Figures) -> Result<(), Finding> {
    let mut ground = Ground::new(seed, server).map_err(|error| format!("the database is not made: {error}"))?;
    ground.compare_tables(&"filling them")?;
    for step in 0..STEPS {
        ground.oracle.begin();
        let recording = ground.db.record();
        let tried = try_something(&mut ground);
        let sent = || recording.statements().join("\n");
        tried.map_err(|finding| format!("step {step}: {finding}\nsent:\n{}\n{}", sent(), ground.describe()))?;
    }
    figures.databases += 1;
    figures.compared += ground.compared;
    Ok(())
}

fn try_something(ground: &mut Ground) -> Result<(), Finding> {
    match ground.random.below(12) {
        11 => keys::one(ground),
        10 => queries::firsts(ground),
        0..3 => match ground.random.below(9) {
            0 => queries::rows::<Town>(ground),
            1 => queries::rows::<House>(ground),
            2 => queries::rows::<Person>(ground),
            3 => queries::rows::<Lease>(ground),
            4 => queries::rows::<Payment>(ground),
            5 => queries::rows::<Deed>(ground),
            6 => queries::rows::<Tag>(ground),
            7 => queries::rows::<Note>(ground),
            _ => queries::rows::<BigTown>(ground),
        },
        3 => queries::totals(ground),
        4..8 => loading::relations(ground),
        _ => writes::one(ground),
    }
}

/// The text of a plan, or of the reason why there is no plan.
fn text_of(plan: orm::Result<orm::Plan>) -> String {
    plan.map_or_else(|error| error.to_string(), |plan| plan.to_string())
}
