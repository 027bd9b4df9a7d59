//! A schema on the cluster for each test, and the comparison of two databases.

use std::io::{self, Write as _};
use std::sync::OnceLock;

use orm::{Db, Error, Models, Result, TrustedSql, sql};

use crate::owned;

/// Two databases with the same tables: in one they are local to the coordinator, in the other they are distributed.
pub(crate) struct Pair {
    pub(crate) local: Schema,
    pub(crate) distributed: Schema,
}

impl Pair {
    /// Creates the tables of some models in both, and distributes those of one with these calls of Citus's functions.
    /// Returns `None` if there is no cluster.
    pub(crate) fn new<M: Models>(calls: &[&str]) -> Result<Option<Self>> {
        let Some(url) = url() else { return Ok(None) };
        let pair = Pair { local: Schema::new(&url)?, distributed: Schema::new(&url)? };
        pair.local.db.create_tables::<M>()?;
        pair.distributed.db.create_tables::<M>()?;
        distribute(&pair.distributed.db, calls)?;
        Ok(Some(pair))
    }

    /// Does the same in both and compares the results.
    pub(crate) fn compare(&self, steps: &[(&str, Step)]) {
        let mut problems = Vec::new();
        for (what, step) in steps {
            let local = step(&self.local.db).unwrap_or_else(|error| panic!("{what}, local: {error}"));
            match step(&self.distributed.db) {
                Ok(distributed) => {
                    problems.extend(difference(&local, &distributed).map(|text| format!("{what}: {text}")));
                }
                Err(error) => problems.push(format!("{what}: {error}\n{}", error.statement().unwrap_or_default())),
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    }

    /// Does what Citus refuses, and returns the error. The test also checks that it works on local tables.
    pub(crate) fn refused(&self, step: Step) -> Error {
        step(&self.local.db).expect("local tables do it");
        step(&self.distributed.db).expect_err("Citus refuses it")
    }
}

/// An operation on a database, which returns its result as text.
pub(crate) type Step = fn(&Db) -> Result<String>;

/// Returns the result of a query as text.
pub(crate) fn told(read: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(read).expect("rows serialise")
}

/// Returns the first lines in which two texts differ.
fn difference(local: &str, distributed: &str) -> Option<String> {
    let mut lines = local.lines().zip(distributed.lines()).enumerate();
    if local == distributed {
        return None;
    }
    let differs = lines.find(|(_, (local, distributed))| local != distributed);
    Some(differs.map_or_else(
        || format!("{} lines, where local tables give {}", distributed.lines().count(), local.lines().count()),
        |(at, (local, distributed))| format!("line {at} is {distributed}, where local tables give {local}"),
    ))
}

/// A separate schema, which is dropped when the test ends.
pub(crate) struct Schema {
    pub(crate) db: Db,
    url: String,
}

impl Schema {
    fn new(url: &str) -> Result<Self> {
        let (url, db) = owned::schema(url)?;
        Ok(Schema { db, url })
    }

    /// Another handle, which has not read the tables yet.
    pub(crate) fn again(&self) -> Result<Db> {
        Db::connect(&self.url)
    }
}

/// Distributes local tables, as the guide describes it.
fn distribute(db: &Db, calls: &[&str]) -> Result<()> {
    // A local table that refers to a reference table would be managed by Citus, and could not be distributed.
    let settings = ["SET LOCAL citus.enable_local_reference_table_foreign_keys TO off"];
    db.transaction(|tx| {
        let calls = calls.iter().map(|call| format!("SELECT {call}"));
        for statement in settings.map(ToOwned::to_owned).into_iter().chain(calls) {
            sql(TrustedSql(statement)).execute(tx)?;
        }
        Ok(())
    })
}

/// The coordinator's URL.
fn url() -> Option<String> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    let named = || std::env::var("ORM_TEST_CITUS").ok().filter(|url| !url.is_empty());
    URL.get_or_init(|| named().or_else(absent)).clone()
}

/// Prints that there is no cluster.
fn absent() -> Option<String> {
    let notice = "no Citus cluster: its tests do nothing. Set ORM_TEST_CITUS to the coordinator's URL.\n";
    // Unlike printed text, written text is visible in successful tests too.
    let _ = io::stderr().write_all(notice.as_bytes());
    None
}
