//! Triggers that vanish with a table that a file replaces by a copy.

use crate::db::Session;
use crate::error::Result;
use crate::row::Tuples;
use crate::sql::ForeignKeySwitch;

/// The triggers of the database, each with its table.
pub(super) struct Triggers(Vec<(String, String)>);

impl Triggers {
    /// Those of the database as it is.
    pub(super) fn read(session: &mut Session<'_>, switch: &ForeignKeySwitch) -> Result<Self> {
        let mut found = Tuples::<(String, String)>(Vec::new());
        session.look_up(switch.triggers, &[], &mut found)?;
        Ok(Triggers(found.0))
    }

    /// Those that were there before and are gone, though the file never names them.
    pub(super) fn lost_since(&self, before: &Triggers, file: &str) -> Option<String> {
        let is_lost = |trigger: &&(String, String)| !self.0.contains(trigger) && !file.contains(&trigger.0);
        let lost: Vec<String> =
            before.0.iter().filter(is_lost).map(|(name, table)| format!("`{name}` of `{table}`")).collect();
        (!lost.is_empty()).then(|| lost.join(", "))
    }
}
