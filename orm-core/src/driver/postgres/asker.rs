//! Asks a server, over a second connection, whether it is still running a statement whose answer does not arrive.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::error::SqlState;

use super::address::Address;
use super::dial::log_in;
use super::lost::{Lost, Word};
use super::now::now;
use super::target::Target;

/// Asks a server about other connections.
pub(super) struct Asker {
    pub(super) address: Arc<Address>,
    pub(super) target: Target,
    pub(super) timeout: Duration,
}

impl Asker {
    /// What the server reports about one of its processes.
    pub(super) fn ask(&self, process: i32) -> Word {
        match self.try_ask(process) {
            Ok(word) => word,
            Err(Lost::Said(error)) => refused(&error),
            Err(_) => Word::Unreachable,
        }
    }

    fn try_ask(&self, process: i32) -> Result<Word, Lost> {
        let (client, mut link, _) = log_in(&self.target, &self.address, self.timeout)?;
        let question = format!(
            "SELECT pg_catalog.pg_backend_pid(), pid, state, wait_event \
             FROM (SELECT 1) AS one LEFT JOIN pg_catalog.pg_stat_activity ON pid = {process}"
        );
        let answer = now(link.run(client.simple_query(&question))).ok_or(Lost::Closed)?.map_err(Lost::Said)?;
        let own = link.traffic.process().to_string();
        let row = answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        // The statement always has a row, so this is not its answer.
        let Some(row) = row else { return Ok(Word::Unreachable) };
        if row.get(0) != Some(&own) {
            // A connection pooler has its own process numbers, and so do servers that are not PostgreSQL.
            return Ok(Word::AtWork);
        }
        Ok(word(row.get(1).is_some(), row.get(2), row.get(3)))
    }
}

/// What the state of a process means for the thread that waits for its answer.
fn word(is_there: bool, state: Option<&str>, waits_for: Option<&str>) -> Word {
    // A process that reads from its client, or writes to it, waits for something that will not happen.
    let waits = matches!(waits_for, Some("ClientRead" | "ClientWrite"));
    match state {
        _ if !is_there => Word::Gone,
        Some(state) if state.starts_with("idle") || waits => Word::Idle,
        _ => Word::AtWork,
    }
}

/// What it means if a server refuses the connection.
fn refused(error: &tokio_postgres::Error) -> Word {
    match error.code() {
        // It was restarted.
        Some(code) if *code == SqlState::CANNOT_CONNECT_NOW => Word::Gone,
        // It has too many connections, for example, which says nothing about existing ones.
        Some(_) => Word::AtWork,
        None => Word::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_process_that_works_is_waited_for() {
        assert_eq!(word(false, None, None), Word::Gone);
        assert_eq!(word(true, Some("active"), None), Word::AtWork);
        assert_eq!(word(true, Some("active"), Some("PgSleep")), Word::AtWork);
        assert_eq!(word(true, Some("active"), Some("ClientWrite")), Word::Idle);
        assert_eq!(word(true, Some("idle in transaction"), Some("ClientRead")), Word::Idle);
        // It does not report its state.
        assert_eq!(word(true, Some("disabled"), None), Word::AtWork);
        assert_eq!(word(true, None, None), Word::AtWork);
    }
}
