//! The prepared statements of a connection: as many as are allowed, the last used ones.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use tokio_postgres::Statement;

use super::value::{Shape, is_narrow};
use crate::sql::postgres::changes_session;

/// A prepared statement.
pub(super) struct Prepared {
    pub(super) raw: Statement,
    /// How the values of its columns travel.
    pub(super) shapes: Box<[Shape]>,
    /// A number can be beyond the type of a parameter.
    pub(super) is_narrow: bool,
    /// Running it changes what the next user of the connection would meet.
    pub(super) changes_session: bool,
}

impl Prepared {
    pub(super) fn new(raw: Statement, text: &str) -> Arc<Self> {
        let shapes = Shape::of_columns(raw.columns());
        let is_narrow = raw.params().iter().any(is_narrow);
        Arc::new(Prepared { raw, shapes, is_narrow, changes_session: changes_session(text) })
    }

    /// The same statement, whose values of unknown types come as text.
    pub(super) fn with_text(raw: Statement, text: &str) -> Arc<Self> {
        let shapes = Shape::of_columns_with_text(raw.columns());
        let is_narrow = raw.params().iter().any(is_narrow);
        Arc::new(Prepared { raw, shapes, is_narrow, changes_session: changes_session(text) })
    }
}

/// How it shows that a prepared statement does not fit the tables any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stale {
    /// The server refused it.
    Refused,
    /// A value did not fit what the statement took when it was prepared, and was not sent.
    Unsent,
}

/// Prepared statements by their texts.
pub(super) struct Statements {
    kept: HashMap<Box<str>, Kept, RandomState>,
    most: usize,
    clock: u64,
}

struct Kept {
    prepared: Arc<Prepared>,
    /// The same text with wider parameters.
    wide: Option<Arc<Prepared>>,
    used: u64,
}

impl Statements {
    /// Keeps at most so many.
    pub(super) fn new(most: usize) -> Self {
        Statements { kept: HashMap::default(), most, clock: 0 }
    }

    pub(super) fn get(&mut self, text: &str) -> Option<Arc<Prepared>> {
        self.clock += 1;
        let kept = self.kept.get_mut(text)?;
        kept.used = self.clock;
        Some(Arc::clone(&kept.prepared))
    }

    /// The statement of a text with wider parameters.
    pub(super) fn wide(&self, text: &str) -> Option<Arc<Prepared>> {
        self.kept.get(text)?.wide.clone()
    }

    /// Keeps a statement with wider parameters beside that of the same text.
    pub(super) fn keep_wide(&mut self, text: &str, prepared: &Arc<Prepared>) {
        if let Some(kept) = self.kept.get_mut(text) {
            kept.wide = Some(Arc::clone(prepared));
        }
    }

    pub(super) fn keep(&mut self, text: &str, prepared: &Arc<Prepared>) {
        if self.most == 0 {
            return;
        }
        if self.kept.len() >= self.most {
            self.drop_oldest();
        }
        self.kept.insert(text.into(), Kept { prepared: Arc::clone(prepared), wide: None, used: self.clock });
    }

    /// Forgets a statement that is of no use any more.
    pub(super) fn forget(&mut self, text: &str) {
        self.kept.remove(text);
    }

    fn drop_oldest(&mut self) {
        let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(text, _)| text.clone());
        if let Some(text) = oldest {
            self.kept.remove(&text);
        }
    }
}
