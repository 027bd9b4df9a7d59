//! Short reads, which a task does itself: handing them to a worker and back would take longer.

use std::collections::HashMap;
use std::panic::Location;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::lane::Lane;
use crate::db::{Attempt, Db, briefly};

/// How long a read is short: it blocks the thread of the task no longer than other work between two awaits.
const SHORT: Duration = Duration::from_micros(50);

/// The reads that were not short, by the place in the program.
#[derive(Default)]
pub(super) struct Places(Mutex<HashMap<usize, Long>>);

/// How the last reads from one place went.
#[derive(Default)]
struct Long {
    /// How many of those that were tried were not short, one after the other.
    times: u32,
    /// How many of the next ones are not tried.
    left_out: u32,
}

impl Long {
    /// The most times that are counted: at most 1,024 reads are left out.
    const MOST: u32 = 5;

    /// Notes a read that was not short. Each time, four times as many are left out, so that reads which never are short
    /// cost nothing.
    fn note(&mut self) {
        self.times = Long::MOST.min(self.times + 1);
        self.left_out = 4_u32.pow(self.times);
    }

    fn leave_out(&mut self) -> bool {
        let is_left_out = self.left_out > 0;
        self.left_out = self.left_out.saturating_sub(1);
        is_left_out
    }
}

impl Places {
    /// Reads on the calling thread. Returns false if a worker has to do it: nothing was done then.
    pub(super) fn read(
        &self,
        lane: &Arc<Lane>,
        caller: &'static Location<'static>,
        db: &Db,
        attempt: &mut Attempt<'_>,
    ) -> bool {
        if self.lock().get_mut(&address(caller)).is_some_and(Long::leave_out) {
            return false;
        }
        let Some(_permit) = lane.take_if_calm(caller, db) else { return false };
        let began = Instant::now();
        let Some(is_whole) = briefly(db, SHORT, attempt) else { return false };
        self.note(caller, is_whole && began.elapsed() < SHORT);
        is_whole
    }

    fn note(&self, caller: &'static Location<'static>, was_short: bool) {
        let mut places = self.lock();
        if was_short {
            places.remove(&address(caller));
        } else {
            places.entry(address(caller)).or_default().note();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<usize, Long>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn address(place: &'static Location<'static>) -> usize {
    ptr::from_ref(place).addr()
}

#[cfg(test)]
mod tests;
