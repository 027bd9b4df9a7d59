//! Where servers are, as a URL says it, and how a socket to one is opened.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
#[cfg(unix)]
use std::path::PathBuf;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode};

use super::protection::{Protection, protection_of};
use super::wire::Socket;
use crate::error::{Error, Result};

/// What a URL says. It prints without the password.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) protection: Protection,
    /// The largest message that a server may send.
    pub(super) largest_message: usize,
}

/// One of the servers that a URL names.
#[derive(Clone, Debug)]
pub(super) struct Target {
    place: Place,
    port: u16,
    /// The name that a certificate must be made out to.
    pub(super) name: Option<String>,
}

#[derive(Clone, Debug)]
enum Place {
    Name(String),
    Address(IpAddr),
    #[cfg(unix)]
    Folder(PathBuf),
}

impl Address {
    /// Reads a URL, such as `postgres://user:password@host:5432/database`.
    pub(super) fn parse(url: &str) -> Result<Self> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(Error::invalid("the URL of a PostgreSQL database begins with `postgres://`"));
        }
        let (url, protection) = protection_of(url)?;
        // What is wrong is not said: a part of a password may have been taken for something else.
        let malformed = || {
            Error::invalid(
                "the URL is not of the form `postgres://user:password@host:port/database?option=value`, or an option is \
                 not known; within a user, password or option, characters such as `@`, `/` and `?` are written as `%40`, `%2F` \
                 and `%3F`",
            )
        };
        if !is_clear(&url) {
            return Err(malformed());
        }
        let mut config: Config = url.parse().map_err(|_| malformed())?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        let protection = match protection {
            Some(protection) => protection,
            None if targets(&config).iter().all(Target::is_local) => Protection::Off,
            None => {
                return Err(Error::invalid(
                    "the URL names a host that is not this machine, and does not say how the connection is protected; \
                     add `?sslmode=verify-full`, or `?sslmode=disable` for a network that nobody else reads",
                ));
            }
        };
        // The library's two hours are longer than most networks remember a connection.
        let seconds = Duration::from_secs;
        if !url.contains("keepalives_idle=") {
            config.keepalives_idle(seconds(60));
        }
        if !url.contains("keepalives_interval=") {
            config.keepalives_interval(seconds(10));
        }
        if !url.contains("keepalives_retries=") {
            config.keepalives_retries(6);
        }
        if !url.contains("tcp_user_timeout=") {
            config.tcp_user_timeout(seconds(60));
        }
        config.ssl_mode(if protection == Protection::Off { SslMode::Disable } else { SslMode::Require });
        Ok(Address { config, protection, largest_message: usize::MAX })
    }

    /// The servers, in the order in which they are tried.
    pub(super) fn targets(&self) -> Vec<Target> {
        let mut targets = targets(&self.config);
        if self.config.get_load_balance_hosts() == LoadBalanceHosts::Random && !targets.is_empty() {
            // Each of these is seeded anew.
            let first = RandomState::new().hash_one(()) % targets.len() as u64;
            targets.rotate_left(usize::try_from(first).unwrap_or_default());
        }
        targets
    }

    /// How long connecting may take: what the URL says, or else this.
    pub(super) fn connect_timeout(&self, otherwise: Duration) -> Duration {
        self.config.get_connect_timeout().copied().unwrap_or(otherwise)
    }

    /// Whether the connection to a server is encrypted. One that does not leave the machine is not.
    pub(super) fn protects(&self, target: &Target) -> bool {
        self.protection != Protection::Off && !target.is_socket()
    }
}

/// Whether the parts of a URL that errors show hold nothing of its password: it has one `@`, unless in an option, and what stands
/// before that has none of the marks that end a host or a database.
fn is_clear(url: &str) -> bool {
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    let Some((login, rest)) = after.split_once('@') else { return true };
    let user = login.split_once(':').map_or(login, |(user, _)| user);
    let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
    // A password that holds both `@` and `?` ends in what looks like options.
    let is_option = |option: &str| option.split_once('=').is_some_and(|(name, _)| !name.contains(['@', '/', ':']));
    let are_options = options.is_empty() || options.split('&').all(is_option);
    !user.contains(['/', '?', '#', '&', '=']) && !place.contains(['@', '#']) && are_options && !options.contains('@')
}

fn targets(config: &Config) -> Vec<Target> {
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
        // Each host has a port of its own, or all have one.
        let port = ports.get(position).or(ports.first()).copied().unwrap_or(5432);
        Some(Target { place, port, name })
    };
    (0..hosts.len().max(addresses.len())).filter_map(target).collect()
}

impl Target {
    /// The same server by the address that a socket leads to: another connection to its name may lead elsewhere.
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

    /// Whether nobody outside of this machine can read what goes there.
    fn is_local(&self) -> bool {
        match &self.place {
            Place::Name(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
            Place::Address(address) => address.is_loopback(),
            #[cfg(unix)]
            Place::Folder(_) => true,
        }
    }

    fn is_socket(&self) -> bool {
        match &self.place {
            Place::Name(_) | Place::Address(_) => false,
            #[cfg(unix)]
            Place::Folder(_) => true,
        }
    }
}

fn connect_tcp(host: impl ToSocketAddrs, config: &Config, deadline: Instant) -> io::Result<Socket> {
    let mut last = None;
    let addresses = host.to_socket_addrs()?;
    let addresses: Vec<_> = addresses.collect();
    for (position, address) in addresses.iter().enumerate() {
        // Each has its share of the time, so that one that does not answer leaves some to the next.
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

/// Longer times are refused by Linux.
const LONGEST_KEEPALIVE: Duration = Duration::from_secs(32_767);
#[cfg(target_os = "linux")]
const LONGEST_USER_TIMEOUT: Duration = Duration::from_millis(i32::MAX as u64);

/// A server that is gone without a word is noticed by the system, as the URL's options for that say.
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

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(user) = self.config.get_user() {
            write!(f, "{user}@")?;
        }
        for (position, target) in self.targets().iter().enumerate() {
            write!(f, "{}{target}", if position > 0 { "," } else { "" })?;
        }
        write!(f, "/{}", self.config.get_dbname().or(self.config.get_user()).unwrap_or_default())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests;
