//! A network that stalls: no data passes and no connection ends. Every wait ends in time, with an error that contains
//! whether a write may have happened.

use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, Model, PostgresOptions, sql};

use crate::proxy::Proxy;
use crate::support::{Account, bank, new, process};

const ANSWER: Duration = Duration::from_millis(300);
const CONNECT: Duration = Duration::from_secs(1);
/// The two limits and the time for a pending answer, on a busy machine.
const BOUND: Duration = Duration::from_secs(15);

fn options() -> PostgresOptions {
    Db::postgres().answer_timeout(ANSWER).connect_timeout(CONNECT)
}

/// A database with the accounts 1 and 2: through a proxy, and directly.
fn stallable() -> (Proxy, Db, Db) {
    let (direct, url) = bank();
    let proxy = Proxy::start();
    let db = options().connect(&proxy.url(&url)).expect("the server is there");
    // The data of the catalog is cached from here on.
    new("Grace").insert(&db).expect("an account is inserted");
    Account::query().count(&db).expect("the accounts are counted");
    (proxy, db, direct)
}

/// Returns the error of work that cannot be done, and checks that it ends.
fn fails<T>(work: impl FnOnce() -> Result<T, Error>) -> Error {
    let began = Instant::now();
    let error = work().err().expect("nothing passes");
    assert!(began.elapsed() < BOUND, "{:?}: {error}", began.elapsed());
    assert!(error.is_connection_lost(), "{error}");
    error
}

#[test]
fn a_stalled_connect_ends_and_leaves_time_to_the_next_host() -> Result<(), Error> {
    let (direct, url) = bank();
    let (stalled, flowing) = (Proxy::start(), Proxy::start());
    stalled.stall_all();
    let began = Instant::now();
    let error = options().connect(&stalled.url(&url)).unwrap_err();
    assert!(error.is_open_failure() && error.to_string().contains("in time"), "{error}");
    assert!(began.elapsed() < BOUND);

    let host =
        |proxy: &Proxy| proxy.url("postgres://postgres@server/").replace("postgres://postgres@", "").replace('/', "");
    let both = url.replacen(&host_of(&url), &format!("{},{}", host(&stalled), host(&flowing)), 1);
    let db = options().connect(&both)?;
    assert_eq!(Account::query().count(&db)?, Account::query().count(&direct)?);
    Ok(())
}

fn host_of(url: &str) -> String {
    let after = url.split_once('@').expect("a URL with a user").1;
    after.split('/').next().expect("a host").to_owned()
}

#[test]
fn a_read_whose_answer_stalls_is_lost_and_the_next_one_is_answered() -> Result<(), Error> {
    let (proxy, db, _) = stallable();
    for stall in [Proxy::stall_answers, Proxy::stall] {
        stall(&proxy);
        let error = fails(|| Account::query().count(&db));
        assert!(!error.is_outcome_unknown(), "{error}");
        assert!(error.to_string().contains("300ms (`answer_timeout`)"), "{error}");
        assert!(error.to_string().contains("is not running it"), "{error}");
        // A new connection passes.
        assert_eq!(Account::query().count(&db)?, 3);
    }
    Ok(())
}

#[test]
fn a_write_whose_answer_stalls_may_have_happened() -> Result<(), Error> {
    let (proxy, db, direct) = stallable();
    proxy.stall_answers();
    let error = fails(|| new("Mary").insert(&db));
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(Account::query().count(&direct)?, 4);

    new("Jean").insert(&db)?;
    proxy.stall();
    let error = fails(|| new("Hedy").insert(&db));
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(Account::query().count(&direct)?, 5);
    Ok(())
}

#[test]
fn a_commit_whose_answer_stalls_may_have_happened() -> Result<(), Error> {
    let (proxy, db, direct) = stallable();
    let transaction = db.begin()?;
    new("Mary").insert(&transaction)?;
    proxy.stall_answers();
    let error = fails(|| transaction.commit());
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(Account::query().count(&direct)?, 4);
    Ok(())
}

#[test]
fn a_transaction_that_stalls_before_its_commit_has_not_happened() -> Result<(), Error> {
    let (proxy, db, direct) = stallable();
    let transaction = db.begin()?;
    new("Mary").insert(&transaction)?;
    proxy.stall();
    let error = fails(|| new("Jean").insert(&transaction));
    assert!(!error.is_outcome_unknown(), "{error}");
    // The rollback sends no statement.
    let began = Instant::now();
    drop(transaction);
    assert!(began.elapsed() < ANSWER);
    assert_eq!(Account::query().count(&direct)?, 3);
    Ok(())
}

#[test]
fn a_server_that_cannot_be_asked_is_given_up() {
    let (proxy, db, _) = stallable();
    proxy.stall_all();
    let error = fails(|| Account::query().count(&db));
    assert!(error.to_string().contains("the reason cannot be found out"), "{error}");
    let began = Instant::now();
    assert!(Account::query().count(&db).unwrap_err().is_open_failure());
    assert!(began.elapsed() < BOUND);
    proxy.flow();
    assert_eq!(Account::query().count(&db).expect("everything passes again"), 3);
}

/// The server waits for the client to read, and reports that the connection is active.
#[test]
fn a_result_that_stalls_halfway_is_lost() {
    let (proxy, db, _) = stallable();
    proxy.stall_answers();
    let rows = sql("SELECT n, repeat('x', 1000) FROM generate_series(1, 30000) AS n");
    let error = fails(|| rows.tuples::<(i32, String)>(&db));
    assert!(error.to_string().contains("is not running it"), "{error}");
}

/// The client's data waits too: the statement is larger than the system's buffer.
#[test]
fn a_statement_that_stalls_on_its_way_is_lost() {
    let (proxy, db, _) = stallable();
    proxy.stall();
    let text = "x".repeat(40 << 20);
    let error = fails(|| sql("SELECT length($1::text)").bind(text.as_str()).tuples::<(i32,)>(&db));
    assert!(!error.is_outcome_unknown(), "{error}");
}

#[test]
fn a_statement_that_the_server_is_at_work_on_is_waited_for() -> Result<(), Error> {
    let (_proxy, db, _) = stallable();
    let began = Instant::now();
    let slept = sql("SELECT 1 FROM (SELECT pg_sleep(2)) AS s").tuples::<(i32,)>(&db)?;
    assert_eq!(slept, [(1,)]);
    assert!(began.elapsed() >= 4 * ANSWER);
    Ok(())
}

#[test]
fn a_server_process_that_is_gone_without_a_word_is_noticed() -> Result<(), Error> {
    let (proxy, db, direct) = stallable();
    let transaction = db.begin()?;
    let process = process(&transaction)?;
    proxy.stall_answers();
    sql("SELECT pg_terminate_backend($1, 10000)").bind(process).tuples::<(bool,)>(&direct)?;
    let error = fails(|| new("Mary").insert(&transaction));
    assert!(error.to_string().contains("its process no longer exists"), "{error}");
    Ok(())
}

/// Interrupts the work on a handle a while after it has begun.
fn interrupted<T>(db: &Db, work: impl FnOnce() -> Result<T, Error>) -> (Error, Result<(), Error>) {
    thread::scope(|scope| {
        let interrupting = scope.spawn(|| {
            thread::sleep(Duration::from_millis(200));
            db.interrupt()
        });
        let error = fails(work);
        (error, interrupting.join().expect("the thread ends"))
    })
}

#[test]
fn an_interrupt_ends_a_stalled_wait() -> Result<(), Error> {
    let (direct, url) = bank();
    let proxy = Proxy::start();
    // A connection that only stays silent would be waited for as long as the test runs.
    let db = Db::postgres().answer_timeout(Duration::MAX).connect_timeout(CONNECT).connect(&proxy.url(&url))?;
    new("Grace").insert(&db)?;

    // The cancellation reaches the server, and its answer does not arrive.
    proxy.stall();
    let (error, told) = interrupted(&db, || new("Mary").insert(&db));
    told?;
    assert!(error.is_outcome_unknown() && error.to_string().contains("interrupted"), "{error}");
    assert_eq!(Account::query().count(&db)?, 3);

    // Nor does the cancellation reach the server.
    proxy.stall_all();
    let (error, told) = interrupted(&db, || Account::query().count(&db));
    assert!(!error.is_outcome_unknown() && error.to_string().contains("interrupted"), "{error}");
    assert!(told.unwrap_err().is_open_failure());
    assert_eq!(Account::query().count(&direct)?, 3);
    Ok(())
}

/// An interrupt stops the work at that time, and nothing later.
#[test]
fn an_interrupt_leaves_later_statements_alone() -> Result<(), Error> {
    let (_proxy, db, _) = stallable();
    let transaction = db.begin()?;
    db.interrupt()?;
    let slept = sql("SELECT 1 FROM (SELECT pg_sleep(1.5)) AS s").tuples::<(i32,)>(&transaction)?;
    assert_eq!(slept, [(1,)]);
    transaction.commit()
}

#[test]
fn times_that_no_clock_holds_are_no_limit() -> Result<(), Error> {
    let (_direct, url) = bank();
    let forever = Duration::MAX;
    let options = Db::postgres().connect_timeout(forever).answer_timeout(forever).pool_timeout(forever);
    let options = options.statement_timeout(forever).lock_timeout(forever).replica_lag(forever);
    let db = options.connect(&url)?;
    db.interrupt()?;
    assert_eq!(Account::query().count(&db)?, 2);
    let seconds = i64::MAX;
    let db = Db::connect(&format!("{url}&connect_timeout={seconds}&tcp_user_timeout={seconds}"))?;
    assert_eq!(Account::query().count(&db)?, 2);
    Ok(())
}
