//! Reads from replicas: a real one, which follows its primary, lags behind it, and fails.

use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, Model, sql};

use crate::server::{Server, hand_over, programs, unprivileged};
use crate::support::{Account, new, run};

/// Starts a replica of a server.
fn replica_of(primary: &Server) -> Server {
    let programs = programs().expect("the primary was started by them");
    let folder = tempfile::tempdir().expect("a folder is created");
    hand_over(folder.path());
    let data = folder.path().join("data");
    let copied = unprivileged(&programs.join("pg_basebackup"), folder.path())
        .args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-d", &primary.url(), "-D"])
        .arg(&data)
        .output()
        .expect("pg_basebackup runs");
    assert!(copied.status.success(), "pg_basebackup: {}", String::from_utf8_lossy(&copied.stderr));
    Server::serve(&programs, folder, &data)
}

/// Whether a replica answers a reading statement.
fn reads_replica(db: &Db) -> bool {
    let answer = sql("SELECT pg_is_in_recovery()").tuples::<(bool,)>(db);
    answer.expect("somebody answers")[0].0
}

fn await_replica(db: &Db) {
    let began = Instant::now();
    while !reads_replica(db) {
        assert!(began.elapsed() < Duration::from_secs(30), "the replica does not catch up");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn reads_go_to_a_replica_that_is_there_and_has_come_far_enough() -> Result<(), Error> {
    let Some(primary) = Server::start() else { return Ok(()) };
    let replica = replica_of(&primary);
    let beside = Db::connect(&primary.url())?;
    let at_replica = Db::connect(&replica.url())?;
    let lag = Duration::from_millis(300);
    let db = Db::postgres().replica(replica.url()).replica_lag(lag).connect(&primary.url())?;
    db.create_tables::<(Account,)>()?;
    new("Ada").insert(&db)?;

    // A write can be read at once, from any server.
    assert_eq!(Account::query().count(&db)?, 1);
    await_replica(&db);
    assert_eq!(Account::query().count(&db)?, 1);
    assert_eq!(Account::query().count(&db.begin_read()?)?, 1);

    // A replica that lags gets no query for data that this handle has written.
    follow(&at_replica, false)?;
    new("Emmy").insert(&db)?;
    assert_eq!(Account::query().count(&db.clone())?, 2);
    assert!(!reads_replica(&db));
    follow(&at_replica, true)?;
    await_replica(&db);
    assert_eq!(Account::query().count(&db)?, 2);

    // Writes of others are visible after the allowed lag.
    follow(&at_replica, false)?;
    new("Grace").insert(&beside)?;
    let began = Instant::now();
    while Account::query().count(&db)? < 3 {
        assert!(began.elapsed() < lag * 20, "a replica that lags is still asked");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(!reads_replica(&db));
    follow(&at_replica, true)?;
    await_replica(&db);

    // Writing transactions read the primary.
    db.transaction(|transaction| {
        new("Kurt").insert(transaction)?;
        assert_eq!(Account::query().count(transaction)?, 4);
        Ok(())
    })?;
    assert_eq!(Account::query().count(&db)?, 4);

    // Without the replica, the primary answers.
    await_replica(&db);
    drop(at_replica);
    drop(replica);
    assert_eq!(Account::query().count(&db)?, 4);
    assert!(!reads_replica(&db));
    run(&db, "DROP TABLE accounts");
    Ok(())
}

/// Stops or resumes a replica. The function returns nothing, so a query waits for its effect.
fn follow(replica: &Db, follows: bool) -> Result<(), Error> {
    let (text, state) = if follows {
        ("SELECT CAST(pg_wal_replay_resume() AS text)", "not paused")
    } else {
        ("SELECT CAST(pg_wal_replay_pause() AS text)", "paused")
    };
    sql(text).tuples::<(String,)>(replica)?;
    let began = Instant::now();
    while sql("SELECT pg_get_wal_replay_pause_state()").tuples::<(String,)>(replica)?[0].0 != state {
        assert!(began.elapsed() < Duration::from_secs(10), "the replica does not come to be {state}");
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
