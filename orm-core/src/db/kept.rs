//! A connection that is checked out for several transactions, and for statements between them.

use std::thread;
use std::time::{Duration, Instant};

use super::{Db, Session, Transaction};
use crate::access::Access;
use crate::driver::{Connection, Lease};
use crate::error::Result;

/// The pause before another attempt to lock what another connection has locked.
const PAUSE: Duration = Duration::from_millis(20);

/// A connection that writes, checked out for several transactions and for statements between them.
pub(crate) struct Kept<'db> {
    db: &'db Db,
    lease: Lease<'db>,
}

impl<'db> Kept<'db> {
    /// Checks out a connection.
    pub(crate) fn lend(db: &'db Db) -> Result<Self> {
        Ok(Kept { db, lease: db.pool().lend(Access::Write)? })
    }

    /// The session of statements outside of transactions.
    pub(crate) fn session(&mut self) -> Session<'_> {
        Session::new(self.lease.connection(), self.db)
    }

    /// Begins a write transaction. While another connection has the database locked, it tries again, for at most
    /// `patience`.
    pub(crate) fn begin(&mut self, patience: Duration) -> Result<Transaction<'_>> {
        let since = Instant::now();
        loop {
            match self.session().begin(Access::Write) {
                Err(error) if error.is_busy() && since.elapsed() < patience => thread::sleep(PAUSE),
                begun => break begun?,
            }
        }
        Ok(Transaction::begun(self.db, Access::Write, Lease::new(Lent(self.lease.connection()))))
    }
}

/// The connection, borrowed by a transaction.
struct Lent<'c>(&'c mut (dyn Connection + 'static));

impl AsMut<dyn Connection> for Lent<'_> {
    fn as_mut(&mut self) -> &mut (dyn Connection + 'static) {
        self.0
    }
}
