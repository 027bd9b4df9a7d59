//! What is called when a transaction was committed.

/// Functions to call after the commit, in their order, each with the number of savepoints that were open when it was given.
#[derive(Default)]
pub(super) struct Callbacks(Vec<(usize, Box<dyn FnOnce() + Send>)>);

impl Callbacks {
    /// Adds a function, so many savepoints being open.
    pub(super) fn push(&mut self, depth: usize, callback: impl FnOnce() + Send + 'static) {
        self.0.push((depth, Box::new(callback)));
    }

    /// Gives those of a savepoint that was kept to the part of the transaction around it.
    pub(super) fn keep(&mut self, savepoint: usize) {
        self.0.iter_mut().for_each(|(depth, _)| *depth = (*depth).min(savepoint - 1));
    }

    /// Drops those of a savepoint that was undone.
    pub(super) fn forget(&mut self, savepoint: usize) {
        self.0.retain(|(depth, _)| *depth < savepoint);
    }
}

/// What is called when it is dropped: a transaction was committed, and its connection is free.
pub(crate) struct Committed(Callbacks);

impl Committed {
    pub(super) fn new(callbacks: Callbacks) -> Self {
        Committed(callbacks)
    }
}

impl Drop for Committed {
    fn drop(&mut self) {
        self.0.0.drain(..).for_each(|(_, callback)| callback());
    }
}
