//! The status of each migration.

use std::fmt;

use super::history::History;
use super::plan::Plan;
use super::step::{Step, shown};
use crate::error::Result;
use crate::value::Timestamp;

/// A migration that [`run`](super::Migrations::run) applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// Its version.
    pub version: i64,
    /// Its name: `create_students` of `V1__create_students.sql`.
    pub name: String,
}

/// A migration and its status; see [`Migrations::status`](super::Migrations::status).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Its version.
    pub version: i64,
    /// Its name: `create_students` of `V1__create_students.sql`.
    pub name: String,
    /// Whether it was applied.
    pub state: State,
}

/// Whether a migration was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It was applied at this time.
    Applied(Timestamp),
    /// It is not applied yet.
    Pending,
    /// It was applied at this time, and its file was changed since.
    Changed(Timestamp),
    /// It was applied at this time, and the program does not have it.
    Missing(Timestamp),
}

impl Applied {
    pub(super) fn of(step: &Step) -> Self {
        Applied { version: step.version, name: step.name.clone() }
    }
}

/// The status of the steps of a plan, and of steps that only the history has, by version.
pub(super) fn status(plan: &Plan, history: &History) -> Result<Vec<Status>> {
    let steps = plan.sorted()?;
    let mut found = Vec::with_capacity(steps.len());
    for step in &steps {
        let state = match history.row(step.version) {
            None => State::Pending,
            Some(row) if row.is_same(step) => State::Applied(row.applied_on()?),
            Some(row) => State::Changed(row.applied_on()?),
        };
        found.push(Status { version: step.version, name: step.name.clone(), state });
    }
    for row in history.rows.iter().filter(|row| !steps.iter().any(|step| step.version == row.version)) {
        let state = State::Missing(row.applied_on()?);
        found.push(Status { version: row.version, name: row.name.clone(), state });
    }
    found.sort_by_key(|status| status.version);
    Ok(found)
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self.version, &self.name))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", shown(self.version, &self.name), self.state)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |moment: &Timestamp| moment.text().unwrap_or_default();
        match self {
            State::Applied(on) => write!(f, "applied on {} UTC", text(on)),
            State::Pending => f.write_str("pending"),
            State::Changed(on) => write!(f, "changed since it was applied on {} UTC", text(on)),
            State::Missing(on) => write!(f, "applied on {} UTC, and missing", text(on)),
        }
    }
}
