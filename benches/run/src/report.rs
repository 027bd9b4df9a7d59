//! The results, as lines for a terminal and as Markdown.

use std::fmt::Write as _;

use crate::measure::{Cell, Outcome};
use crate::options::Options;
use crate::plan::{CONTENDERS, EXPERT, thousands};
use crate::process::Measured;

const NONE: &str = "–";

/// The medians of one case, for a terminal.
pub(crate) fn line(outcome: &Outcome) -> String {
    let mut text = format!("{:58}", outcome.case.describe());
    for (contender, cell) in CONTENDERS.iter().zip(&outcome.cells) {
        // Writing into a `String` cannot fail.
        let _ = write!(text, " {}: {};", contender.name, time(outcome, cell));
    }
    text
}

/// All tables.
pub(crate) fn markdown(outcomes: &[Outcome], options: &Options) -> String {
    let mut text = format!(
        "<!-- Written by `cargo run --release --manifest-path benches/Cargo.toml -p run`; do not edit. -->\n\n\
         SQLite {}, a file in WAL mode; {} cores; medians of {} rounds, in brackets the minima. What took longer than \
         {} s was ended, and not tried at larger sizes.\n\n",
        rusqlite::version(),
        std::thread::available_parallelism().map_or(0, usize::from),
        options.rounds(),
        options.limit().as_secs_f64(),
    );
    table(&mut text, "Time, as a ratio to the expert's", outcomes, time);
    table(&mut text, "Peak memory of the process, in MiB", outcomes, |_, cell| {
        figure(cell, |measured| measured.peak.map(|kib| format!("{:.1}", decimal(kib) / 1024.0)))
    });
    table(&mut text, "Allocations", outcomes, |_, cell| figure(cell, |measured| measured.allocations.map(count)));
    table(&mut text, "Statements", outcomes, |_, cell| figure(cell, |measured| measured.statements.map(count)));
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A table with a column for each contender that was measured at all.
fn table(text: &mut String, title: &str, outcomes: &[Outcome], show: impl Fn(&Outcome, &Cell) -> String) {
    let is_shown = |contender: usize| {
        outcomes.iter().any(|outcome| !matches!(&outcome.cells[contender], Cell::Absent | Cell::Failed))
    };
    let shown: Vec<usize> = (0..CONTENDERS.len()).filter(|&contender| is_shown(contender)).collect();
    // Writing into a `String` cannot fail.
    let _ = write!(text, "## {title}\n\n|");
    for &contender in &shown {
        let _ = write!(text, " | {}", CONTENDERS[contender].name);
    }
    let _ = writeln!(text, " |\n|---{}|", "|--:".repeat(shown.len()));
    for outcome in outcomes {
        let _ = write!(text, "| {}", outcome.case.describe());
        for &contender in &shown {
            let _ = write!(text, " | {}", show(outcome, &outcome.cells[contender]));
        }
        text.push_str(" |\n");
    }
    text.push('\n');
}

/// `1.23 (1.20)`; the expert's own time in milliseconds.
fn time(outcome: &Outcome, cell: &Cell) -> String {
    let measured = match cell {
        Cell::Measured(measured) => measured,
        Cell::Absent => return NONE.to_owned(),
        Cell::Over => return "too long".to_owned(),
        Cell::Failed => return "fails".to_owned(),
    };
    let Some(expert) = outcome.measured(EXPERT) else { return NONE.to_owned() };
    if std::ptr::eq(expert, measured) {
        return format!("{} ms", significant(decimal(measured.median()) / 1e6));
    }
    let median = decimal(measured.median()) / decimal(expert.median());
    let minimum = decimal(measured.minimum()) / decimal(expert.minimum());
    format!("{} ({})", significant(median), significant(minimum))
}

fn figure(cell: &Cell, figure: impl Fn(&Measured) -> Option<String>) -> String {
    let measured = if let Cell::Measured(measured) = cell { figure(measured) } else { None };
    measured.unwrap_or_else(|| NONE.to_owned())
}

/// A number with two or three significant digits.
fn significant(number: f64) -> String {
    if number >= 10.0 { format!("{number:.0}") } else { format!("{number:.2}") }
}

fn count(number: u64) -> String {
    thousands(usize::try_from(number).unwrap_or(usize::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "the values are far below 2^53, up to which an `f64` is exact")]
fn decimal(number: u64) -> f64 {
    number as f64
}
