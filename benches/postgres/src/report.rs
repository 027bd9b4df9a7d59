//! The results, as lines for a terminal and as Markdown.

use std::fmt::Write as _;
use std::time::Duration;

use crate::contender::{CONTENDERS, HAND};
use crate::measure::{Measured, Outcome};
use crate::proxy::DELAY;

/// The medians of one case, for a terminal.
pub(crate) fn line(outcome: &Outcome) -> String {
    let figures = outcome.measured.iter().map(|measured| format!(" {}: {};", measured.name, figure(outcome, measured)));
    format!("{:62}{}", outcome.case.describe(), figures.collect::<String>())
}

/// All tables.
pub(crate) fn markdown(outcomes: &[Outcome], version: &str, rounds: usize) -> String {
    let mut text = format!(
        "<!-- Written by `cargo run --release --manifest-path benches/postgres/Cargo.toml`; do not edit. -->\n\n\
         PostgreSQL {version} on the same machine; {} cores; medians of {rounds} rounds, in brackets the minima.\n",
        std::thread::available_parallelism().map_or(0, usize::from),
    );
    let (far, near): (Vec<&Outcome>, Vec<&Outcome>) = outcomes.iter().partition(|outcome| outcome.case.is_far);
    table(&mut text, "Time, as a ratio to that by hand", &near);
    let delay = DELAY.as_millis();
    table(&mut text, &format!("With a delay of {delay} ms: time in ms, and round trips"), &far);
    text
}

/// A table with a column for each contender that was measured.
fn table(text: &mut String, title: &str, outcomes: &[&Outcome]) {
    let is_shown = |name: &&str| outcomes.iter().any(|outcome| outcome.of(name).is_some());
    let shown: Vec<&str> = CONTENDERS.iter().map(|entry| entry.name).filter(is_shown).collect();
    if shown.is_empty() {
        return;
    }
    // Writing into a `String` cannot fail.
    let _ = writeln!(text, "\n## {title}\n\n| | {} |\n|---{}|", shown.join(" | "), "|--:".repeat(shown.len()));
    for outcome in outcomes {
        let _ = write!(text, "| {}", outcome.case.describe());
        for name in &shown {
            let figure = outcome.of(name).map_or_else(|| "–".to_owned(), |measured| figure(outcome, measured));
            let _ = write!(text, " | {figure}");
        }
        text.push_str(" |\n");
    }
}

fn figure(outcome: &Outcome, measured: &Measured) -> String {
    match measured.trips {
        Some(trips) => trips_and_time(measured, trips),
        None if measured.name == HAND => format!("{} ms", significant(millis(measured.median()))),
        None => ratio(outcome, measured),
    }
}

/// `3.42 (3.31), 2.0 trips`
fn trips_and_time(measured: &Measured, trips: f64) -> String {
    let (median, minimum) = (millis(measured.median()), millis(measured.minimum()));
    format!("{} ({}), {trips:.1} trips", significant(median), significant(minimum))
}

/// `1.23 (1.20)`
fn ratio(outcome: &Outcome, measured: &Measured) -> String {
    let Some(hand) = outcome.hand() else { return String::new() };
    let median = millis(measured.median()) / millis(hand.median());
    let minimum = millis(measured.minimum()) / millis(hand.minimum());
    format!("{} ({})", significant(median), significant(minimum))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A number with two or three significant digits.
fn significant(number: f64) -> String {
    if number >= 10.0 { format!("{number:.0}") } else { format!("{number:.2}") }
}
