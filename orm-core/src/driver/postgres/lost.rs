//! Why there is no connection any more.

use std::io;
use std::time::Duration;

use crate::error::Error;

/// Why there is no connection any more.
#[derive(Debug)]
pub(super) enum Lost {
    /// What the library or the server said.
    Said(tokio_postgres::Error),
    /// The socket cannot be waited for.
    Socket(io::Error),
    /// The other side closed it without a word.
    Closed,
    /// The deadline has passed.
    Late,
    /// No answer came, and none will.
    Silent { waited: Duration, word: Word },
    /// The program has interrupted the wait, and no answer came to that either.
    Stopped,
    /// It is not the server that is wanted.
    Unwanted(&'static str),
    /// It cannot be protected as is wanted.
    Unprotected(Error),
}

/// What becomes of an answer that does not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// It can still come: the server is at work, or does not tell.
    AtWork,
    /// The server's process waits for the next statement, so that the answer has got lost.
    Idle,
    /// The server's process is gone.
    Gone,
    /// Nobody could be asked in time.
    Unreachable,
}
