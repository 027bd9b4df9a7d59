//! Makes system calls of processes that write fail, one after the other: the process gets an error or goes on, it never panics,
//! and what was acknowledged is there when the file is opened again.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::ledger::{self, Acknowledged};
use crate::random::Random;

/// How many pieces of work a process does.
const WORK: usize = 12;

const EIO: i32 = 5;
const EMFILE: i32 = 24;
const ENOSPC: i32 = 28;

/// What fails, and with which errors.
const KINDS: [(&str, &[i32]); 4] =
    [("open", &[EMFILE, EIO]), ("write", &[EIO, ENOSPC]), ("sync", &[EIO, ENOSPC]), ("truncate", &[EIO])];

/// Opens the file and works, and goes on after errors, which it tells.
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

/// An error says what is wrong.
fn told(error: &orm::Error) -> Result<String, String> {
    let text = error.to_string();
    if text.is_empty() { Err("an error without words".to_owned()) } else { Ok(text) }
}

/// What was tried.
#[derive(Default)]
struct Figures {
    calls: u64,
    acknowledged: usize,
}

/// Lets calls fail until the time is over: one call after the other of each kind, in a process of its own.
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
                // There are no more such calls: the same for other work.
                (way.number, way.seed) = (0, way.seed + 1);
            }
        }
    }
    let Figures { calls, acknowledged } = figures;
    Ok(format!("{calls} system calls failed: no panic, and all of {acknowledged} acknowledged rows are there"))
}

/// A way in which calls fail, and how far it was tried.
struct Way {
    kind: &'static str,
    error: i32,
    often: &'static str,
    /// The number of the call that fails next.
    number: u64,
    seed: u64,
}

fn ways_of(kind: &'static str, errors: &'static [i32], seed: u64) -> impl Iterator<Item = Way> {
    let way = move |error: i32, often| Way { kind, error, often, number: 0, seed };
    errors.iter().flat_map(move |&error| ["once", "always"].map(|often| way(error, often)))
}

/// The library that makes calls fail: cargo builds it beside this program.
fn shim() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let shim = program.parent()?.join("libshim.so");
    (cfg!(target_os = "linux") && shim.exists()).then_some(shim)
}

/// Runs a process in which a call fails; `false` if it did not come to that call.
fn failing(shim: &Path, seed: u64, fault: &str, figures: &mut Figures) -> Result<bool, String> {
    let folder = tempfile::tempdir().expect("a folder is created");
    let path = folder.path().join("faulty.db");
    // Half of the files hold something already.
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
