//! Applying migrations: one after the other, with a lock, each in a transaction or statement by statement.

use super::dependents::Dependents;
use super::foreign_keys::{ForeignKeys, Violations};
use super::history::History;
use super::lock::Locked;
use super::plan::Plan;
use super::script::{Script, Way};
use super::step::{Step, Work};
use super::{failure, outside};
use crate::access::Access;
use crate::db::{Committed, Kept, On, Transaction};
use crate::error::{Error, Result};
use crate::observe::StatementKind;
use crate::sql::Migrating;

/// Applies pending steps, and calls a function with each applied step.
pub(super) fn run(plan: &Plan, on: On<'_>, applied: impl FnMut(&Step)) -> Result<()> {
    if on.is_transaction() {
        return Err(Error::migration(
            "migrations cannot run in a transaction, since `run` begins one for each of them; pass the database to `run`",
        ));
    }
    let migrating = migrating(on)?;
    // The history is read before anything is locked, because usually nothing is pending.
    let history = on.run(Access::Read, |session| History::read(session, migrating))?;
    let pending = plan.pending(&history)?;
    pending.iter().try_for_each(|step| Script::of(step, on.dialect(), migrating).map(drop))?;
    if pending.is_empty() {
        return Ok(());
    }
    let mut runner = Runner { plan, on, migrating, applied, committed: Vec::new() };
    let done = runner.run(&history.table);
    // Tables may have been created or changed, even if a step failed.
    on.db().catalog().forget();
    done
}

/// How migrations run on the database.
pub(super) fn migrating(on: On<'_>) -> Result<&'static Migrating> {
    on.dialect().migrating().ok_or_else(|| Error::unsupported("migrations do not run on this database"))
}

struct Runner<'r, F> {
    plan: &'r Plan,
    on: On<'r>,
    migrating: &'static Migrating,
    applied: F,
    /// What functions passed to `on_commit`, to be called when the connection is free, because it may use the database.
    committed: Vec<Committed>,
}

impl<F: FnMut(&Step)> Runner<'_, F> {
    fn run(&mut self, table: &str) -> Result<()> {
        loop {
            let kept = Kept::lend(self.on.db())?;
            let mut locked = Locked::take(kept, self.migrating.lock.as_ref(), table, self.plan.patience)?;
            let is_done = self.run_on(locked.kept())?;
            drop(locked);
            self.committed.clear();
            if is_done {
                return Ok(());
            }
        }
    }

    /// Applies steps on a connection. Returns false if a step has changed the session of the connection, so that the
    /// next step needs another connection.
    fn run_on(&mut self, kept: &mut Kept<'_>) -> Result<bool> {
        let plan = self.plan;
        loop {
            let history = History::read(&mut kept.session(), self.migrating)?;
            let Some(step) = plan.pending(&history)?.first().copied() else { return Ok(true) };
            let script = Script::of(step, self.on.dialect(), self.migrating)?;
            let is_applied = match script.way {
                Way::NoTransaction if !plan.only_notes => {
                    outside::apply(step, &script, &history, history.width(&plan.steps), kept).map(|()| true)
                }
                _ => self.apply(step, &script, kept),
            }?;
            if is_applied {
                (self.applied)(step);
            }
            if is_applied && script.changes_session {
                return Ok(false);
            }
        }
    }

    /// Applies a step in a transaction. Returns false if another program has applied a step since the history was read.
    fn apply(&mut self, step: &Step, script: &Script<'_>, kept: &mut Kept<'_>) -> Result<bool> {
        let switch = self.migrating.foreign_keys.as_ref().filter(|_| script.way == Way::ForeignKeysOff);
        let mut keys = match switch {
            Some(switch) => ForeignKeys::off(kept, switch)?,
            None => ForeignKeys::left(kept),
        };
        let tx = keys.kept().begin(self.plan.patience)?;
        let on = On::new(&tx, self.on.caller());
        let history = on.run(Access::Write, |session| History::read(session, self.migrating))?;
        if self.plan.pending(&history)?.first().is_none_or(|next| next.version != step.version) {
            return Ok(false);
        }
        let noted = on.run(Access::Write, |session| {
            if let (Some(set), Some(limit)) = (self.migrating.lock_timeout, self.plan.lock_timeout) {
                session.batch(StatementKind::Transaction, &set(limit))?;
            }
            // First, because the file may change the schema.
            history.note(step, history.width(&self.plan.steps), session)
        });
        match noted {
            // Another program has recorded it, on a server whose locks have no effect.
            Err(error) if error.is_unique_violation() => return Ok(false),
            noted => noted?,
        }
        let violations = |on: On<'_>| {
            let found = switch.map(|switch| on.run(Access::Write, |session| Violations::read(session, switch)));
            found.transpose().map_err(|error| failure::of_check(error, step))
        };
        let before = violations(on)?;
        let there =
            switch.map(|switch| on.run(Access::Write, |session| Dependents::read(session, switch))).transpose()?;
        if !self.plan.only_notes {
            work(step, script, &tx, on)?;
        }
        if let Some(there) = there {
            on.run(Access::Write, |session| there.compare(step, script, session))?;
        }
        if let (Some(before), Some(after)) = (before, violations(on)?)
            && let Some(new) = after.since(before)
        {
            return Err(failure::of_foreign_keys(step, &new));
        }
        let committed = tx.end_by_commit().map_err(|error| failure::of_commit(error, step))?;
        drop(tx);
        self.committed.push(committed);
        keys.on_again()?;
        Ok(true)
    }
}

/// Does the work of a step.
fn work(step: &Step, script: &Script<'_>, tx: &Transaction<'_>, on: On<'_>) -> Result<()> {
    match &step.work {
        Work::Function(function) => function(tx).map_err(|error| failure::of_function(error, step)),
        Work::Sql { .. } => script.statements.iter().try_for_each(|statement| {
            let done = on.run(Access::Write, |session| session.perform(statement.text));
            done.map_err(|error| failure::of_statement(error, step, *statement))
        }),
    }
}
