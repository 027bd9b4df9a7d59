//! Counting the statements of libraries that tell of them as events of `tracing`.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::SetGlobalDefaultError;
use tracing::{Event, Metadata, Subscriber};

use crate::count_statement;

/// Counts each event of a target from now on; the statement is the text of one of its fields.
///
/// # Errors
///
/// Returns an error if it was called before.
pub fn count_events(target: &'static str, field: &'static str) -> Result<(), SetGlobalDefaultError> {
    tracing::subscriber::set_global_default(Counter { target, field })
}

struct Counter {
    target: &'static str,
    field: &'static str,
}

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Asked whether it would be, an event is not one yet.
        !metadata.is_span() && metadata.target() == self.target
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Statement { field: self.field });
    }

    // No span is enabled, so all spans may have the same identifier.

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Statement {
    field: &'static str,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == self.field {
            count_statement(value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
