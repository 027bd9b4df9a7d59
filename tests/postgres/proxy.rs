//! A proxy between a program and its server: it delays, counts, drops, stalls, corrupts and cuts the data, and changes
//! what the server reports.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::server;

/// A proxy to the server that tests use.
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    delay: Duration,
    streams: Mutex<Vec<TcpStream>>,
    swallows: AtomicBool,
    /// The number of connections so far.
    made: AtomicU64,
    /// How many of the first connections forward no answers, and no requests.
    stalled_answers: AtomicU64,
    stalled_questions: AtomicU64,
    /// The byte of the answers that is to be changed: the number of bytes before it, and its changed bits.
    corrupts: Mutex<Option<(usize, u8)>>,
    /// The additional parameter that the server reports when a connection starts.
    reports: Vec<u8>,
    /// The number of round trips: how often a request followed an answer.
    trips: AtomicU64,
    /// The number of executed statements.
    executed: AtomicU64,
}

impl Proxy {
    pub(crate) fn start() -> Self {
        Self::with_delay(Duration::ZERO)
    }

    /// A proxy with this delay, in both directions together.
    pub(crate) fn with_delay(delay: Duration) -> Self {
        Self::with(delay, Vec::new())
    }

    /// A proxy to a server that reports one more parameter when a connection starts.
    pub(crate) fn that_reports(name: &str, value: &str) -> Self {
        let content = format!("{name}\0{value}\0");
        let length = u32::try_from(content.len() + 4).expect("a short message").to_be_bytes();
        Self::with(Duration::ZERO, [b"S", &length[..], content.as_bytes()].concat())
    }

    fn with(delay: Duration, reports: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let shared = Arc::new(Shared {
            delay: delay / 2,
            streams: Mutex::default(),
            swallows: AtomicBool::new(false),
            made: AtomicU64::new(0),
            stalled_answers: AtomicU64::new(0),
            stalled_questions: AtomicU64::new(0),
            corrupts: Mutex::default(),
            reports,
            trips: AtomicU64::new(0),
            executed: AtomicU64::new(0),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                accepting.connect(client);
            }
        });
        Proxy { port, shared }
    }

    /// The URL of the server through the proxy.
    pub(crate) fn url(&self, url: &str) -> String {
        let host = host_of(url);
        url.replacen(&host, &format!("127.0.0.1:{}", self.port), 1)
    }

    /// From now on requests arrive, and instead of an answer the connection ends.
    pub(crate) fn swallow_answers(&self) {
        self.shared.swallows.store(true, Ordering::SeqCst);
    }

    /// From now on the existing connections forward no answers, and do not end.
    pub(crate) fn stall_answers(&self) {
        self.shared.stalled_answers.store(self.shared.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// From now on the existing connections forward nothing, and do not end.
    pub(crate) fn stall(&self) {
        self.stall_answers();
        self.shared.stalled_questions.store(self.shared.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// From now on nothing is forwarded, on new connections either, and none ends.
    pub(crate) fn stall_all(&self) {
        self.shared.stalled_answers.store(u64::MAX, Ordering::SeqCst);
        self.shared.stalled_questions.store(u64::MAX, Ordering::SeqCst);
    }

    /// Changes some bits of one byte, at this distance from the next byte of the server.
    pub(crate) fn corrupt(&self, behind: usize, bits: u8) {
        *self.shared.corrupts.lock().expect("the byte") = Some((behind, bits));
    }

    /// Changes nothing more.
    pub(crate) fn heal(&self) {
        *self.shared.corrupts.lock().expect("the byte") = None;
    }

    /// Forwards everything again, including data that was held back.
    pub(crate) fn flow(&self) {
        self.shared.stalled_answers.store(0, Ordering::SeqCst);
        self.shared.stalled_questions.store(0, Ordering::SeqCst);
    }

    /// Sends each client the message that another process of the server has crashed, and ends all connections, as the
    /// server does when it restarts at once.
    pub(crate) fn crash(&self) {
        let content =
            b"SWARNING\0VWARNING\0C57P02\0Mterminating connection because of crash of another server process\0\0";
        let length = u32::try_from(content.len() + 4).expect("a short message").to_be_bytes();
        // Each client has one connection to the server.
        for mut client in self.shared.streams.lock().expect("the streams").iter().step_by(2) {
            let _ = client.write_all(&[b"N", &length[..], content].concat());
        }
        self.cut();
    }

    /// Ends all connections.
    pub(crate) fn cut(&self) {
        for stream in self.shared.streams.lock().expect("the streams").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Returns the number of round trips so far.
    pub(crate) fn trips(&self) -> u64 {
        self.shared.trips.load(Ordering::SeqCst)
    }

    /// Returns the number of statements so far, on connections without encryption.
    pub(crate) fn executed(&self) -> u64 {
        self.shared.executed.load(Ordering::SeqCst)
    }
}

/// A stalled statement holds locks on the server no longer than the test.
impl Drop for Proxy {
    fn drop(&mut self) {
        self.flow();
        self.cut();
    }
}

/// Splits the data of a program to its server into messages.
#[derive(Default)]
struct Messages {
    /// Whether the first message has passed, which has no tag.
    has_begun: bool,
    /// The beginning of an incomplete message.
    waiting: Vec<u8>,
}

impl Messages {
    /// Returns how many statements these bytes execute: prepared ones, and texts other than settings of the session.
    fn executed(&mut self, bytes: &[u8]) -> u64 {
        self.waiting.extend(bytes);
        let executes = |message: &Vec<u8>| match message.as_slice() {
            [b'E', ..] => true,
            [b'Q', _, _, _, _, text @ ..] => !text.starts_with(b"SET "),
            _ => false,
        };
        std::iter::from_fn(|| self.next()).filter(executes).count() as u64
    }

    /// Returns the next complete message, with its tag. The first one begins with its length.
    fn next(&mut self) -> Option<Vec<u8>> {
        let before = usize::from(self.has_begun);
        let length = self.waiting.get(before..before + 4)?.try_into().map(u32::from_be_bytes).ok()?;
        let whole = before + usize::try_from(length).ok()?;
        if length < 4 || self.waiting.len() < whole {
            return None;
        }
        self.has_begun = true;
        Some(self.waiting.drain(..whole).collect())
    }
}

fn host_of(url: &str) -> String {
    let after = url.split_once("://").expect("a URL").1;
    let host = after.rsplit_once('@').map_or(after, |(_, host)| host);
    host.split(['/', '?']).next().unwrap_or_default().to_owned()
}

impl Shared {
    fn connect(self: &Arc<Self>, client: TcpStream) {
        let server = TcpStream::connect(host_of(server::url())).expect("the server is there");
        let asks = Arc::new(AtomicBool::new(false));
        let number = self.made.fetch_add(1, Ordering::SeqCst);
        for stream in [&client, &server] {
            stream.set_nodelay(true).expect("the stream is set up");
            let copy = stream.try_clone().expect("the stream is shared");
            self.streams.lock().expect("the streams").push(copy);
        }
        let (from, to) = (client.try_clone().expect("a stream"), server.try_clone().expect("a stream"));
        let (shared, asking) = (Arc::clone(self), Arc::clone(&asks));
        thread::spawn(move || {
            let mut messages = Messages::default();
            shared.pass(from, to, |shared, piece| {
                wait_while_stalled(&shared.stalled_questions, number);
                shared.executed.fetch_add(messages.executed(&piece), Ordering::SeqCst);
                if !asking.swap(true, Ordering::SeqCst) {
                    shared.trips.fetch_add(1, Ordering::SeqCst);
                }
                Some(piece)
            });
        });
        let shared = Arc::clone(self);
        thread::spawn(move || {
            let mut starts = true;
            shared.pass(server, client, |shared, piece| {
                wait_while_stalled(&shared.stalled_answers, number);
                asks.store(false, Ordering::SeqCst);
                let passes = !shared.swallows.load(Ordering::SeqCst);
                passes.then(|| shared.corrupted(shared.reporting(piece, &mut starts)))
            });
        });
    }

    /// Returns the server's data, with the additional parameter before the server is ready.
    fn reporting(&self, piece: Vec<u8>, starts: &mut bool) -> Vec<u8> {
        const READY: &[u8] = b"Z\0\0\0\x05I";
        match piece.windows(READY.len()).position(|bytes| bytes == READY).filter(|_| *starts) {
            Some(at) => {
                *starts = false;
                [&piece[..at], &self.reports, &piece[at..]].concat()
            }
            None => piece,
        }
    }

    /// Returns the server's data, with one byte changed if its turn has come.
    fn corrupted(&self, mut piece: Vec<u8>) -> Vec<u8> {
        let mut corrupts = self.corrupts.lock().expect("the byte");
        if let Some((behind, bits)) = *corrupts {
            *corrupts = match piece.get_mut(behind) {
                Some(byte) => {
                    *byte ^= bits;
                    None
                }
                None => Some((behind - piece.len(), bits)),
            };
        }
        piece
    }

    /// Forwards the data of a connection, each piece after the delay, until `makes` returns `None`.
    fn pass(&self, mut from: TcpStream, mut to: TcpStream, mut makes: impl FnMut(&Self, Vec<u8>) -> Option<Vec<u8>>) {
        let (sender, receiver) = std::sync::mpsc::channel::<(Instant, Vec<u8>)>();
        let delay = self.delay;
        let writing = thread::spawn(move || {
            for (at, bytes) in receiver {
                wait_until(at + delay);
                if to.write_all(&bytes).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(Shutdown::Both);
        });
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match from.read(&mut buffer) {
                Ok(read) if read > 0 => match makes(self, buffer[..read].to_vec()) {
                    Some(piece) => {
                        let _ = sender.send((Instant::now(), piece));
                    }
                    None => break,
                },
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => break,
            }
        }
        drop(sender);
        let _ = writing.join();
        let _ = from.shutdown(Shutdown::Both);
    }
}

/// Waits while a connection is stalled, and reads no more from it.
fn wait_while_stalled(stalled: &AtomicU64, number: u64) {
    while number < stalled.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits exactly this time, because a sleep takes longer.
fn wait_until(at: Instant) {
    let now = Instant::now();
    if let Some(left) = at.checked_duration_since(now).and_then(|left| left.checked_sub(Duration::from_micros(150))) {
        thread::sleep(left);
    }
    while Instant::now() < at {
        std::hint::spin_loop();
    }
}
