//! The protection of a connection, according to a URL's `sslmode`.

use std::path::PathBuf;

use crate::error::{Error, Result};

/// The protection of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    /// None.
    Off,
    /// It is encrypted, and the server is not authenticated.
    Encrypted,
    /// The server's certificate is signed by a known authority.
    Known(Roots),
    /// The server's certificate is signed by a known authority, for its host name.
    Named(Roots),
}

/// The root certificates that are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Roots {
    /// The system's.
    System,
    /// From a file of certificates.
    File(PathBuf),
}

/// Splits a URL into the part without its protection options, and the protection if it has one.
pub(super) fn protection_of(url: &str) -> Result<(String, Option<Protection>)> {
    // The options follow the host, and a password may hold a question mark.
    let host = url.find('@').unwrap_or(0);
    let Some(at) = url[host..].find('?').map(|at| at + host) else { return Ok((url.to_owned(), None)) };
    let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
    for option in url[at + 1..].split('&') {
        match option.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value),
            Some(("sslrootcert", value)) => roots = Some(value),
            Some((name @ ("sslcert" | "sslkey" | "sslcrl" | "sslpassword"), _)) => {
                return Err(Error::invalid(format!("the URL's option `{name}` is not supported")));
            }
            _ => rest.push(option),
        }
    }
    let protection = mode.map(|mode| protection(mode, roots)).transpose()?;
    let rest = rest.join("&");
    Ok((format!("{}{}{rest}", &url[..at], if rest.is_empty() { "" } else { "?" }), protection))
}

fn protection(mode: &str, roots: Option<&str>) -> Result<Protection> {
    let named = roots.filter(|file| *file != "system").map(|file| Roots::File(decoded(file).into()));
    let protection = match (mode, named) {
        ("disable", _) => return Ok(Protection::Off),
        ("allow" | "prefer", _) => {
            return Err(Error::invalid(
                "`sslmode=allow` and `sslmode=prefer` do not protect against an attacker who can change the traffic; \
                 write `sslmode=verify-full`, `verify-ca`, `require` or `disable`",
            ));
        }
        ("require", None) if roots.is_none() => Protection::Encrypted,
        // As in libpq: a root certificate in the URL is used to verify the server.
        ("require" | "verify-ca", named) => Protection::Known(named.unwrap_or(Roots::System)),
        ("verify-full", named) => Protection::Named(named.unwrap_or(Roots::System)),
        _ => {
            return Err(Error::invalid(
                "the URL's `sslmode` must be one of disable, require, verify-ca and verify-full",
            ));
        }
    };
    if cfg!(feature = "postgres-tls") {
        return Ok(protection);
    }
    Err(Error::invalid("the URL asks for an encrypted connection, which needs the feature `postgres-tls`"))
}

/// The decoded value of an option, whose special characters are written as `%2F`.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let code = code.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
