//! A schema for one test: created when the database is connected to, and dropped with the last handle.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::address::Address;
use super::connection::PostgresConnection;
use super::open::open;
use super::options::PostgresOptions;
use super::pool::PostgresPool;
use crate::access::Access;
#[cfg(feature = "async")]
use crate::driver::Polled;
use crate::driver::{Capacity, Connection, Lease, Pool};
use crate::error::Result;
use crate::row::Tuples;
use crate::sql::Dialect;
use crate::types::Param;
use crate::value::ValueRef;

/// The prefix of such schemas' names; the time of their creation in seconds and a random number follow.
const PREFIX: &str = "orm_test_";
/// The comment on such a schema. A schema without it is not dropped.
const MARK: &str = "made for one test and dropped with it";
const LEFTOVERS: &str =
    "SELECT CAST(nspname AS text) FROM pg_namespace WHERE obj_description(oid, 'pg_namespace') = $1";
/// An older one was left by a program that was killed: no test takes this long.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// Connections to their own schema.
pub(super) struct TestSchema {
    name: String,
    pool: PostgresPool,
}

impl TestSchema {
    /// Creates the schema, after dropping schemas that killed programs have left.
    pub(super) fn create(mut address: Address, options: PostgresOptions) -> Result<Self> {
        // The program's hook is for connections in the schema.
        let bare = PostgresOptions { on_connect: Vec::new(), ..options.clone() };
        let mut connection = open(&Arc::new(address.clone()), &bare)?;
        connection.lend(Access::Write);
        drop_leftovers(&mut connection)?;
        let name = format!("{PREFIX}{}_{:016x}", seconds(), RandomState::new().hash_one(()));
        connection.batch(&format!("CREATE SCHEMA {name}; COMMENT ON SCHEMA {name} IS '{MARK}'"))?;
        drop(connection);
        address.set("search_path", &name);
        Ok(TestSchema { pool: PostgresPool::open(address, options)?, name })
    }
}

impl Pool for TestSchema {
    fn dialect(&self) -> &'static dyn Dialect {
        self.pool.dialect()
    }

    fn capacity(&self) -> Capacity {
        self.pool.capacity()
    }

    fn lend(&self, access: Access) -> Result<Lease<'_>> {
        self.pool.lend(access)
    }

    #[cfg(feature = "async")]
    fn is_polled(&self) -> bool {
        self.pool.is_polled()
    }

    #[cfg(feature = "async")]
    fn lend_polled(&self, access: Access) -> Option<Box<dyn Polled>> {
        self.pool.lend_polled(access)
    }

    fn interrupt(&self) -> Result<()> {
        self.pool.interrupt()
    }
}

impl Drop for TestSchema {
    fn drop(&mut self) {
        // If the server cannot be reached now, another test drops it later.
        if let Ok(mut lease) = self.pool.lend(Access::Write) {
            let _ = drop_schema(lease.connection(), &self.name);
        }
    }
}

fn drop_leftovers(connection: &mut PostgresConnection) -> Result<()> {
    let mut names = Tuples::<(String,)>(Vec::new());
    connection.query(LEFTOVERS, &[Param::Value(ValueRef::Text(MARK).into())], &mut names)?;
    for (name,) in names.0.iter().filter(|(name,)| is_old(name, seconds())) {
        // Another program may drop it at the same time, or still read it.
        let _ = drop_schema(connection, name);
    }
    Ok(())
}

fn drop_schema(connection: &mut dyn Connection, name: &str) -> Result<()> {
    // The program's limits apply to its own statements.
    connection
        .batch(&format!("SET statement_timeout = 0; SET lock_timeout = '5s'; DROP SCHEMA IF EXISTS {name} CASCADE"))
}

/// Whether a schema was created long ago. A name with another form is not one of these.
fn is_old(name: &str, now: u64) -> bool {
    let parts = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
    let began = parts.and_then(|(began, random)| {
        let is_random = random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit());
        began.parse::<u64>().ok().filter(|_| is_random)
    });
    began.is_some_and(|began| now.saturating_sub(began) > OLD.as_secs())
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::{OLD, is_old};

    #[test]
    fn what_is_not_ours_or_not_old_is_left_alone() {
        let now = 1_800_000_000;
        let (old, young) = (now - OLD.as_secs() - 1, now - OLD.as_secs());
        assert!(is_old(&format!("orm_test_{old}_0123456789abcdef"), now));
        for name in [
            format!("orm_test_{young}_0123456789abcdef"),
            format!("orm_test_{}_0123456789abcdef", now + 1_000_000),
            format!("orm_test_{old}"),
            format!("orm_test_{old}_0123456789abcde"),
            format!("orm_test_{old}_0123456789secret"),
            format!("orm_test_{old}_0123456789abcdef; DROP SCHEMA public"),
            format!("my_orm_test_{old}_0123456789abcdef"),
            "orm_test_data".to_owned(),
            "public".to_owned(),
        ] {
            assert!(!is_old(&name, now), "{name}");
        }
    }
}
