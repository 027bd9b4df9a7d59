//! Measures all contenders at a case, and compares their checksums.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use bench_common::Result;

use crate::plan::{CONTENDERS, Case, EXPERT, ORM};
use crate::process::{Measured, Programs, Turn};

/// An item that takes longer than this number of nanoseconds runs once: a short busy period hardly changes its result.
const LONG: u64 = 5_000_000_000;

/// What all contenders measured at one case, in the order of [`CONTENDERS`].
pub(crate) struct Outcome {
    pub(crate) case: Case,
    pub(crate) cells: Vec<Cell>,
}

/// What one contender measured at one case.
pub(crate) enum Cell {
    Measured(Measured),
    /// It does not take part.
    Absent,
    /// It took longer than allowed.
    Over,
    /// It ended with an error.
    Failed,
}

impl Outcome {
    pub(crate) fn measured(&self, contender: usize) -> Option<&Measured> {
        match &self.cells[contender] {
            Cell::Measured(measured) => Some(measured),
            _ => None,
        }
    }
}

/// Measures case after case.
pub(crate) struct Measuring {
    programs: Programs,
    taking_part: Vec<bool>,
    rounds: usize,
    outcomes: Vec<Outcome>,
}

impl Measuring {
    pub(crate) fn new(programs: Programs, taking_part: Vec<bool>, rounds: usize) -> Self {
        Measuring { programs, taking_part, rounds, outcomes: Vec::new() }
    }

    pub(crate) fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Gives each contender its turn, round after round, so that a busy period of the machine affects all of them.
    pub(crate) fn measure(&mut self, case: Case, database: &Path) -> Result<&Outcome> {
        let mut cells: Vec<Cell> = (0..CONTENDERS.len()).map(|contender| self.first(contender, &case)).collect();
        for round in 0..self.rounds {
            for (contender, cell) in cells.iter_mut().enumerate() {
                self.turn(contender, &case, round, database, cell)?;
            }
            if round == 0 {
                self.check(&case, &cells, database)?;
            }
        }
        self.outcomes.push(Outcome { case, cells });
        Ok(&self.outcomes[self.outcomes.len() - 1])
    }

    /// The outcomes that are known before the first turn: a contender that took too long also takes too long for more work.
    fn first(&self, contender: usize, case: &Case) -> Cell {
        let was_over =
            |outcome: &Outcome| case.contains(&outcome.case) && matches!(outcome.cells[contender], Cell::Over);
        if !self.taking_part[contender] {
            Cell::Absent
        } else if self.outcomes.iter().any(was_over) {
            Cell::Over
        } else {
            Cell::Measured(Measured::default())
        }
    }

    fn turn(&self, number: usize, case: &Case, round: usize, database: &Path, cell: &mut Cell) -> Result<()> {
        let Cell::Measured(so_far) = cell else { return Ok(()) };
        if so_far.times.first().is_some_and(|first| *first > LONG) {
            return Ok(());
        }
        let contender = &CONTENDERS[number];
        match self.programs.time(contender, case, database, so_far)? {
            Turn::Done if round == 0 => self.programs.count(contender, case, database, so_far)?,
            Turn::Done => {}
            Turn::Absent => *cell = Cell::Absent,
            Turn::Over => *cell = Cell::Over,
            Turn::Failed(problem) if matches!(number, ORM | EXPERT) => {
                return Err(format!("{} failed at {}: {problem}", contender.name, case.work.item).into());
            }
            Turn::Failed(problem) => {
                eprintln!("{} failed at {}: {problem}", contender.name, case.work.item);
                *cell = Cell::Failed;
            }
        }
        Ok(())
    }

    /// Checks that all contenders have read the same as the expert. A contender that does a part of the work is compared with the same
    /// part of the expert.
    fn check(&self, case: &Case, cells: &[Cell], database: &Path) -> Result<()> {
        let mut expected: BTreeMap<usize, u64> = BTreeMap::new();
        for (contender, cell) in CONTENDERS.iter().zip(cells) {
            let Cell::Measured(measured) = cell else { continue };
            let (work, part) = contender.part(case.work);
            let expected = match expected.entry(part) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(place) => *place.insert(self.programs.checksum(&CONTENDERS[EXPERT], work, database)?),
            };
            if expected != measured.checksum {
                return Err(
                    format!("{} and {} did not read the same rows", contender.name, CONTENDERS[EXPERT].name).into()
                );
            }
        }
        Ok(())
    }
}
