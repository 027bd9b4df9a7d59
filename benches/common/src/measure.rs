//! Measures one contender at one work item, in a separate process.
//!
//! A contender has two programs: one is timed, the other counts allocations and statements, which costs time.

use std::alloc::System;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use stats_alloc::{Region, StatsAlloc};

use crate::{Contender, Item, Open, Result, Work};

static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// What takes longer needs no run to warm up: statements are prepared and pages read in a small part of that time.
const LONG: Duration = Duration::from_millis(700);

/// Some libraries report a statement on another thread, after they returned its rows.
const LATE: Duration = Duration::from_millis(20);

/// Counts a statement that was sent, unless it only begins or ends a transaction.
pub fn count_statement(sql: &str) {
    let controls = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"];
    if !controls.iter().any(|word| sql.starts_with(word)) {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
    }
}

/// The most memory that the process ever held, in KiB; `None` where the system does not tell.
#[must_use]
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// The timed program: runs once to warm up unless that takes long, then until the time given is over, and prints what was measured.
#[must_use]
pub fn time_main(open: Open) -> ExitCode {
    end(Task::from_args().and_then(|task| time(&task, open)))
}

/// The counting program: runs once to warm up unless that takes long, and once more, and prints what was counted.
#[must_use]
pub fn count_main(open: Open, allocator: &StatsAlloc<System>) -> ExitCode {
    end(Task::from_args().and_then(|task| count(&task, open, allocator)))
}

/// `contender item students times seconds database`
struct Task {
    contender: String,
    work: Work,
    time: Duration,
    database: String,
}

impl Task {
    fn from_args() -> Result<Task> {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let [contender, item, students, times, seconds, database] = &args[..] else {
            return Err("arguments: contender item students times seconds database".into());
        };
        let item = Item::named(item).ok_or_else(|| format!("no work item is called {item}"))?;
        Ok(Task {
            contender: contender.clone(),
            work: Work { item, students: students.parse()?, times: times.parse()? },
            time: Duration::from_secs_f64(seconds.parse()?),
            database: database.clone(),
        })
    }
}

fn time(task: &Task, open: Open) -> Result<()> {
    let mut contender = open(&task.contender, Path::new(&task.database), false)?;
    contender.prepare(task.work)?;
    let start = Instant::now();
    let Some(checksum) = contender.run(task.work)? else {
        println!("absent");
        return Ok(());
    };
    let first = start.elapsed();
    println!("checksum {checksum}");
    if let Some(peak) = peak_memory() {
        println!("peak {peak}");
    }
    if first > LONG {
        println!("time {}", first.as_nanos());
        return Ok(());
    }
    let began = Instant::now();
    let mut runs = 0;
    while runs == 0 || (runs < 1_000 && began.elapsed() < task.time) {
        contender.prepare(task.work)?;
        let start = Instant::now();
        let again = contender.run(task.work)?;
        let elapsed = start.elapsed();
        if again != Some(checksum) {
            return Err("two runs read different rows".into());
        }
        println!("time {}", elapsed.as_nanos());
        runs += 1;
    }
    Ok(())
}

fn count(task: &Task, open: Open, allocator: &StatsAlloc<System>) -> Result<()> {
    let mut contender = open(&task.contender, Path::new(&task.database), true)?;
    let start = Instant::now();
    let mut counts = count_once(task, &mut *contender, allocator)?;
    if start.elapsed() <= LONG {
        counts = count_once(task, &mut *contender, allocator)?;
    }
    let (allocations, statements) = counts;
    println!("allocations {allocations}");
    println!("statements {statements}");
    Ok(())
}

/// The allocations and the statements of one run.
fn count_once(task: &Task, contender: &mut dyn Contender, allocator: &StatsAlloc<System>) -> Result<(usize, u64)> {
    contender.prepare(task.work)?;
    sleep(LATE);
    STATEMENTS.store(0, Ordering::Relaxed);
    let region = Region::new(allocator);
    contender.run(task.work)?;
    let change = region.change();
    sleep(LATE);
    Ok((change.allocations + change.reallocations, STATEMENTS.load(Ordering::Relaxed)))
}

fn end(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
