//! The budget of a thread: how many calls may be done at once before its other tasks have a turn.

use std::cell::Cell;

/// As many operations as tokio lets a task do in a row.
const MOST: u8 = 128;

thread_local! {
    static DONE: Cell<u8> = const { Cell::new(0) };
}

/// Notes whether a call was done at once, or its task has to wait, which gives the others a turn.
pub(super) fn note(is_done: bool) {
    DONE.set(if is_done { DONE.get().saturating_add(1) } else { 0 });
}

/// Whether the next call has to let other tasks have a turn first.
pub(super) fn is_spent() -> bool {
    DONE.get() >= MOST
}
