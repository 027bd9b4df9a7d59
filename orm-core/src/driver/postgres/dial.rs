//! Connecting to a server: a socket, protected according to the URL.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config};

use super::address::Address;
use super::link::Link;
use super::lost::Lost;
use super::target::Target;
use super::tls::{Connector, connector};
use super::waiter::{Waiter, after};
use super::wire::{Traffic, Watched, Wire};

/// The parts of a connection.
pub(super) struct Dialled {
    pub(super) waiter: Waiter,
    pub(super) stream: Watched<Wire>,
    pub(super) tls: Connector,
    pub(super) config: Config,
    /// The server that was reached: its address, if the URL has a name.
    pub(super) target: Target,
}

/// Connects to a server, either for messages that are counted as traffic, or to cancel a statement, which the server
/// answers by closing the connection.
pub(super) fn dial(
    target: &Target,
    address: &Address,
    traffic: Option<&Arc<Traffic>>,
    deadline: Instant,
) -> Result<Dialled, Lost> {
    let socket = target.connect(&address.config, deadline).map_err(Lost::Socket)?;
    let target = target.reached_by(&socket);
    let (waiter, wire) = Waiter::watch(socket).map_err(Lost::Socket)?;
    let mut config = address.config.clone();
    let stream = match traffic {
        Some(traffic) if !address.protects(&target) => {
            config.ssl_mode(SslMode::Disable);
            Watched::new(wire, Arc::clone(traffic))
        }
        Some(_) => Watched::blind(wire),
        None => Watched::blind(wire.lingering()),
    };
    let traffic = traffic.map_or_else(|| Traffic::new(address.largest_message).into(), Arc::clone);
    let tls = connector(&address.protection, target.name.as_deref(), &traffic).map_err(Lost::Unprotected)?;
    Ok(Dialled { waiter, stream, tls, config, target })
}

/// Logs in to a server, within `timeout`.
pub(super) fn log_in(target: &Target, address: &Address, timeout: Duration) -> Result<(Client, Link, Target), Lost> {
    let deadline = after(timeout);
    let traffic = Arc::new(Traffic::new(address.largest_message));
    let Dialled { waiter, stream, tls, config, target } = dial(target, address, Some(&traffic), deadline)?;
    let left = deadline.saturating_duration_since(Instant::now());
    let (client, link) = Link::start(waiter, traffic, config.connect_raw(stream, tls), left)?;
    Ok((client, link, target))
}
