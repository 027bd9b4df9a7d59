//! Databases with PostgreSQL's protocol, as a server reports itself when a connection starts.

use crate::sql::Dialect;
use crate::sql::postgres::{COCKROACH, POSTGRES};

/// A database with PostgreSQL's protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Server {
    /// PostgreSQL, with Citus or without.
    Postgres,
    CockroachDb,
    YugabyteDb,
}

impl Server {
    /// According to the parameters that a server reports.
    pub(super) fn told_by<'p>(parameter: impl Fn(&str) -> Option<&'p str>) -> Self {
        if parameter("crdb_version").is_some() {
            Server::CockroachDb
        } else if parameter("server_version").is_some_and(|version| version.contains("-YB-")) {
            Server::YugabyteDb
        } else {
            Server::Postgres
        }
    }

    pub(super) fn dialect(self) -> &'static dyn Dialect {
        match self {
            Server::CockroachDb => &COCKROACH,
            Server::Postgres | Server::YugabyteDb => &POSTGRES,
        }
    }

    /// The name of a database whose servers are all equal: none replays the log of another.
    pub(super) fn without_replicas(self) -> Option<&'static str> {
        match self {
            Server::Postgres => None,
            Server::CockroachDb => Some("CockroachDB"),
            Server::YugabyteDb => Some("YugabyteDB"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_by_what_it_reports() {
        let told = |name: &'static str, value: &'static str| Server::told_by(|asked| (asked == name).then_some(value));
        assert_eq!(told("server_version", "15.20 (Debian 15.20-0+deb12u1)"), Server::Postgres);
        assert_eq!(told("server_version", "15.2-YB-2025.1.0.0-b0"), Server::YugabyteDb);
        assert_eq!(told("server_version", "11.2-YB-2.18.0.0-b0"), Server::YugabyteDb);
        assert_eq!(told("crdb_version", "CockroachDB CCL v25.2.0"), Server::CockroachDb);
        assert_eq!(Server::told_by(|_| None), Server::Postgres);
    }
}
