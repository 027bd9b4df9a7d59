//! Runs futures of tokio-postgres on the thread that calls, with the connection they talk over.
//!
//! There is no runtime: whoever waits for an answer polls the connection itself and lets the system wait for the socket.
//! So no thread is started, none is switched to, and a program may call from within a runtime of its own.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::lost::{Lost, Word};
use super::stop::Stop;
use super::tls::Encrypted;
use super::waiter::{Flag, Waiter, Woken, after};
use super::wire::{Traffic, Watched, Wire};

/// The connection that is polled.
pub(super) type Raw = tokio_postgres::Connection<Watched<Wire>, Encrypted>;

/// A connection to a server, which goes on while something waits for its answers.
pub(super) struct Link {
    waiter: Waiter,
    raw: Option<Raw>,
    pub(super) traffic: Arc<Traffic>,
    /// Wakes the connection.
    talk: Arc<Flag>,
    /// Wakes whoever waits for an answer.
    work: Arc<Flag>,
    lost: Option<Lost>,
    patience: Patience,
    pub(super) stop: Arc<Stop>,
}

/// How long an answer is waited for.
pub(super) struct Patience {
    /// How long nothing may come while an answer is awaited.
    pub(super) silence: Duration,
    /// How long an answer may take to come after the server was told to stop.
    pub(super) stopping: Duration,
    /// Finds out, when nothing has come for that long, whether an answer will. Without it none will.
    pub(super) ask: Option<Ask>,
}

/// Asks a server what one of its processes does.
pub(super) type Ask = Box<dyn Fn(i32) -> Word + Send>;

/// How long an answer is waited for that the server says it has sent.
const UNDERWAY: Duration = Duration::from_secs(1);

impl Link {
    /// Links to a server, by a future that makes the connection of the stream.
    pub(super) fn start<T, Starting>(
        mut waiter: Waiter,
        traffic: Arc<Traffic>,
        starting: Starting,
        timeout: Duration,
    ) -> Result<(T, Link), Lost>
    where
        Starting: Future<Output = Result<(T, Raw), tokio_postgres::Error>>,
    {
        let (client, raw) = waiter.drive(starting, after(timeout))?.map_err(Lost::Said)?;
        traffic.start();
        let stop = Stop::new(waiter.waker().map_err(Lost::Socket)?).into();
        let (talk, work) = (Flag::raised(), Flag::raised());
        let patience = Patience { silence: timeout, stopping: timeout, ask: None };
        Ok((client, Link { waiter, raw: Some(raw), traffic, talk, work, lost: None, patience, stop }))
    }

    /// From now on answers are waited for as long as this.
    pub(super) fn be_patient(&mut self, patience: Patience) {
        self.patience = patience;
    }

    /// Runs a future to its end, and the connection along with it.
    ///
    /// When the connection is lost, the future is told by the library, and [`lost`](Link::lost) knows why.
    pub(super) fn run<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        self.run_all(1, future)
    }

    /// The same for a future of several statements.
    pub(super) fn run_all<T>(&mut self, statements: usize, future: impl Future<Output = T>) -> Option<T> {
        let waker = Waker::from(Arc::clone(&self.work));
        let mut future = pin!(future);
        self.work.raise();
        self.stop.begin();
        self.traffic.begin(statements);
        loop {
            if self.work.take()
                && let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker))
            {
                return Some(value);
            }
            self.go_on();
            if !self.work.is_raised() && !self.wait() {
                return None;
            }
        }
    }

    /// Waits until everything that was asked has been answered, so that the server's word on the transaction is the last.
    pub(super) fn settle(&mut self) {
        self.flush();
        while !self.traffic.is_settled() && !self.is_lost() {
            if !self.wait() {
                return;
            }
            self.go_on();
        }
    }

    /// Reads what has come while nobody asked, such as that the server is going away, without waiting. Sends what is
    /// still to be sent.
    pub(super) fn glance(&mut self) {
        let readiness = Arc::clone(&self.waiter.readiness);
        readiness.thorough.store(true, Relaxed);
        readiness.reading.store(true, Relaxed);
        self.flush();
        readiness.thorough.store(false, Relaxed);
    }

    /// Sends what is still to be sent, as far as the socket takes it.
    pub(super) fn flush(&mut self) {
        self.talk.raise();
        self.go_on();
    }

    /// Whether there is no connection any more.
    pub(super) fn is_lost(&self) -> bool {
        self.raw.is_none()
    }

    /// A parameter that the server has reported.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.raw.as_ref()?.parameter(name)
    }

    /// Why there is no connection any more.
    pub(super) fn lost(&self) -> Option<&Lost> {
        self.lost.as_ref()
    }

    /// Polls the connection as long as it has something to do.
    fn go_on(&mut self) {
        while self.talk.take() {
            let Some(raw) = &mut self.raw else { return };
            let waker = Waker::from(Arc::clone(&self.talk));
            match raw.poll_message(&mut Context::from_waker(&waker)) {
                Poll::Pending => {}
                // A notice, which concerns nobody.
                Poll::Ready(Some(Ok(_))) => self.talk.raise(),
                Poll::Ready(Some(Err(error))) => self.lose(Lost::Said(error)),
                Poll::Ready(None) => self.lose(Lost::Closed),
            }
        }
    }

    /// Waits for the socket. False when there is nothing to wait for any more.
    fn wait(&mut self) -> bool {
        if self.is_lost() {
            return false;
        }
        if let Err(lost) = self.wait_patiently() {
            self.lose(lost);
        }
        self.talk.raise();
        true
    }

    /// Waits for the socket as long as there is hope.
    fn wait_patiently(&mut self) -> Result<(), Lost> {
        loop {
            let is_stopped = self.stop.is_asked()?;
            let most = if is_stopped { self.patience.stopping } else { self.patience.silence };
            match self.waiter.wait(after(most)).map_err(Lost::Socket)? {
                Woken::Ready => return Ok(()),
                Woken::Stopped => {}
                Woken::Late if is_stopped => return Err(Lost::Stopped),
                Woken::Late => self.ask(most)?,
            }
        }
    }

    /// Asks whether an answer can still come, since none did for some time.
    fn ask(&mut self, waited: Duration) -> Result<(), Lost> {
        let Some(ask) = &self.patience.ask else { return Err(Lost::Late) };
        let word = ask(self.traffic.process());
        if word == Word::AtWork {
            return Ok(());
        }
        // The answer may have been sent while the server was asked.
        match self.waiter.wait(after(UNDERWAY)).map_err(Lost::Socket)? {
            Woken::Ready => Ok(()),
            Woken::Stopped | Woken::Late => Err(Lost::Silent { waited, word }),
        }
    }

    /// Drops the connection, upon which the library tells whoever waits.
    fn lose(&mut self, why: Lost) {
        self.raw = None;
        self.lost.get_or_insert(why);
        self.work.raise();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The library's client is gone by now, upon which the connection says goodbye.
        self.glance();
    }
}
