//! A server of a URL, and opening a socket to it.

use std::fmt;
use std::io;
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
#[cfg(unix)]
use std::path::PathBuf;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::wire::Socket;

/// One of the servers of a URL.
#[derive(Clone, Debug)]
pub(super) struct Target {
    place: Place,
    port: u16,
    /// The name that the certificate must have.
    pub(super) name: Option<String>,
}

#[derive(Clone, Debug)]
enum Place {
    Name(String),
    Address(IpAddr),
    #[cfg(unix)]
    Folder(PathBuf),
}

/// The servers of a URL, in its order.
pub(super) fn targets(config: &Config) -> Vec<Target> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let target = |position: usize| {
        let host = hosts.get(position);
        let place = match (host, addresses.get(position)) {
            (_, Some(address)) => Place::Address(*address),
            (Some(Host::Tcp(name)), None) => Place::Name(name.clone()),
            #[cfg(unix)]
            (Some(Host::Unix(folder)), None) => Place::Folder(folder.clone()),
            (None, None) => return None,
        };
        let name = match host {
            Some(Host::Tcp(name)) => Some(name.clone()),
            _ => addresses.get(position).map(ToString::to_string),
        };
        // Each host has its own port, or all have the same.
        let port = ports.get(position).or(ports.first()).copied().unwrap_or(5432);
        Some(Target { place, port, name })
    };
    (0..hosts.len().max(addresses.len())).filter_map(target).collect()
}

impl Target {
    /// The same server by the address of a socket: another connection to its name may reach another server.
    pub(super) fn reached_by(&self, socket: &Socket) -> Self {
        let place = socket.address().map_or_else(|| self.place.clone(), Place::Address);
        Target { place, ..self.clone() }
    }

    /// Opens a socket.
    pub(super) fn connect(&self, config: &Config, deadline: Instant) -> io::Result<Socket> {
        match &self.place {
            Place::Name(name) => connect_tcp((name.as_str(), self.port), config, deadline),
            Place::Address(address) => connect_tcp((*address, self.port), config, deadline),
            #[cfg(unix)]
            Place::Folder(folder) => {
                let path = folder.join(format!(".s.PGSQL.{}", self.port));
                let stream = std::os::unix::net::UnixStream::connect(path)?;
                stream.set_nonblocking(true)?;
                Ok(Socket::Unix(mio::net::UnixStream::from_std(stream)))
            }
        }
    }

    /// Whether nobody outside of this machine can read the connection.
    pub(super) fn is_local(&self) -> bool {
        match &self.place {
            Place::Name(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
            Place::Address(address) => address.is_loopback(),
            #[cfg(unix)]
            Place::Folder(_) => true,
        }
    }

    /// Whether it is reached without a network.
    pub(super) fn is_socket(&self) -> bool {
        match &self.place {
            Place::Name(_) | Place::Address(_) => false,
            #[cfg(unix)]
            Place::Folder(_) => true,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Name(name) => write!(f, "{name}:{}", self.port),
            Place::Address(address) => write!(f, "{address}:{}", self.port),
            #[cfg(unix)]
            Place::Folder(folder) => write!(f, "{}:{}", folder.display(), self.port),
        }
    }
}

fn connect_tcp(host: impl ToSocketAddrs, config: &Config, deadline: Instant) -> io::Result<Socket> {
    let mut last = None;
    let addresses = host.to_socket_addrs()?;
    let addresses: Vec<_> = addresses.collect();
    for (position, address) in addresses.iter().enumerate() {
        // Each address gets a share of the time, so that one that does not answer leaves some to the next.
        let shares = u32::try_from(addresses.len() - position).unwrap_or(u32::MAX);
        let left = deadline.saturating_duration_since(Instant::now()) / shares;
        match TcpStream::connect_timeout(address, left.max(Duration::from_millis(1))) {
            Ok(stream) => {
                set_up(&stream, config)?;
                return Ok(Socket::Tcp(mio::net::TcpStream::from_std(stream)));
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("the host has no address")))
}

/// Linux refuses longer times.
const LONGEST_KEEPALIVE: Duration = Duration::from_secs(32_767);
#[cfg(target_os = "linux")]
const LONGEST_USER_TIMEOUT: Duration = Duration::from_millis(i32::MAX as u64);

/// The system detects a server that is silently gone, according to the URL's options.
fn set_up(stream: &TcpStream, config: &Config) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    let socket = SockRef::from(stream);
    if config.get_keepalives() {
        let mut keepalive = TcpKeepalive::new().with_time(config.get_keepalives_idle().min(LONGEST_KEEPALIVE));
        if let Some(interval) = config.get_keepalives_interval() {
            keepalive = keepalive.with_interval(interval.min(LONGEST_KEEPALIVE));
        }
        #[cfg(not(windows))]
        if let Some(retries) = config.get_keepalives_retries() {
            keepalive = keepalive.with_retries(retries);
        }
        socket.set_tcp_keepalive(&keepalive)?;
    }
    #[cfg(target_os = "linux")]
    if let Some(timeout) = config.get_tcp_user_timeout() {
        socket.set_tcp_user_timeout(Some((*timeout).min(LONGEST_USER_TIMEOUT)))?;
    }
    Ok(())
}
