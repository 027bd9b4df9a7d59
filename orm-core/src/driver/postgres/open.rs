//! Opening a connection: trying servers, and calling the program's hook.

use std::sync::Arc;

use tokio_postgres::config::TargetSessionAttrs;

use super::address::Address;
use super::asker::Asker;
use super::channel::Channel;
use super::connection::PostgresConnection;
use super::dial::log_in;
use super::error;
use super::link::Patience;
use super::lost::Lost;
use super::options::PostgresOptions;
use super::setup::PostgresSetup;
use super::statements::Statements;
use super::target::Target;
use crate::driver::setup;
use crate::error::Result;

/// Opens a connection to the first server that answers and has the kind that the URL requests.
pub(super) fn open(address: &Arc<Address>, options: &PostgresOptions) -> Result<PostgresConnection> {
    let mut reason = Lost::Unwanted("the URL names no host");
    for target in address.targets() {
        match open_at(&target, address, options) {
            Ok(connection) => return set_up(connection, address, options),
            Err(lost) => reason = lost,
        }
    }
    Err(error::convert_connect(reason, &address.to_string()))
}

fn open_at(target: &Target, address: &Arc<Address>, options: &PostgresOptions) -> Result<PostgresConnection, Lost> {
    let timeout = address.connect_timeout(options.connect_timeout);
    let (client, link, target) = log_in(target, address, timeout)?;
    let asker = Asker { address: Arc::clone(address), target: target.clone(), timeout };
    let mut channel = Channel::new(client, link, target, options.statement_timeout);
    check_kind(&mut channel, address.config.get_target_session_attrs())?;
    let ask = Box::new(move |process| asker.ask(process));
    channel.be_patient(Patience { silence: options.answer_timeout, stopping: timeout, ask: Some(ask) });
    Ok(PostgresConnection::new(channel, Statements::new(options.cached_statements)))
}

/// Whether the server has the kind that the URL requests: one that accepts writes, or one that does not.
fn check_kind(channel: &mut Channel, wanted: TargetSessionAttrs) -> Result<(), Lost> {
    let writable = match wanted {
        TargetSessionAttrs::ReadWrite => true,
        TargetSessionAttrs::ReadOnly => false,
        _ => return Ok(()),
    };
    let is_writable = channel.shown("transaction_read_only")?.as_deref() == Some("off");
    match (writable, is_writable) {
        (true, false) => Err(Lost::Unwanted("the server can only be read")),
        (false, true) => Err(Lost::Unwanted("the server can be written")),
        _ => Ok(()),
    }
}

/// The connection, after the program's hook has run.
fn set_up(
    mut connection: PostgresConnection,
    address: &Address,
    options: &PostgresOptions,
) -> Result<PostgresConnection> {
    for hook in &options.on_connect {
        let result = hook(&mut PostgresSetup::new(&mut connection));
        setup::finished(result, &connection, &address.to_string())?;
    }
    connection.accept_changes();
    Ok(connection)
}
