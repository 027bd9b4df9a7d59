//! The errors of migrations that failed: which file, where in it, and what became of it.

use std::fmt::Write as _;

use super::step::Step;
use crate::error::Error;
use crate::sql::Statement;

/// How many letters of a statement an error shows.
const SHOWN: usize = 160;

/// A statement that failed in its transaction.
pub(super) fn of_statement(error: Error, step: &Step, statement: Statement<'_>) -> Error {
    let before = format!("migration `{}` failed in line {}: ", step.label(), statement.line);
    let wait = if error.is_busy() {
        "; the statement waited too long for a lock: try again when others use the table less, or allow more by \
         `Migrations::lock_timeout`"
    } else {
        ""
    };
    let after = format!("; the statement is `{}`; the file was rolled back{wait}", excerpt(statement));
    error.of_migration(before, after)
}

/// A function that failed.
pub(super) fn of_function(error: Error, step: &Step) -> Error {
    error.of_migration(format!("migration {} failed: ", step.label()), "; what it changed was rolled back".to_owned())
}

/// A transaction that could not be committed.
pub(super) fn of_commit(error: Error, step: &Step) -> Error {
    let became = if error.is_outcome_unknown() { "" } else { "; it was rolled back" };
    error.of_migration(format!("migration `{}` could not be committed: ", step.label()), became.to_owned())
}

/// Foreign keys that cannot be checked, as where one refers to columns that are no unique key.
pub(super) fn of_check(error: Error, step: &Step) -> Error {
    let before = format!("the foreign keys cannot be checked for migration `{}`: ", step.label());
    error.of_migration(before, "; the file was rolled back".to_owned())
}

/// Rows that refer to nothing since foreign keys were off.
pub(super) fn of_foreign_keys(step: &Step, violations: &str) -> Error {
    Error::migration(format!(
        "migration `{}` leaves rows that refer to rows which do not exist: {violations}; the file was rolled back; delete or \
         change these rows in it",
        step.label()
    ))
}

/// Triggers that went with their table.
pub(super) fn of_triggers(step: &Step, lost: &str) -> Error {
    Error::migration(format!(
        "migration `{}` drops triggers with their table: {lost}; the file was rolled back; create them again at its end, or drop \
         them in it by name",
        step.label()
    ))
}

/// A statement that failed outside of a transaction, after some others were run.
pub(super) fn outside(error: Error, step: &Step, statements: &[Statement<'_>], done: usize) -> Error {
    let number = statements.len();
    let line = statements.get(done).map_or(1, |statement| statement.line);
    let before = format!("migration `{}` failed in line {line}, statement {} of {number}: ", step.label(), done + 1);
    let (run, rest) = statements.split_at(done);
    let mut after = "; it runs outside of a transaction, so nothing was rolled back".to_owned();
    let _ = write!(after, "; done: {}; not done: {}", listed(run), listed(rest));
    after.push_str(
        "; the file counts as not applied and will run from its beginning: revert what is done, or write the file so that it can \
         run again. A `CREATE INDEX CONCURRENTLY` that failed leaves an invalid index, which has to be dropped",
    );
    error.of_migration(before, after)
}

/// A file of which all statements are done, and that could not be noted.
pub(super) fn of_note(error: Error, step: &Step) -> Error {
    let before =
        format!("all statements of migration `{}` are done, and the history could not note it: ", step.label());
    error.of_migration(before, "; it counts as not applied and will run again from its beginning".to_owned())
}

fn listed(statements: &[Statement<'_>]) -> String {
    if statements.is_empty() {
        return "nothing".to_owned();
    }
    let listed: Vec<String> =
        statements.iter().map(|statement| format!("line {} `{}`", statement.line, excerpt(*statement))).collect();
    listed.join(", ")
}

/// The beginning of a statement in one line.
fn excerpt(statement: Statement<'_>) -> String {
    let words: Vec<&str> = statement.text.trim_end_matches(';').split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}
