//! The requests of a task: keys that are spread over the table, and new students.

use bench_common::data::{self, NewStudent};

use crate::{Contender, Item, Result};

/// The students in the database, whose keys count from 1.
pub const STUDENTS: i64 = 10_000;

/// The students of one request.
const AT_ONCE: i64 = 100;

/// The requests of one task, one after the other.
pub(crate) struct Asking {
    item: Item,
    place: i64,
    new: Box<dyn Iterator<Item = NewStudent> + Send>,
}

impl Asking {
    /// Each task begins with another key.
    pub(crate) fn new(item: Item, task: usize) -> Self {
        let place = i64::try_from(task).unwrap_or_default() * 7_919;
        Asking { item, place, new: Box::new(data::students(usize::MAX)) }
    }

    /// Sends the next request, and returns its checksum.
    pub(crate) async fn next<C: Contender>(&mut self, contender: &C) -> Result<u64> {
        // Consecutive keys are far apart.
        self.place += 104_729;
        match self.item {
            Item::Find => contender.find(self.place % STUDENTS + 1).await,
            Item::Request => {
                let above = self.place % (STUDENTS - AT_ONCE);
                contender.request(above, above + AT_ONCE).await
            }
            Item::Insert => contender.insert(self.new.next().ok_or("there are no more new students")?).await,
        }
    }
}
