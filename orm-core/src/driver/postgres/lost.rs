//! The reasons for a lost connection.

use std::io;
use std::time::Duration;

use crate::error::Error;

/// The reason for a lost connection.
#[derive(Debug)]
pub(super) enum Lost {
    /// An error of tokio-postgres or the server.
    Said(tokio_postgres::Error),
    /// The socket cannot be waited for.
    Socket(io::Error),
    /// The other side closed it without an error.
    Closed,
    /// The deadline has passed.
    Late,
    /// No answer arrived, and none will.
    Silent { waited: Duration, word: Word },
    /// The program has interrupted the wait, and no answer arrived to that either.
    Stopped,
    /// It is not a server of the requested kind.
    Unwanted(&'static str),
    /// It cannot be protected as requested.
    Unprotected(Error),
}

/// The state of an answer that does not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// It can still arrive: the server is running the statement, or does not report its state.
    AtWork,
    /// The server's process waits for the next statement, so the answer was lost.
    Idle,
    /// The server's process no longer exists.
    Gone,
    /// The server could not be asked in time.
    Unreachable,
}
