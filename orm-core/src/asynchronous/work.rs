//! Work that a worker runs once, or that a task attempts until all answers have arrived.

use crate::db::On;
use crate::error::{Error, Result};

/// Some work that runs once, or is attempted until it has all answers.
pub(super) trait Work<T>: Send {
    /// Does it.
    fn run(self, on: On<'_>) -> Result<T>;

    /// Attempts it; `None` if it cannot be.
    fn attempt(&mut self, on: On<'_>) -> Option<Result<T>>;

    /// Whether it can be attempted.
    const REPEATS: bool;
}

/// Work that runs once.
pub(super) struct Once<F>(pub(super) F);

impl<T, F: FnOnce(On<'_>) -> Result<T> + Send> Work<T> for Once<F> {
    const REPEATS: bool = false;

    fn run(self, on: On<'_>) -> Result<T> {
        (self.0)(on)
    }

    fn attempt(&mut self, _: On<'_>) -> Option<Result<T>> {
        None
    }
}

/// Work that can be repeated with its input.
pub(super) struct Again<Given, T> {
    pub(super) given: Given,
    pub(super) work: fn(&Given, On<'_>) -> Result<T>,
}

impl<Given: Send, T> Work<T> for Again<Given, T> {
    const REPEATS: bool = true;

    fn run(self, on: On<'_>) -> Result<T> {
        (self.work)(&self.given, on)
    }

    fn attempt(&mut self, on: On<'_>) -> Option<Result<T>> {
        Some((self.work)(&self.given, on))
    }
}

/// Work that consumes its input, and can be repeated with a copy.
pub(super) struct Anew<Given, T> {
    pub(super) given: Option<Given>,
    /// Copies it. Work that cannot be copied sends nothing, so the first attempt is the last.
    pub(super) again: fn(&Given) -> Option<Given>,
    pub(super) work: fn(Given, On<'_>) -> Result<T>,
}

impl<Given: Send, T> Work<T> for Anew<Given, T> {
    const REPEATS: bool = true;

    fn run(mut self, on: On<'_>) -> Result<T> {
        self.given
            .take()
            .map_or_else(|| Err(Error::invalid("the work was done already")), |given| (self.work)(given, on))
    }

    fn attempt(&mut self, on: On<'_>) -> Option<Result<T>> {
        let given = self.given.as_ref().and_then(self.again).or_else(|| self.given.take())?;
        Some((self.work)(given, on))
    }
}
