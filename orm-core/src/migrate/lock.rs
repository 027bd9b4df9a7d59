//! The lock that prevents two programs from migrating a database at the same time.

use std::hash::{Hash as _, Hasher as _};
use std::thread;
use std::time::{Duration, Instant};

use siphasher::sip::SipHasher13;

use crate::db::Kept;
use crate::error::{Error, Result};
use crate::row::Tuples;
use crate::sql::SessionLock;

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// A connection that holds the lock, and releases it when this is dropped. SQLite has no such lock: a write transaction is enough.
pub(super) struct Locked<'db> {
    kept: Kept<'db>,
    held: Option<(&'static SessionLock, i64)>,
}

impl<'db> Locked<'db> {
    /// Acquires the lock of a history by the name of its table, and tries for at most `patience`.
    ///
    /// It never waits in the server, because `CREATE INDEX CONCURRENTLY` waits for sessions that do.
    pub(super) fn take(
        mut kept: Kept<'db>,
        lock: Option<&'static SessionLock>,
        table: &str,
        patience: Duration,
    ) -> Result<Self> {
        let Some(lock) = lock else { return Ok(Locked { kept, held: None }) };
        let (key, began) = (key(table), Instant::now());
        let text = (lock.acquire)(key);
        loop {
            let mut taken = Tuples::<(bool,)>(Vec::new());
            kept.session().look_up(&text, &[], &mut taken)?;
            if taken.0 == [(true,)] {
                return Ok(Locked { kept, held: Some((lock, key)) });
            }
            if began.elapsed() >= patience {
                return Err(Error::migration(
                    "another program has been migrating the database for longer than `Migrations::patience`; wait until it is \
                     done, or end it",
                ));
            }
            thread::sleep(PAUSE);
        }
    }

    /// The connection.
    pub(super) fn kept(&mut self) -> &mut Kept<'db> {
        &mut self.kept
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        if let Some((lock, key)) = self.held {
            // If this fails, the connection is lost, and the lock is released with it.
            let _ = self.kept.session().look_up(&(lock.release)(key), &[], &mut Tuples::<(bool,)>(Vec::new()));
        }
    }
}

/// The number of a lock.
fn key(table: &str) -> i64 {
    let mut hasher = SipHasher13::new();
    "orm migrations".hash(&mut hasher);
    table.hash(&mut hasher);
    hasher.finish().cast_signed()
}
