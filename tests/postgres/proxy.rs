//! What stands between a program and its server: it delays, counts, swallows, stalls, corrupts and cuts what passes, and lets
//! the server say what it is not.

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
    /// How many connections were made so far.
    made: AtomicU64,
    /// How many of the first of them pass no answers on, and no questions.
    stalled_answers: AtomicU64,
    stalled_questions: AtomicU64,
    /// The byte of the answers that is still to be changed: how many come before it, and the bits of it that change.
    corrupts: Mutex<Option<(usize, u8)>>,
    /// What the server reports besides, when a connection starts.
    reports: Vec<u8>,
    /// How often the direction turned from answers to questions: the round trips.
    trips: AtomicU64,
    /// How many statements were executed.
    executed: AtomicU64,
}

impl Proxy {
    pub(crate) fn start() -> Self {
        Self::with_delay(Duration::ZERO)
    }

    /// A proxy at which everything arrives so much later, in both directions together.
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

    /// The URL of the server, by way of the proxy.
    pub(crate) fn url(&self, url: &str) -> String {
        let host = host_of(url);
        url.replacen(&host, &format!("127.0.0.1:{}", self.port), 1)
    }

    /// From now on questions arrive, and instead of an answer the connection ends.
    pub(crate) fn swallow_answers(&self) {
        self.shared.swallows.store(true, Ordering::SeqCst);
    }

    /// From now on the connections of now pass no answers on, and do not end.
    pub(crate) fn stall_answers(&self) {
        self.shared.stalled_answers.store(self.shared.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// From now on the connections of now pass nothing on, and do not end.
    pub(crate) fn stall(&self) {
        self.stall_answers();
        self.shared.stalled_questions.store(self.shared.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// From now on nothing passes, on new connections either, and none ends.
    pub(crate) fn stall_all(&self) {
        self.shared.stalled_answers.store(u64::MAX, Ordering::SeqCst);
        self.shared.stalled_questions.store(u64::MAX, Ordering::SeqCst);
    }

    /// Changes some bits of one byte, which comes behind so many others that the server says from now on.
    pub(crate) fn corrupt(&self, behind: usize, bits: u8) {
        *self.shared.corrupts.lock().expect("the byte") = Some((behind, bits));
    }

    /// Changes nothing more.
    pub(crate) fn heal(&self) {
        *self.shared.corrupts.lock().expect("the byte") = None;
    }

    /// Everything passes again, also what was held.
    pub(crate) fn flow(&self) {
        self.shared.stalled_answers.store(0, Ordering::SeqCst);
        self.shared.stalled_questions.store(0, Ordering::SeqCst);
    }

    /// Says to each client that its process ends because another one has crashed, and ends all connections: what the
    /// server does when it begins anew at once.
    pub(crate) fn crash(&self) {
        let content =
            b"SWARNING\0VWARNING\0C57P02\0Mterminating connection because of crash of another server process\0\0";
        let length = u32::try_from(content.len() + 4).expect("a short message").to_be_bytes();
        // Each client stands before its server.
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

    /// How many round trips were made so far.
    pub(crate) fn trips(&self) -> u64 {
        self.shared.trips.load(Ordering::SeqCst)
    }

    /// How many statements were executed so far, on connections that do not ask for encryption.
    pub(crate) fn executed(&self) -> u64 {
        self.shared.executed.load(Ordering::SeqCst)
    }
}

/// What stalls holds locks at the server no longer than the test.
impl Drop for Proxy {
    fn drop(&mut self) {
        self.flow();
        self.cut();
    }
}

/// Tells the messages of a program to its server from each other.
#[derive(Default)]
struct Messages {
    /// Whether the first one has passed, which has no tag.
    has_begun: bool,
    /// What has come of a message that is not whole.
    waiting: Vec<u8>,
}

impl Messages {
    /// How many statements these bytes execute: those that were prepared, and texts other than settings of the session.
    fn executed(&mut self, bytes: &[u8]) -> u64 {
        self.waiting.extend(bytes);
        let executes = |message: &Vec<u8>| match message.as_slice() {
            [b'E', ..] => true,
            [b'Q', _, _, _, _, text @ ..] => !text.starts_with(b"SET "),
            _ => false,
        };
        std::iter::from_fn(|| self.next()).filter(executes).count() as u64
    }

    /// The next message that is whole, from its tag on; the first one begins with its length.
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

    /// What the server says, with what it reports besides as the last word before it is ready.
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

    /// What the server says, with one byte changed if its turn has come.
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

    /// Passes on what comes, each piece the delay later, as long as something is made of it.
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

/// Waits as long as a connection is one of those that are stalled. Nothing more is read from it meanwhile.
fn wait_while_stalled(stalled: &AtomicU64, number: u64) {
    while number < stalled.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits exactly: sleeping takes longer than it is asked to.
fn wait_until(at: Instant) {
    let now = Instant::now();
    if let Some(left) = at.checked_duration_since(now).and_then(|left| left.checked_sub(Duration::from_micros(150))) {
        thread::sleep(left);
    }
    while Instant::now() < at {
        std::hint::spin_loop();
    }
}
