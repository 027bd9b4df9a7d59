//! Tables of what was measured.

use std::fmt::Write as _;

use load_common::{Item, Measured, Result};

use crate::contenders::HAND;
use crate::places::Engine;

/// What one contender measured at one load.
pub(crate) struct Outcome {
    name: &'static str,
    turns: Vec<Measured>,
    problem: Option<String>,
}

/// What all contenders measured with a number of tasks.
pub(crate) struct Part {
    pub(crate) tasks: usize,
    pub(crate) outcomes: Vec<Outcome>,
}

/// The tables.
#[derive(Default)]
pub(crate) struct Report {
    tables: Vec<String>,
}

impl Outcome {
    pub(crate) fn new(name: &'static str) -> Outcome {
        Outcome { name, turns: Vec::new(), problem: None }
    }

    pub(crate) fn add(&mut self, turn: std::result::Result<Measured, String>) {
        match turn {
            Ok(measured) => self.turns.push(measured),
            Err(problem) => {
                eprintln!("{}: {problem}", self.name);
                self.problem = Some(problem);
            }
        }
    }

    /// The median of the turns.
    fn median(&self, figure: impl Fn(&Measured) -> f64) -> Option<f64> {
        let mut figures: Vec<f64> = self.turns.iter().map(figure).collect();
        figures.sort_unstable_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().filter(|_| self.problem.is_none())
    }
}

/// Refuses contenders that read different rows.
pub(crate) fn compare(outcomes: &[Outcome]) -> Result<()> {
    let sums = outcomes.iter().flat_map(|outcome| outcome.turns.iter().map(|turn| (outcome.name, turn.checksum)));
    let sums: Vec<(&str, u64)> = sums.collect();
    match sums.windows(2).find(|two| two[0].1 != two[1].1) {
        Some(two) => Err(format!("{} and {} read different rows", two[0].0, two[1].0).into()),
        None => Ok(()),
    }
}

impl Report {
    pub(crate) fn add(&mut self, engine: Engine, item: Item, parts: Vec<Part>) {
        let mut table = format!("### {}: {}\n\n", engine.describe(), item.describe());
        table.push_str("| tasks | | a second | to hand | half within, ms | 99 % within, ms | processor, µs | MiB |\n");
        table.push_str("|--:|---|--:|--:|--:|--:|--:|--:|\n");
        for part in parts {
            let hand = part.outcomes.iter().find(|outcome| outcome.name == HAND);
            let hand = hand.and_then(|hand| hand.median(|turn| turn.per_second));
            for outcome in &part.outcomes {
                let _ = writeln!(table, "{}", row(part.tasks, outcome, hand));
            }
        }
        self.tables.push(table);
    }

    pub(crate) fn last(&self) -> &str {
        self.tables.last().map_or("", String::as_str)
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text = String::from("<!-- Written by benches/load. -->\n");
        for table in &self.tables {
            let _ = write!(text, "\n{table}");
        }
        text
    }
}

fn row(tasks: usize, outcome: &Outcome, hand: Option<f64>) -> String {
    let name = outcome.name;
    let Some(per_second) = outcome.median(|turn| turn.per_second) else {
        return format!("| {tasks} | {name} | fails | | | | | |");
    };
    let to_hand = hand.map_or_else(|| "–".to_owned(), |hand| format!("{:.2}", per_second / hand));
    let figure = |figure: fn(&Measured) -> f64| outcome.median(figure).unwrap_or_default();
    format!(
        "| {tasks} | {name} | {} | {to_hand} | {:.3} | {:.3} | {:.0} | {:.0} |",
        thousands(per_second),
        figure(|turn| turn.median),
        figure(|turn| turn.p99),
        figure(|turn| turn.worked),
        figure(|turn| turn.memory),
    )
}

/// A number with a comma before each three digits.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(checksum: u64, per_second: f64) -> Measured {
        Measured { checksum, per_second, median: 0.5, p99: 2.25, worked: 81.4, memory: 12.6 }
    }

    #[test]
    fn a_row_has_medians_and_the_ratio() {
        let mut outcome = Outcome::new("orm");
        for per_second in [900.0, 12_345.0, 1_100.0] {
            outcome.add(Ok(measured(1, per_second)));
        }
        assert_eq!(row(16, &outcome, Some(1_000.0)), "| 16 | orm | 1,100 | 1.10 | 0.500 | 2.250 | 81 | 13 |");
        outcome.add(Err("the server is gone".to_owned()));
        assert_eq!(row(16, &outcome, None), "| 16 | orm | fails | | | | | |");
    }

    #[test]
    fn contenders_that_read_different_rows_are_refused() {
        let (mut one, mut other) = (Outcome::new("one"), Outcome::new("other"));
        one.add(Ok(measured(1, 1.0)));
        other.add(Ok(measured(1, 2.0)));
        assert!(compare(&[]).is_ok());
        other.add(Ok(measured(2, 2.0)));
        assert!(compare(&[one, other]).is_err());
    }

    #[test]
    fn numbers_have_commas() {
        assert_eq!([7.2, 999.6, 1_234_567.0].map(thousands), ["7", "1,000", "1,234,567"]);
    }
}
