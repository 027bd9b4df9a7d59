//! Where a server is, as a URL says it, and how a socket to it is opened.

use std::fmt;
use std::io;
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::wire::Socket;
use crate::error::{Error, Result};

/// What a URL says. It prints without the password.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
}

impl Address {
    /// Reads a URL, such as `postgres://user:password@host:5432/database`.
    pub(super) fn parse(url: &str) -> Result<Self> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(Error::invalid("the URL of a PostgreSQL database begins with `postgres://`"));
        }
        // What is wrong is not said: a part of a password may have been taken for something else.
        let mut config: Config = url.parse().map_err(|_| {
            Error::invalid(
                "the URL is not of the form `postgres://user:password@host:port/database?option=value`; \
                 within a password, characters such as `@`, `/` and `?` are written as `%40`, `%2F` and `%3F`",
            )
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        config.ssl_mode(SslMode::Disable);
        Ok(Address { config })
    }

    /// Opens a socket to the first of the hosts that answers.
    pub(super) fn connect(&self, deadline: Instant) -> io::Result<Socket> {
        let mut last = None;
        let hosts = self.config.get_hosts();
        for (position, host) in hosts.iter().enumerate() {
            match connect_to(host, self.address_of(position), self.port_of(position), deadline) {
                Ok(socket) => return Ok(socket),
                Err(error) => last = Some(error),
            }
        }
        for (position, address) in self.config.get_hostaddrs().iter().enumerate().skip(hosts.len()) {
            match connect_tcp((*address, self.port_of(position)), deadline) {
                Ok(socket) => return Ok(socket),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::Error::other("the URL names no host")))
    }

    fn address_of(&self, position: usize) -> Option<IpAddr> {
        self.config.get_hostaddrs().get(position).copied()
    }

    /// The port of a host: its own, or the one for all.
    fn port_of(&self, position: usize) -> u16 {
        let ports = self.config.get_ports();
        ports.get(position).or(ports.first()).copied().unwrap_or(5432)
    }
}

fn connect_to(host: &Host, address: Option<IpAddr>, port: u16, deadline: Instant) -> io::Result<Socket> {
    match (host, address) {
        (_, Some(address)) => connect_tcp((address, port), deadline),
        (Host::Tcp(name), None) => connect_tcp((name.as_str(), port), deadline),
        #[cfg(unix)]
        (Host::Unix(folder), None) => {
            let stream = std::os::unix::net::UnixStream::connect(folder.join(format!(".s.PGSQL.{port}")))?;
            stream.set_nonblocking(true)?;
            Ok(Socket::Unix(mio::net::UnixStream::from_std(stream)))
        }
    }
}

fn connect_tcp(host: impl ToSocketAddrs, deadline: Instant) -> io::Result<Socket> {
    let mut last = None;
    for address in host.to_socket_addrs()? {
        let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_nonblocking(true)?;
                return Ok(Socket::Tcp(mio::net::TcpStream::from_std(stream)));
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("the host has no address")))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(user) = self.config.get_user() {
            write!(f, "{user}@")?;
        }
        for (position, host) in self.config.get_hosts().iter().enumerate() {
            f.write_str(if position > 0 { "," } else { "" })?;
            match host {
                Host::Tcp(name) => write!(f, "{name}:{}", self.port_of(position))?,
                #[cfg(unix)]
                Host::Unix(folder) => write!(f, "{}:{}", folder.display(), self.port_of(position))?,
            }
        }
        write!(f, "/{}", self.config.get_dbname().or(self.config.get_user()).unwrap_or_default())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
