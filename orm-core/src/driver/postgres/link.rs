//! Running futures of tokio-postgres together with their connection.
//!
//! There is no runtime: the thread or task that waits for an answer polls the connection itself. A waiting thread blocks on the
//! socket. So no runtime is started, and a program may call from within its own runtime.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::lost::{Lost, Word};
#[cfg(all(feature = "async", unix))]
use super::reactor::Turn;
use super::stop::Stop;
use super::tls::Encrypted;
use super::waiter::{Flag, Waiter, Woken, after};
use super::wire::{Traffic, Watched, Wire};

/// The connection that is polled.
pub(super) type Raw = tokio_postgres::Connection<Watched<Wire>, Encrypted>;

/// A connection to a server, which makes progress while something waits for its answers.
pub(super) struct Link {
    waiter: Waiter,
    raw: Option<Raw>,
    pub(super) traffic: Arc<Traffic>,
    /// Wakes the connection.
    talk: Arc<Flag>,
    /// Wakes the thread or task that waits for an answer.
    work: Arc<Flag>,
    lost: Option<Lost>,
    patience: Patience,
    pub(super) stop: Arc<Stop>,
}

/// How long to wait for an answer.
pub(super) struct Patience {
    /// How long the server may be silent while an answer is awaited.
    pub(super) silence: Duration,
    /// How long an answer may take after the server was asked to cancel.
    pub(super) stopping: Duration,
    /// Finds out after a silence whether an answer will still arrive. Without it, none will.
    pub(super) ask: Option<Ask>,
}

/// Asks a server what one of its processes does.
pub(super) type Ask = Box<dyn Fn(i32) -> Word + Send>;

/// How long to wait for an answer that the server has sent according to its report.
const UNDERWAY: Duration = Duration::from_secs(1);

impl Link {
    /// Connects to a server with a future that makes the connection of the stream.
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

    /// Whether a thread or a task waits for the answers.
    #[cfg(all(feature = "async", unix))]
    pub(super) fn turn(&self) -> Arc<Turn> {
        Arc::clone(&self.waiter.reactor.turn)
    }

    /// Sets how long to wait for answers.
    pub(super) fn be_patient(&mut self, patience: Patience) {
        self.patience = patience;
    }

    /// Runs a future to its end, together with the connection.
    ///
    /// If the connection is lost, tokio-postgres reports it to the future, and [`lost`](Link::lost) has the reason.
    pub(super) async fn run<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        self.run_all(1, pin!(future)).await
    }

    /// Does the same for a future of several statements.
    pub(super) async fn run_all<T>(
        &mut self,
        statements: usize,
        mut future: Pin<&mut impl Future<Output = T>>,
    ) -> Option<T> {
        let waker = Waker::from(Arc::clone(&self.work));
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
            if !self.work.is_raised() && !self.wait().await {
                return None;
            }
        }
    }

    /// Waits until every request has been answered, so that the last report of the transaction's state is known.
    pub(super) async fn settle(&mut self) {
        self.flush();
        while !self.traffic.is_settled() && !self.is_lost() {
            if !self.wait().await {
                return;
            }
            self.go_on();
        }
    }

    /// Reads what has arrived meanwhile, such as a notice that the server is shutting down, without waiting. Sends what
    /// still has to be sent.
    pub(super) fn glance(&mut self) {
        let readiness = Arc::clone(&self.waiter.readiness);
        readiness.thorough.store(true, Relaxed);
        readiness.reading.store(true, Relaxed);
        self.flush();
        readiness.thorough.store(false, Relaxed);
    }

    /// Sends what still has to be sent, as far as the socket accepts it.
    pub(super) fn flush(&mut self) {
        self.talk.raise();
        self.go_on();
    }

    /// Whether the connection was lost.
    pub(super) fn is_lost(&self) -> bool {
        self.raw.is_none()
    }

    /// A parameter that the server has reported.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.raw.as_ref()?.parameter(name)
    }

    /// Why the connection was lost.
    pub(super) fn lost(&self) -> Option<&Lost> {
        self.lost.as_ref()
    }

    /// Polls the connection as long as it makes progress.
    fn go_on(&mut self) {
        while self.talk.take() {
            let Some(raw) = &mut self.raw else { return };
            let waker = Waker::from(Arc::clone(&self.talk));
            match raw.poll_message(&mut Context::from_waker(&waker)) {
                Poll::Pending => {}
                // A notice, which is ignored.
                Poll::Ready(Some(Ok(_))) => self.talk.raise(),
                Poll::Ready(Some(Err(error))) => self.lose(Lost::Said(error)),
                Poll::Ready(None) => self.lose(Lost::Closed),
            }
        }
    }

    /// Waits for the socket. Returns false if there is nothing to wait for any more.
    async fn wait(&mut self) -> bool {
        if self.is_lost() {
            return false;
        }
        if let Err(lost) = self.wait_patiently().await {
            self.lose(lost);
        }
        self.talk.raise();
        true
    }

    /// Waits for the socket as long as an answer may arrive.
    async fn wait_patiently(&mut self) -> Result<(), Lost> {
        loop {
            let is_stopped = self.stop.is_asked()?;
            let most = if is_stopped { self.patience.stopping } else { self.patience.silence };
            match self.waiter.wait(after(most)).await.map_err(Lost::Socket)? {
                Woken::Ready => return Ok(()),
                Woken::Stopped => {}
                Woken::Late if is_stopped => return Err(Lost::Stopped),
                Woken::Late => self.ask(most)?,
            }
        }
    }

    /// Asks whether an answer can still arrive, after a long silence.
    fn ask(&mut self, waited: Duration) -> Result<(), Lost> {
        let Some(ask) = &self.patience.ask else { return Err(Lost::Late) };
        let word = ask(self.traffic.process());
        if word == Word::AtWork {
            return Ok(());
        }
        // The answer may have been sent while the server was asked.
        match self.waiter.block(after(UNDERWAY)).map_err(Lost::Socket)? {
            Woken::Ready => Ok(()),
            Woken::Stopped | Woken::Late => Err(Lost::Silent { waited, word }),
        }
    }

    /// Drops the connection, which tokio-postgres reports to everything that waits.
    fn lose(&mut self, why: Lost) {
        self.raw = None;
        self.waiter.reactor.leave();
        self.lost.get_or_insert(why);
        self.work.raise();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The client is dropped already, so the connection sends its termination.
        self.glance();
    }
}
