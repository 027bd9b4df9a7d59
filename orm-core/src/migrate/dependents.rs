//! What depends on the tables that a file copies: their indexes and triggers, and all views and triggers that name them.

use super::failure;
use super::objects::Objects;
use super::script::Script;
use super::step::Step;
use crate::db::Session;
use crate::error::{Error, Result};
use crate::observe::StatementKind;
use crate::row::Tuples;
use crate::sql::ForeignKeySwitch;

const PROBE: &str = "orm_probe";

/// What a database had before a file.
pub(super) struct Dependents {
    switch: &'static ForeignKeySwitch,
    objects: Objects,
    /// What was broken before the file.
    broken: Vec<Broken>,
}

impl Dependents {
    /// Reads what the database has now.
    pub(super) fn read(session: &mut Session<'_>, switch: &'static ForeignKeySwitch) -> Result<Self> {
        Ok(Dependents {
            switch,
            objects: Objects::read(session, switch)?,
            broken: Broken::read(session, switch, "before")?,
        })
    }

    /// Returns an error if something is missing that the file does not drop by name, or is broken and was not before.
    pub(super) fn compare(&self, step: &Step, script: &Script<'_>, session: &mut Session<'_>) -> Result<()> {
        let quotes = session.dialect().quotes();
        let after = Objects::read(session, self.switch)?;
        let lost = after.lost_since(&self.objects, script, quotes);
        if !lost.is_empty() {
            return Err(failure::of_objects(step, &lost));
        }
        let broken = Broken::read(session, self.switch, "after")?;
        let is_new = |broken: &&Broken| self.broken.iter().all(|known| !known.is_same(broken));
        match broken.iter().find(is_new) {
            Some(Broken { error, table: None }) => Err(failure::of_broken(step, &error.to_string())),
            Some(Broken { error, table: Some(table) }) => {
                let column = error.column().unwrap_or_default();
                let triggers = after.triggers_with(table, column, quotes);
                Err(failure::of_trigger(step, table, &triggers, error))
            }
            None => Ok(()),
        }
    }
}

/// A view or a trigger that names what does not exist.
struct Broken {
    /// The table of the trigger, if the error does not name the trigger.
    table: Option<String>,
    error: Error,
}

impl Broken {
    fn read(session: &mut Session<'_>, switch: &ForeignKeySwitch, when: &str) -> Result<Vec<Broken>> {
        let mut found: Vec<Broken> =
            probe(session, switch)?.into_iter().map(|error| Broken { table: None, error }).collect();
        let mut compiling = Tuples::<(String, String)>(Vec::new());
        session.look_up(switch.compiling, &[], &mut compiling)?;
        for (table, statement) in compiling.0 {
            // A cached statement was compiled before the file, and explaining it does not compile it again.
            if let Err(error) = session.perform(&format!("{statement} -- {when}")) {
                found.push(Broken { table: Some(table), error });
            }
        }
        Ok(found)
    }

    fn is_same(&self, other: &Broken) -> bool {
        (&self.table, self.error.to_string()) == (&other.table, other.error.to_string())
    }
}

/// Returns the error of a view or a trigger that reads what does not exist.
fn probe(session: &mut Session<'_>, switch: &ForeignKeySwitch) -> Result<Option<Error>> {
    let dialect = session.dialect();
    session.batch(StatementKind::Transaction, &dialect.savepoint(PROBE))?;
    let probed = switch.probe.iter().try_for_each(|statement| session.batch(StatementKind::Schema, statement));
    session.batch(StatementKind::Transaction, &dialect.roll_back_to(PROBE))?;
    session.batch(StatementKind::Transaction, &dialect.release(PROBE))?;
    Ok(probed.err())
}
