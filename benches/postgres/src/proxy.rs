//! A proxy between a contender and a distant server: it delays requests, and counts the round trips.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use bench_common::Result;

/// The delay of a round trip.
pub(crate) const DELAY: Duration = Duration::from_millis(1);

/// A proxy to a server.
pub(crate) struct Proxy {
    url: String,
    trips: Arc<AtomicU64>,
}

impl Proxy {
    /// Starts a proxy to the server of a URL. It runs as long as the program.
    pub(crate) fn start(url: &str) -> Result<Proxy> {
        let server = host(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = url.replacen(&server, &listener.local_addr()?.to_string(), 1);
        let trips = Arc::new(AtomicU64::new(0));
        let counting = Arc::clone(&trips);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if let Err(error) = pass(client, &server, &counting) {
                    eprintln!("the proxy does not reach the server: {error}");
                }
            }
        });
        Ok(Proxy { url, trips })
    }

    /// The URL of the server through the proxy.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The number of round trips so far: how often a request followed an answer.
    pub(crate) fn trips(&self) -> u64 {
        self.trips.load(SeqCst)
    }
}

/// The host and the port in a URL.
fn host(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    let after = after.rsplit_once('@').map_or(after, |(_, after)| after);
    after.split(['/', '?']).next().unwrap_or_default()
}

/// Forwards the bytes of a connection, each request after the delay.
fn pass(client: TcpStream, server: &str, trips: &Arc<AtomicU64>) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (questions, to_server) = (client.try_clone()?, server.try_clone()?);
    let is_asking = Arc::new(AtomicBool::new(false));
    let (asking, trips) = (Arc::clone(&is_asking), Arc::clone(trips));
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        each_piece(questions, |piece| {
            if !asking.swap(true, SeqCst) {
                trips.fetch_add(1, SeqCst);
            }
            sender.send((Instant::now() + DELAY, piece.to_vec())).is_ok()
        });
    });
    thread::spawn(move || write_late(&receiver, to_server));
    thread::spawn(move || {
        let mut to_client = &client;
        each_piece(server, |piece| {
            is_asking.store(false, SeqCst);
            to_client.write_all(piece).is_ok()
        });
        // Nothing can be sent on a closed connection.
        let _ = client.shutdown(Shutdown::Both);
    });
    Ok(())
}

/// Reads to the end, or until a piece is refused.
fn each_piece(mut from: TcpStream, mut takes: impl FnMut(&[u8]) -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(read) if read > 0 && takes(&buffer[..read]) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            _ => return,
        }
    }
}

fn write_late(pieces: &mpsc::Receiver<(Instant, Vec<u8>)>, mut to: TcpStream) {
    for (at, piece) in pieces {
        wait_until(at);
        if to.write_all(&piece).is_err() {
            break;
        }
    }
    // The client has closed the connection, so the proxy closes the one to the server.
    let _ = to.shutdown(Shutdown::Both);
}

/// Waits exactly this time, because a sleep takes longer.
fn wait_until(at: Instant) {
    const OVERSLEPT: Duration = Duration::from_micros(150);
    let left = at.saturating_duration_since(Instant::now());
    thread::sleep(left.saturating_sub(OVERSLEPT));
    while Instant::now() < at {
        std::hint::spin_loop();
    }
}
