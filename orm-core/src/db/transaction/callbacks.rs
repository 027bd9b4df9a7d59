//! What is called after a transaction was committed.

/// Functions to call after the commit, in their order, each with the number of savepoints that were open when it was
/// passed.
#[derive(Default)]
pub(super) struct Callbacks(Vec<(usize, Box<dyn FnOnce() + Send>)>);

impl Callbacks {
    /// Adds a function, while `depth` savepoints are open.
    pub(super) fn push(&mut self, depth: usize, callback: impl FnOnce() + Send + 'static) {
        self.0.push((depth, Box::new(callback)));
    }

    /// Moves the functions of a released savepoint to the transaction around it.
    pub(super) fn keep(&mut self, savepoint: usize) {
        self.0.iter_mut().for_each(|(depth, _)| *depth = (*depth).min(savepoint - 1));
    }

    /// Drops the functions of a savepoint that was rolled back.
    pub(super) fn forget(&mut self, savepoint: usize) {
        self.0.retain(|(depth, _)| *depth < savepoint);
    }
}

/// Calls the functions when it is dropped: the transaction was committed, and its connection is free.
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
