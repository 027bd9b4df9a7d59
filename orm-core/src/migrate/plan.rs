//! Which migrations are pending, and whether they match the history.

use std::path::Path;
use std::time::Duration;

use super::history::{History, Row};
use super::read;
use super::step::{Step, shown};
use crate::error::{Error, Result};

/// The migrations of a program, and how they run.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    /// The error of a step that was not added.
    pub(super) problem: Option<Error>,
    /// The folder from which the steps were compiled.
    pub(super) folder: Option<&'static str>,
    /// How long a statement may wait for a lock, in a transaction.
    pub(super) lock_timeout: Option<Duration>,
    /// Whether steps are only recorded in the history.
    pub(super) only_notes: bool,
    /// How long to wait while others migrate.
    pub(super) patience: Duration,
}

impl Plan {
    /// The steps by version.
    ///
    /// # Errors
    ///
    /// Returns an error for two steps with the same version, or for a step that was not added.
    pub(super) fn sorted(&self) -> Result<Vec<&Step>> {
        if let Some(problem) = &self.problem {
            return Err(problem.clone());
        }
        self.check_compiled()?;
        let mut steps: Vec<&Step> = self.steps.iter().collect();
        steps.sort_by_key(|step| step.version);
        match steps.windows(2).find(|pair| pair[0].version == pair[1].version) {
            None => Ok(steps),
            Some(pair) => Err(Error::migration(format!(
                "`{}` and `{}` have the same version; rename the newer one to `{}`",
                pair[0].label(),
                pair[1].label(),
                pair[1].file_with_version(self.next_version(None))
            ))),
        }
    }

    /// Refuses to run if the folder has files that were added after the program was compiled.
    fn check_compiled(&self) -> Result<()> {
        let Some(folder) = self.folder else { return Ok(()) };
        let labels: Vec<String> = self.steps.iter().map(Step::label).collect();
        match read::labels(Path::new(folder))?.iter().find(|label| !labels.contains(label)) {
            None => Ok(()),
            Some(new) => Err(Error::migration(format!(
                "`{new}` is in `{folder}`, and the program was compiled before that; compile it again. Cargo does so \
                 automatically if `build.rs` prints `cargo:rerun-if-changed=` with the folder"
            ))),
        }
    }

    /// The steps that have to be applied to a database with this history, by version.
    ///
    /// # Errors
    ///
    /// Returns an error for applied steps that were changed or are missing, and for steps that are too late.
    pub(super) fn pending(&self, history: &History) -> Result<Vec<&Step>> {
        let steps = self.sorted()?;
        let step_of = |row: &Row| steps.iter().copied().find(|step| step.version == row.version);
        let missing: Vec<&Row> = history.rows.iter().filter(|row| step_of(row).is_none()).collect();
        if !missing.is_empty() {
            return Err(of_missing(&missing));
        }
        let pairs = history.rows.iter().filter_map(|row| Some((row, step_of(row)?)));
        let changed: Vec<(&Row, &Step)> = pairs.filter(|(row, step)| !row.is_same(step)).collect();
        let next = self.next_version(Some(history));
        if let Some((_, last)) = changed.last() {
            return Err(of_changed(&changed, &last.file_with_version(next)));
        }
        let pending: Vec<&Step> = steps.into_iter().filter(|step| history.row(step.version).is_none()).collect();
        let last = history.last();
        let is_late = |step: &Step| !step.out_of_order && last.is_some_and(|last| step.version < last.version);
        match (pending.iter().find(|step| is_late(step)), last) {
            (Some(late), Some(last)) => Err(Error::migration(format!(
                "`{}` is not applied, and `{}` with a greater version is: they come from two branches. Rename the first to `{}`; \
                 or, if it may run after the other, begin its name with `U` in place of `V`",
                late.label(),
                shown(last.version, &last.name),
                late.file_with_version(next)
            ))),
            _ => Ok(pending),
        }
    }

    /// The version after all others.
    fn next_version(&self, history: Option<&History>) -> i64 {
        let applied = history.and_then(History::last).map_or(0, |row| row.version);
        self.steps.iter().map(|step| step.version).fold(applied, i64::max).saturating_add(1)
    }
}

fn of_missing(missing: &[&Row]) -> Error {
    let labels: Vec<String> = missing.iter().map(|row| format!("`{}.sql`", shown(row.version, &row.name))).collect();
    Error::migration(format!(
        "the database has migrations that the program does not have: {}; restore the files, or start the version of the program \
         that has them",
        labels.join(", ")
    ))
}

fn of_changed(changed: &[(&Row, &Step)], next: &str) -> Error {
    let labels: Vec<String> = changed
        .iter()
        .map(|(row, step)| {
            let when = format!("applied on {}", row.applied_on);
            let renamed = (row.name != step.name).then(|| format!(" as `{}`", shown(row.version, &row.name)));
            format!("`{}`, {when}{}", step.label(), renamed.unwrap_or_default())
        })
        .collect();
    Error::migration(format!(
        "migrations were changed after they were applied: {}; restore them as they were, and write the change as a new file, such \
         as `{next}`",
        labels.join("; ")
    ))
}
