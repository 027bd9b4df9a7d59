//! The origin of some work: the place in the program, the task, and its span.

use std::panic::Location;
use std::task::Context;

use tracing::Span;

use crate::observe::Task;

/// The origin of some work.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) caller: &'static Location<'static>,
    span: Span,
    task: Task,
}

impl Origin {
    /// The origin of a call of a task that is being polled.
    pub(super) fn of(caller: &'static Location<'static>, context: &Context<'_>) -> Self {
        Origin { caller, span: Span::current(), task: Task::of(context.waker()) }
    }

    /// Does the work in the span of the task, so that its statements are logged there.
    pub(super) fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        self.span.in_scope(|| self.task.scope(work))
    }
}
