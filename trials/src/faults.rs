//! Makes the system calls of writing processes fail, one after the other. The process gets an error or goes on and
//! never panics, and all acknowledged writes are there when the file is opened again.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::ledger::{self, Acknowledged};
use crate::random::Random;

/// The number of pieces of work of a process.
const WORK: usize = 12;

const EIO: i32 = 5;
const EMFILE: i32 = 24;
const ENOSPC: i32 = 28;

/// The kinds of failing calls, with their errors.
const KINDS: [(&str, &[i32]); 4] =
    [("open", &[EMFILE, EIO]), ("write", &[EIO, ENOSPC]), ("sync", &[EIO, ENOSPC]), ("truncate", &[EIO])];

/// Opens the file and works. It goes on after errors, and reports them.
pub(crate) fn child(path: &Path, seed: u64) -> Result<String, String> {
    let mut random = Random::new(seed);
    let db = match ledger::open(path) {
        Ok(db) => db,
        Err(error) => return told(&error),
    };
    for _ in 0..WORK {
        if let Err(error) = ledger::work(&db, &mut random) {
            told(&error)?;
        }
    }
    Ok("the work ended".to_owned())
}

/// The text of an error.
fn told(error: &orm::Error) -> Result<String, String> {
    let text = error.to_string();
    if text.is_empty() { Err("an error without words".to_owned()) } else { Ok(text) }
}

/// The counts of what was tried.
#[derive(Default)]
struct Figures {
    calls: u64,
    acknowledged: usize,
}

/// Lets calls fail until the time is over: one call of each kind after another, in a separate process.
pub(crate) fn run(seed: u64, time: Duration) -> Result<String, String> {
    let Some(shim) = shim() else {
        return Ok(
            "no system call was made to fail: that needs Linux, and `trials/shim` built beside this program".to_owned()
        );
    };
    let (began, mut figures) = (Instant::now(), Figures::default());
    let mut ways: Vec<Way> = KINDS.iter().flat_map(|(kind, errors)| ways_of(kind, errors, seed)).collect();
    while began.elapsed() < time {
        for way in &mut ways {
            let fault = format!("{}:{}:{}:{}:faulty.db", way.kind, way.number, way.error, way.often);
            if failing(&shim, way.seed, &fault, &mut figures)? {
                way.number += 1;
            } else {
                // There are no more such calls, so the next kind of work follows.
                (way.number, way.seed) = (0, way.seed + 1);
            }
        }
    }
    let Figures { calls, acknowledged } = figures;
    Ok(format!("{calls} system calls failed: no panic, and all of {acknowledged} acknowledged rows are there"))
}

/// A way in which calls fail, with the progress of its trial.
struct Way {
    kind: &'static str,
    error: i32,
    often: &'static str,
    /// The number of the next call to fail.
    number: u64,
    seed: u64,
}

fn ways_of(kind: &'static str, errors: &'static [i32], seed: u64) -> impl Iterator<Item = Way> {
    let way = move |error: i32, often| Way { kind, error, often, number: 0, seed };
    errors.iter().flat_map(move |&error| ["once", "always"].map(|often| way(error, often)))
}

/// The library that makes calls fail. Cargo builds it next to this program.
fn shim() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let shim = program.parent()?.join("libshim.so");
    (cfg!(target_os = "linux") && shim.exists()).then_some(shim)
}

/// Runs a process in which a call fails. Returns `false` if the process did not reach the call.
fn failing(shim: &Path, seed: u64, fault: &str, figures: &mut Figures) -> Result<bool, String> {
    let folder = tempfile::tempdir().expect("a folder is created");
    let path = folder.path().join("faulty.db");
    // Half of the files contain rows already.
    if seed.is_multiple_of(2) {
        ledger::open(&path).map_err(|error| format!("the file is not made: {error}"))?;
    }
    let program = std::env::current_exe().expect("the program has a path");
    let output = Command::new(program)
        .args(["faults-child", "--seed", &seed.to_string(), "--file"])
        .arg(&path)
        .env("LD_PRELOAD", shim)
        .env("TRIAL_FAULT", fault)
        .output()
        .expect("a process runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        return Err(format!("{fault}, seed {seed}: {}\n{err}", output.status));
    }
    let mut acknowledged = Acknowledged::new();
    for line in out.lines() {
        ledger::note(line, &mut acknowledged);
    }
    ledger::check(&path, &acknowledged).map_err(|finding| format!("{fault}, seed {seed}: {finding}\n{out}"))?;
    let was_injected = err.contains("fault injected");
    figures.calls += u64::from(was_injected);
    figures.acknowledged += acknowledged.len();
    Ok(was_injected)
}
