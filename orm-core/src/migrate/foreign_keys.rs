//! Foreign keys are off while a table is rebuilt, so dropping the old table deletes no rows that refer to it.

use std::fmt::Write as _;

use crate::db::{Kept, Session};
use crate::error::{Error, Result};
use crate::observe::StatementKind;
use crate::row::Tuples;
use crate::sql::ForeignKeySwitch;

/// How many violations an error lists.
const LISTED: usize = 20;

/// A connection, whose foreign keys are switched on again when this is dropped, if they were on before.
pub(super) struct ForeignKeys<'k, 'db> {
    kept: &'k mut Kept<'db>,
    /// The statements that switch them on again.
    switch: Option<&'static ForeignKeySwitch>,
}

impl<'k, 'db> ForeignKeys<'k, 'db> {
    /// Leaves them unchanged.
    pub(super) fn left(kept: &'k mut Kept<'db>) -> Self {
        ForeignKeys { kept, switch: None }
    }

    /// Switches them off, if they are on. This has no effect in a transaction, so it has to come before one.
    pub(super) fn off(kept: &'k mut Kept<'db>, switch: &'static ForeignKeySwitch) -> Result<Self> {
        if !are_on(kept, switch)? {
            return Ok(ForeignKeys { kept, switch: None });
        }
        let keys = ForeignKeys { kept, switch: Some(switch) };
        keys.kept.session().batch(StatementKind::Schema, switch.off)?;
        if are_on(keys.kept, switch)? {
            return Err(Error::migration("foreign keys cannot be switched off on this connection"));
        }
        Ok(keys)
    }

    /// The connection.
    pub(super) fn kept(&mut self) -> &mut Kept<'db> {
        self.kept
    }

    /// Switches them on again.
    pub(super) fn on_again(mut self) -> Result<()> {
        let Some(switch) = self.switch.take() else { return Ok(()) };
        self.kept.session().batch(StatementKind::Schema, switch.on)?;
        if are_on(self.kept, switch)? {
            return Ok(());
        }
        Err(Error::migration("foreign keys could not be switched on again on this connection; restart the program"))
    }
}

impl Drop for ForeignKeys<'_, '_> {
    fn drop(&mut self) {
        let Some(switch) = self.switch else { return };
        let mut session = self.kept.session();
        // They cannot be switched on within a transaction, which would be rolled back later in any case.
        if session.in_transaction() {
            let _ = session.rollback();
        }
        let _ = session.batch(StatementKind::Schema, switch.reset);
        let _ = session.batch(StatementKind::Schema, switch.on);
    }
}

fn are_on(kept: &mut Kept<'_>, switch: &ForeignKeySwitch) -> Result<bool> {
    let mut found = Tuples::<(bool,)>(Vec::new());
    kept.session().look_up(switch.are_on, &[], &mut found)?;
    Ok(found.0 == [(true,)])
}

/// Rows that refer to rows which do not exist.
pub(super) struct Violations(Vec<Violation>);

/// The table, the rowid unless the table has none, and the referenced table.
type Violation = (String, Option<i64>, String);

impl Violations {
    /// The violations in the database.
    pub(super) fn read(session: &mut Session<'_>, switch: &ForeignKeySwitch) -> Result<Self> {
        let mut found = Tuples::<Violation>(Vec::new());
        session.look_up(switch.violations, &[], &mut found)?;
        Ok(Violations(found.0))
    }

    /// A description of the violations that did not exist before.
    pub(super) fn since(self, before: Violations) -> Option<String> {
        let mut new = self.0;
        for known in before.0 {
            if let Some(at) = new.iter().position(|violation| *violation == known) {
                new.swap_remove(at);
            }
        }
        new.sort();
        let mut text = String::new();
        for (table, rowid, parent) in new.iter().take(LISTED) {
            let row = rowid.map_or_else(|| "a row".to_owned(), |rowid| format!("row {rowid}"));
            let separator = if text.is_empty() { "" } else { ", " };
            let _ = write!(text, "{separator}{row} of `{table}` refers to a row of `{parent}`");
        }
        if new.len() > LISTED {
            let _ = write!(text, ", and {} more", new.len() - LISTED);
        }
        (!new.is_empty()).then_some(text)
    }
}
