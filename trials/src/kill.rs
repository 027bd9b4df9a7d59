//! Kills writing processes at random times, and checks their files.

use std::io::{BufRead as _, BufReader};
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::ledger::{self, Acknowledged};
use crate::random::Random;

/// The number of writing threads of a process.
const WRITERS: u64 = 3;

/// Writes until it is killed.
pub(crate) fn child(path: &Path, seed: u64) -> Result<String, String> {
    let db = ledger::open(path).map_err(|error| format!("the file does not open: {error}"))?;
    let writer = |number: u64| {
        let (db, mut random) = (db.clone(), Random::new(seed + number));
        thread::spawn(move || {
            loop {
                if let Err(error) = ledger::work(&db, &mut random) {
                    return error.to_string();
                }
            }
        })
    };
    let writers: Vec<_> = (0..WRITERS).map(writer).collect();
    let ended = writers.into_iter().map(|writer| writer.join().unwrap_or_else(|_| "it panicked".to_owned()));
    Err(format!("nothing keeps a writer from writing: {:?}", ended.collect::<Vec<_>>()))
}

/// The number of processes that write to one file, one after the other.
const ROUNDS_OF_A_FILE: usize = 30;

/// Kills one process for each round.
pub(crate) fn run(seed: u64, rounds: u64) -> Result<String, String> {
    let mut number = 0;
    for first in (0..rounds).step_by(ROUNDS_OF_A_FILE) {
        let of_file = first..rounds.min(first + ROUNDS_OF_A_FILE as u64);
        number += one_file(seed, of_file)?;
    }
    Ok(format!("{rounds} processes were killed: all of {number} acknowledged rows are there, and no graph in part"))
}

/// Kills processes that write to one file. Returns the number of rows that they had acknowledged.
fn one_file(seed: u64, rounds: Range<u64>) -> Result<usize, String> {
    let folder = tempfile::tempdir().expect("a folder is created");
    let path = folder.path().join("killed.db");
    let mut acknowledged = Acknowledged::new();
    for round in rounds {
        let mut random = Random::new(seed.wrapping_add(round));
        let wait = Duration::from_micros(random.bits() % 120_000);
        killed_after(&path, random.bits() % 1_000_000, wait, &mut acknowledged)?;
        ledger::check(&path, &acknowledged).map_err(|finding| format!("round {round}: {finding}"))?;
    }
    Ok(acknowledged.len())
}

/// Starts a writing process, and kills it some time after its first line.
fn killed_after(path: &Path, seed: u64, wait: Duration, acknowledged: &mut Acknowledged) -> Result<(), String> {
    let program = std::env::current_exe().expect("the program has a path");
    let mut child = Command::new(program)
        .args(["kill-child", "--seed", &seed.to_string(), "--file"])
        .arg(path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output is read"));
    let mut first = String::new();
    // A process without output ended by itself, which is detected below.
    let _ = lines.read_line(&mut first);
    let reader = thread::spawn(move || {
        let (mut told, mut line) = (vec![first], String::new());
        // The process's output before the kill is still in the pipe. A line without an end is not counted.
        while lines.read_line(&mut line).is_ok_and(|read| read > 0) && line.ends_with('\n') {
            told.push(std::mem::take(&mut line));
        }
        told
    });
    thread::sleep(wait);
    child.kill().expect("the process is killed");
    let status = child.wait().expect("the process ends");
    let told = reader.join().expect("the lines are read");
    if let Some(code) = status.code() {
        return Err(format!("the process ended by itself, with {code}"));
    }
    for line in told {
        ledger::note(line.trim_end(), acknowledged);
    }
    Ok(())
}
