//! Applying a file statement by statement, outside of a transaction.

use super::failure;
use super::history::History;
use super::script::Script;
use super::step::{Step, Width};
use crate::access::Access;
use crate::db::Kept;
use crate::error::Result;

/// Applies a file.
///
/// # Errors
///
/// Returns the error of a statement, with the statements that ran before it; then the history does not list the file.
pub(super) fn apply(
    step: &Step,
    script: &Script<'_>,
    history: &History,
    width: Width,
    kept: &mut Kept<'_>,
) -> Result<()> {
    for (done, statement) in script.statements.iter().enumerate() {
        let performed = kept.session().perform(statement.text);
        performed.map_err(|error| failure::outside(error, step, &script.statements, done))?;
    }
    let mut session = kept.session();
    session.begin(Access::Write)?;
    let noted = history.note(step, width, &mut session).and_then(|()| session.commit(Access::Write));
    noted.map_err(|error| failure::of_note(error, step))
}
