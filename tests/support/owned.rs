//! What tests make on a server that others use too: a database of their own, and schemas whose names and comments say that they
//! are ours, by which run they were made, and when. Nothing else is ever dropped.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use orm::{Db, TrustedSql, sql};

/// The local server, as most installations offer it to tests.
const SERVER: &str = "postgres://postgres@127.0.0.1:5432";
const DATABASE: &str = "orm_test";
/// The comment on each schema that tests make.
const MARK: &str = "made by a test of orm; dropped by it";
/// Leftovers of runs that ended longer ago are dropped: no run takes so long.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// The URL of the database for tests on the local server, which is made if it is missing; `None` where there is no server or
/// its database cannot be made.
pub(crate) fn database() -> Option<String> {
    let url = format!("{SERVER}/{DATABASE}");
    if answers(&url) {
        return Some(url);
    }
    let server = Db::connect(&format!("{SERVER}/postgres")).ok()?;
    // Another run may make it at this moment.
    let _ = run(&server, format!("CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'"));
    answers(&url).then_some(url)
}

pub(crate) fn answers(url: &str) -> bool {
    Db::connect(url).and_then(|db| sql("SELECT 1").tuples::<(i64,)>(&db)).is_ok()
}

/// Makes a schema for a test, and returns its name.
pub(crate) fn create_schema(db: &Db) -> orm::Result<String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("{}{}", run_prefix(), NEXT.fetch_add(1, Ordering::Relaxed));
    run(db, format!("CREATE SCHEMA {name}"))?;
    run(db, format!("COMMENT ON SCHEMA {name} IS '{MARK}'"))?;
    Ok(name)
}

/// What the names of this run begin with: `orm_test_`, the seconds of its start, the number of its process, and a random number.
fn run_prefix() -> &'static str {
    static PREFIX: OnceLock<String> = OnceLock::new();
    PREFIX.get_or_init(|| {
        // Each of these is seeded anew, by the system.
        let random = RandomState::new().hash_one(()) >> 32;
        format!("{PREFIX_OF_ALL}{}_{}_{random:08x}_", seconds(), std::process::id())
    })
}

const PREFIX_OF_ALL: &str = "orm_test_";

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Drops the schemas of tests that were killed: those with our comment, whose names say that they are old.
pub(crate) fn drop_leftovers(db: &Db) {
    let names = sql("SELECT nspname::text FROM pg_namespace WHERE obj_description(oid, 'pg_namespace') = $1");
    let names = names.bind(MARK).tuples::<(String,)>(db).expect("the schemas are listed");
    for (name,) in names.iter().filter(|(name,)| is_old(name, seconds())) {
        // Another process may do the same at this moment.
        let _ = run(db, format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
    }
}

/// Whether a schema was made by a run that began long ago. A name of another form is not ours.
fn is_old(name: &str, now: u64) -> bool {
    let parts: Vec<&str> = name.strip_prefix(PREFIX_OF_ALL).unwrap_or_default().split('_').collect();
    let [began, process, random, number] = parts[..] else { return false };
    let are_numbers = [process, number].iter().all(|part| part.parse::<u32>().is_ok());
    let is_random = random.len() == 8 && u32::from_str_radix(random, 16).is_ok();
    let began = began.parse::<u64>().ok().filter(|_| are_numbers && is_random);
    began.is_some_and(|began| now.saturating_sub(began) > OLD.as_secs())
}

fn run(db: &Db, text: String) -> orm::Result<u64> {
    sql(TrustedSql(text)).execute(db)
}

/// Only our own schemas are leftovers: of the right form, with the comment, and old.
#[test]
fn what_is_not_ours_or_not_old_is_left_alone() {
    let now = seconds();
    let (old, young) = (now - OLD.as_secs() - 1, now - OLD.as_secs());
    assert!(is_old(&format!("orm_test_{old}_77_0a1b2c3d_5"), now));
    for name in [
        format!("orm_test_{young}_77_0a1b2c3d_5"),
        format!("orm_test_{}_77_0a1b2c3d_5", now + 1_000_000),
        format!("orm_test_{old}_77"),
        format!("orm_test_{old}_77_secrets_5"),
        format!("orm_test_{old}_77_0a1b2c3d_mine"),
        format!("orm_test_{old}_77_0a1b2c3d_5_more"),
        format!("my_orm_test_{old}_77_0a1b2c3d_5"),
        "orm_test_4711_3".to_owned(),
        "orm_test_data".to_owned(),
        "public".to_owned(),
    ] {
        assert!(!is_old(&name, now), "{name}");
    }
    assert!(run_prefix().len() < 50, "{}", run_prefix());
    assert!(!is_old(&format!("{}0", run_prefix()), now));
}
