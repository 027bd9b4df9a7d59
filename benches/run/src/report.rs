//! What was measured, as lines for a terminal and as Markdown.

use std::fmt::Write as _;

use crate::Outcome;
use crate::plan::{CONTENDERS, EXPERT, thousands};
use crate::process::Measured;

/// The medians of one case, for a terminal.
pub(crate) fn line(outcome: &Outcome) -> String {
    let mut text = format!("{:58}", outcome.case.describe());
    for (contender, measured) in CONTENDERS.iter().zip(&outcome.measured) {
        let cell = measured.as_ref().map_or("–".to_owned(), |measured| time(outcome, measured));
        // Writing into a `String` cannot fail.
        let _ = write!(text, " {}: {cell};", contender.name);
    }
    text
}

/// All tables.
pub(crate) fn markdown(outcomes: &[Outcome], rounds: usize) -> String {
    let mut text = format!(
        "<!-- Written by `cargo run --release --manifest-path benches/Cargo.toml -p run`; do not edit. -->\n\n\
         SQLite {}, a file in WAL mode; {} cores; medians of {rounds} rounds, in brackets the minima.\n\n",
        rusqlite::version(),
        std::thread::available_parallelism().map_or(0, usize::from),
    );
    table(&mut text, "Time, as a ratio to the expert's", outcomes, time);
    table(&mut text, "Peak memory of the process, in MiB", outcomes, |_, measured| {
        measured.peak.map_or("–".to_owned(), |kib| format!("{:.1}", decimal(kib) / 1024.0))
    });
    table(&mut text, "Allocations", outcomes, |_, measured| count(measured.allocations));
    table(&mut text, "Statements", outcomes, |_, measured| count(measured.statements));
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// How many times the expert's median a contender's is; none where the expert did not take part.
pub(crate) fn ratio(outcome: &Outcome, contender: usize) -> Option<f64> {
    let expert = outcome.measured[EXPERT].as_ref()?;
    Some(decimal(outcome.measured[contender].as_ref()?.median()) / decimal(expert.median()))
}

fn table(text: &mut String, title: &str, outcomes: &[Outcome], cell: impl Fn(&Outcome, &Measured) -> String) {
    // Writing into a `String` cannot fail.
    let _ = write!(text, "## {title}\n\n|");
    for contender in &CONTENDERS {
        let _ = write!(text, " | {}", contender.name);
    }
    let _ = writeln!(text, " |\n|---{}|", "|--:".repeat(CONTENDERS.len()));
    for outcome in outcomes {
        let _ = write!(text, "| {}", outcome.case.describe());
        for measured in &outcome.measured {
            let _ = write!(text, " | {}", measured.as_ref().map_or("–".to_owned(), |measured| cell(outcome, measured)));
        }
        text.push_str(" |\n");
    }
    text.push('\n');
}

/// `1.23 (1.20)`; the expert's own time in milliseconds.
fn time(outcome: &Outcome, measured: &Measured) -> String {
    let Some(expert) = &outcome.measured[EXPERT] else { return "–".to_owned() };
    if std::ptr::eq(expert, measured) {
        return format!("{} ms", significant(decimal(measured.median()) / 1e6));
    }
    let median = decimal(measured.median()) / decimal(expert.median());
    let minimum = decimal(measured.minimum()) / decimal(expert.minimum());
    format!("{} ({})", significant(median), significant(minimum))
}

/// Two or three digits that count.
fn significant(number: f64) -> String {
    if number >= 10.0 { format!("{number:.0}") } else { format!("{number:.2}") }
}

fn count(number: u64) -> String {
    thousands(usize::try_from(number).unwrap_or(usize::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "times and sizes lie far below the point at which it begins")]
fn decimal(number: u64) -> f64 {
    number as f64
}
