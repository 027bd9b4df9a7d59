//! The addresses of servers, from a URL.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{LoadBalanceHosts, SslMode};

use super::protection::{Protection, protection_of};
use super::target::{Target, targets};
use crate::error::{Error, Result};

/// The contents of a URL. It prints without the password.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) protection: Protection,
    /// The largest message that a server may send.
    pub(super) largest_message: usize,
}

impl Address {
    /// Reads a URL, such as `postgres://user:password@host:5432/database`.
    pub(super) fn parse(url: &str) -> Result<Self> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(Error::invalid("the URL of a PostgreSQL database begins with `postgres://`"));
        }
        let (url, protection) = protection_of(url)?;
        // The message does not say what is malformed, because it could quote a part of the password.
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
                    "the URL names a remote host without `sslmode`; add `?sslmode=verify-full`, or `?sslmode=disable` \
                     for a network that nobody else can read",
                ));
            }
        };
        // The default of two hours is longer than most networks keep an idle connection.
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

    /// Sets an option of the server at the start of each connection.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let before = self.config.get_options().map(|options| format!("{options} ")).unwrap_or_default();
        self.config.options(format!("{before}-c {name}={value}"));
    }

    /// The servers, in the order in which they are tried.
    pub(super) fn targets(&self) -> Vec<Target> {
        let mut targets = targets(&self.config);
        if self.config.get_load_balance_hosts() == LoadBalanceHosts::Random && !targets.is_empty() {
            // Each of these has a new seed.
            let first = RandomState::new().hash_one(()) % targets.len() as u64;
            targets.rotate_left(usize::try_from(first).unwrap_or_default());
        }
        targets
    }

    /// How long connecting may take: according to the URL, or otherwise this time.
    pub(super) fn connect_timeout(&self, otherwise: Duration) -> Duration {
        self.config.get_connect_timeout().copied().unwrap_or(otherwise)
    }

    /// Whether the connection to a server is encrypted. A local connection is not.
    pub(super) fn protects(&self, target: &Target) -> bool {
        self.protection != Protection::Off && !target.is_socket()
    }
}

/// Whether the parts of a URL that errors show are sure to contain nothing of its password: it has one `@`, except in
/// options, and none of the characters that end a host or a database before it.
fn is_clear(url: &str) -> bool {
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    let Some((login, rest)) = after.split_once('@') else { return true };
    let user = login.split_once(':').map_or(login, |(user, _)| user);
    let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
    // A password that contains both `@` and `?` ends in text that looks like options.
    let is_option = |option: &str| option.split_once('=').is_some_and(|(name, _)| !name.contains(['@', '/', ':']));
    let are_options = options.is_empty() || options.split('&').all(is_option);
    !user.contains(['/', '?', '#', '&', '=']) && !place.contains(['@', '#']) && are_options && !options.contains('@')
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
