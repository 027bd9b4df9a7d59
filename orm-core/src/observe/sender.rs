//! The sender of statements: a thread, or a task whose statements other threads send.

#[cfg(debug_assertions)]
use std::cell::Cell;
#[cfg(feature = "async")]
use std::task::Waker;
#[cfg(debug_assertions)]
use std::thread::{self, ThreadId};

#[cfg(debug_assertions)]
thread_local! {
    /// The task for which this thread works.
    static TASK: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The sender of statements.
#[cfg(debug_assertions)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Sender {
    Thread(ThreadId),
    Task(usize),
}

#[cfg(debug_assertions)]
impl Sender {
    /// The sender of this thread's statements.
    pub(super) fn current() -> Self {
        TASK.get().map_or_else(|| Sender::Thread(thread::current().id()), Sender::Task)
    }
}

/// A task of a runtime. In a release build it is empty and takes no space.
#[cfg(feature = "async")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task {
    /// The address of its waker's data: the waker of a task stays the same while it runs.
    #[cfg(debug_assertions)]
    waker: usize,
}

#[cfg(feature = "async")]
impl Task {
    /// The task of a waker.
    pub(crate) fn of(waker: &Waker) -> Self {
        #[cfg(not(debug_assertions))]
        let _ = waker;
        Task {
            #[cfg(debug_assertions)]
            waker: waker.data().addr(),
        }
    }

    /// Does some work, whose statements belong to the task.
    pub(crate) fn scope<T>(self, work: impl FnOnce() -> T) -> T {
        #[cfg(debug_assertions)]
        TASK.set(Some(self.waker));
        let value = work();
        #[cfg(debug_assertions)]
        TASK.set(None);
        value
    }
}
