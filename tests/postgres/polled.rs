//! Tasks of tokio that read and write the sockets of their connections themselves, and the work that they leave to
//! threads.

use std::panic::{self, AssertUnwindSafe};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use orm::{AsyncDb, Db, Error, Model, PostgresOptions, Result, StatementKind, sql};
use smol::future::poll_once;
use tokio::runtime::{Builder, Runtime};

use crate::proxy::Proxy;
use crate::support::{Account, bank, kill, new, process, run};

/// The threads on which observers received statements.
type Told = Arc<Mutex<Vec<ThreadId>>>;

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The accounts of a bank, whose catalog is cached, and the threads on which observers receive statements from here on.
fn known(options: PostgresOptions, url: &str) -> (AsyncDb, Told) {
    let db = options.connect(url).expect("the server is there");
    let eve = new("Eve").insert(&db).expect("an account is inserted");
    let eve = eve.edit(&db, |eve| eve.balance += 1).expect("it is there");
    Account { balance: 7, ..eve.clone() }.update(&db).expect("it is there");
    eve.delete(&db).expect("it is there");
    let told = Told::default();
    let telling = Arc::clone(&told);
    db.on_statement(move |_| telling.lock().unwrap().push(thread::current().id()));
    (AsyncDb::from(db), told)
}

fn one() -> PostgresOptions {
    Db::postgres().connections(1).pool_timeout(Duration::from_secs(60))
}

/// The threads on which observers received statements since the last call.
fn take(told: &Told) -> Vec<ThreadId> {
    std::mem::take(&mut told.lock().unwrap())
}

/// Whether observers received statements on this thread, and on no other.
fn was_here(told: &Told) -> bool {
    let told = take(told);
    !told.is_empty() && told.iter().all(|thread| *thread == thread::current().id())
}

/// Reads and writes one row at a time, in every way that tasks do themselves. Returns the number of statements.
async fn program(db: &AsyncDb) -> Result<usize> {
    let ada = Account::find(db, 1).await?;
    assert_eq!(ada.owner, "Ada");
    assert_eq!(Account::query().filter(Account::id().eq(1)).one(db).await?, ada);
    assert_eq!(Account::query().order_by(Account::id().asc()).first(db).await?.as_ref(), Some(&ada));
    assert_eq!(Account::query().find(db, 1).await?, ada);
    assert_eq!(Account::query().limit(10).all(db).await?.len(), 2);
    assert_eq!(Account::query().count(db).await?, 2);
    assert!(Account::query().exists(db).await?);
    assert_eq!(Account::query().select(Account::owner()).first(db).await?.as_deref(), Some("Ada"));
    assert!(Account::find(db, 1_000).await.expect_err("there is none").is_not_found());
    let eve = new("Eve").insert(db).await?;
    assert!(new("Eve").insert(db).await.expect_err("there is one").is_unique_violation());
    let eve = eve.edit(db, |eve| eve.balance = 5).await?;
    assert_eq!(eve.edit(db, |_| {}).await?, eve);
    Account { balance: 6, ..eve.clone() }.update(db).await?;
    assert_eq!(Account::find(db, eve.id).await?.balance, 6);
    eve.delete(db).await?;
    assert!(eve.delete(db).await.expect_err("it is gone").is_not_found());
    Ok(17)
}

#[test]
fn a_task_reads_and_writes_by_itself_and_is_told_of_each_statement_once() -> Result<()> {
    let (_, url) = bank();
    let (db, told) = known(one(), &url);
    let recording = db.record();
    let statements = one_thread().block_on(program(&db))?;
    assert_eq!(recording.count(), statements, "{:?}", recording.statements());
    assert!(was_here(&told), "a thread was woken");
    Ok(())
}

#[test]
fn any_other_executor_leaves_it_to_a_thread() -> Result<()> {
    let (_, url) = bank();
    let (db, told) = known(one(), &url);
    smol::block_on(program(&db))?;
    assert!(!take(&told).contains(&thread::current().id()));
    let without_io = Builder::new_current_thread().enable_time().build().expect("a runtime");
    without_io.block_on(program(&db))?;
    assert!(!take(&told).contains(&thread::current().id()));
    Ok(())
}

#[test]
fn a_connection_goes_from_one_runtime_to_another() -> Result<()> {
    let (_, url) = bank();
    let (db, told) = known(one(), &url);
    for _ in 0..3 {
        let (first, second) = (one_thread(), one_thread());
        first.block_on(program(&db))?;
        second.block_on(program(&db))?;
        assert!(was_here(&told), "a thread was woken");
        smol::block_on(program(&db))?;
        drop(first);
        second.block_on(program(&db))?;
        take(&told);
    }
    Ok(())
}

/// The thread's runtime does not run, so its reactor reports nothing.
#[test]
fn a_runtime_that_nobody_drives_is_found_out() -> Result<()> {
    let (_, url) = bank();
    let (db, _) = known(one(), &url);
    let runtime = one_thread();
    let _within = runtime.enter();
    smol::block_on(program(&db))?;
    let began = Instant::now();
    for _ in 0..10 {
        smol::block_on(program(&db))?;
    }
    assert!(began.elapsed() < Duration::from_secs(10), "each statement waits for a reactor that does not run");
    Ok(())
}

#[test]
fn what_is_looked_up_in_the_catalog_is_asked_for_once() -> Result<()> {
    let (_, url) = bank();
    let db = AsyncDb::from(one().connect(&url)?);
    let kinds = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&kinds);
    db.on_statement(move |event| telling.lock().unwrap().push((event.kind, thread::current().id())));
    one_thread().block_on(async {
        new("Eve").insert(&db).await?;
        new("Ben").insert(&db).await?;
        Ok::<_, Error>(())
    })?;
    let here = thread::current().id();
    let expected = [StatementKind::Schema, StatementKind::Query, StatementKind::Query].map(|kind| (kind, here));
    assert_eq!(*kinds.lock().unwrap(), expected);
    Ok(())
}

#[test]
fn a_statement_is_prepared_again_when_its_table_has_changed() -> Result<()> {
    let (beside, url) = bank();
    let (db, told) = known(one(), &url);
    one_thread().block_on(async {
        assert_eq!(Account::find(&db, 1).await?.balance, 100);
        run(&beside, "ALTER TABLE accounts ALTER COLUMN balance TYPE numeric");
        run(&beside, "ALTER TABLE accounts ALTER COLUMN balance TYPE integer");
        assert_eq!(Account::find(&db, 1).await?.balance, 100);
        assert!(was_here(&told));
        Ok(())
    })
}

#[test]
fn a_connection_that_has_gone_is_replaced() -> Result<()> {
    let (_, url) = bank();
    let (db, _) = known(one(), &url);
    one_thread().block_on(async {
        for _ in 0..3 {
            let process = db.run(|tx| process(tx)).await?;
            assert_eq!(Account::query().count(&db).await?, 2);
            kill(process);
            assert_eq!(Account::query().count(&db).await?, 2);
        }
        Ok(())
    })
}

/// Holds the row of an account in a transaction during a call.
fn while_held<T>(beside: &Db, work: impl FnOnce(orm::Transaction<'_>) -> T) -> T {
    let transaction = beside.begin().expect("a transaction begins");
    sql("SELECT id FROM accounts WHERE id = 1 FOR UPDATE").execute(&transaction).expect("the row is there");
    work(transaction)
}

#[test]
fn a_thread_waits_for_an_answer_that_takes_long() -> Result<()> {
    let (beside, url) = bank();
    let (db, told) = known(one(), &url);
    let ada = Account::find(&beside, 1)?;
    while_held(&beside, |transaction| {
        let release = thread::spawn(|| thread::sleep(Duration::from_millis(400)));
        one_thread().block_on(async {
            let mut updating = pin!(Account { balance: 3, ..ada }.update(&db));
            assert!(poll_once(&mut updating).await.is_none());
            release.join().expect("it sleeps");
            transaction.rollback()?;
            updating.await
        })
    })?;
    assert!(!take(&told).contains(&thread::current().id()), "the task waited");
    assert_eq!(Account::find(&beside, 1)?.balance, 3);
    Ok(())
}

#[test]
fn an_answer_that_takes_long_is_interrupted_or_ended_by_its_time_limit() -> Result<()> {
    let (beside, url) = bank();
    let ada = Account::find(&beside, 1)?;
    let limited = one().statement_timeout(Duration::from_millis(250));
    let (db, _) = known(limited, &url);
    let error = while_held(&beside, |_held| one_thread().block_on(ada.update(&db)).expect_err("the row is held"));
    assert!(error.is_statement_timeout() && error.to_string().contains("250ms"), "{error}");

    let (db, _) = known(one(), &url);
    for pause in [20, 300] {
        let error = while_held(&beside, |_held| {
            let interrupting = db.clone();
            let interrupt = thread::spawn(move || {
                thread::sleep(Duration::from_millis(pause));
                interrupting.interrupt()
            });
            let error = one_thread().block_on(ada.update(&db)).expect_err("the row is held");
            interrupt.join().expect("it does not panic").expect("the server is reached");
            error
        });
        assert!(error.is_interrupted(), "{error}");
        one_thread().block_on(ada.update(&db))?;
    }
    Ok(())
}

#[test]
fn an_answer_that_does_not_come_is_given_up() -> Result<()> {
    let (direct, url) = bank();
    let proxy = Proxy::start();
    let options = one().answer_timeout(Duration::from_millis(300)).connect_timeout(Duration::from_secs(1));
    let (db, _) = known(options, &proxy.url(&url));
    let runtime = one_thread();
    proxy.stall_answers();
    let error = runtime.block_on(Account::query().count(&db)).expect_err("nothing passes");
    assert!(error.is_connection_lost() && !error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("300ms (`answer_timeout`)"), "{error}");
    assert_eq!(runtime.block_on(Account::query().count(&db))?, 2);
    // From here on it is prepared on the new connection.
    runtime.block_on(new("Jean").insert(&db))?;
    proxy.stall_answers();
    let error = runtime.block_on(new("Mary").insert(&db)).expect_err("nothing passes");
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(Account::query().count(&direct)?, 4);
    Ok(())
}

#[test]
fn who_waits_too_long_is_told_which_calls_hold_the_connections() -> Result<()> {
    let (beside, url) = bank();
    let (db, _) = known(Db::postgres().connections(1).pool_timeout(Duration::from_millis(50)), &url);
    let ada = Account::find(&beside, 1)?;
    while_held(&beside, |transaction| {
        one_thread().block_on(async {
            let (line, mut updating) = (line!(), pin!(ada.update(&db)));
            assert!(poll_once(&mut updating).await.is_none());
            let error = Account::query().count(&db).await.expect_err("the connection is held");
            assert!(error.is_pool_timeout(), "{error}");
            assert!(error.to_string().contains(&format!("tests/postgres/polled.rs:{line}:")), "{error}");
            transaction.rollback()?;
            updating.await
        })
    })
}

#[test]
fn tasks_take_turns_with_threads_in_the_order_in_which_they_came() -> Result<()> {
    let (beside, url) = bank();
    let (db, _) = known(one(), &url);
    let ada = Account::find(&beside, 1)?;
    let order = Mutex::new(Vec::new());
    one_thread().block_on(async {
        let held = beside.begin()?;
        sql("SELECT id FROM accounts WHERE id = 1 FOR UPDATE").execute(&held)?;
        let mut first = Box::pin(ada.update(&db));
        assert!(poll_once(&mut first).await.is_none());
        let (db, order) = (&db, &order);
        let task = |number| async move {
            if number % 2 == 0 {
                Account::find(db, 1).await?;
            } else {
                db.run(|tx| Account::find(tx, 1)).await?;
            }
            order.lock().unwrap().push(number);
            Ok::<_, Error>(())
        };
        let mut tasks: Vec<_> = (0..20).map(|number| Box::pin(task(number))).collect();
        for task in &mut tasks {
            assert!(poll_once(task).await.is_none());
        }
        held.rollback()?;
        first.await?;
        futures_util::future::try_join_all(tasks).await
    })?;
    assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn a_write_that_is_dropped_after_it_was_sent_is_finished_before_the_connection_is_used_again() -> Result<()> {
    let (beside, url) = bank();
    let (db, _) = known(one(), &url);
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let mut dropped = 0;
    for round in 0..50 {
        let (owner, writing) = (format!("owner {round}"), db.clone());
        // The answer may arrive at once, if another task runs in between.
        dropped += runtime.block_on(async move {
            let mut inserting = Box::pin(async move { new(&owner).insert(&writing).await });
            usize::from(poll_once(&mut inserting).await.is_none())
        });
        assert_eq!(runtime.block_on(Account::query().count(&db))?, 3 + round);
    }
    assert!(dropped > 0, "no insert was dropped before its answer came");
    assert_eq!(Account::query().count(&beside)?, 52);
    Ok(())
}

#[test]
fn a_runtime_that_shuts_down_leaves_its_connections_usable() -> Result<()> {
    let (beside, url) = bank();
    let (db, _) = known(one(), &url);
    let ada = Account::find(&beside, 1)?;
    for others in [false, true] {
        while_held(&beside, |transaction| {
            let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
            let (writing, ada) = (db.clone(), ada.clone());
            runtime.spawn(async move { Account { balance: 9, ..ada }.update(&writing).await });
            wait_for_lock(&beside);
            drop(runtime);
            transaction.rollback()
        })?;
        let counted = if others {
            smol::block_on(Account::query().count(&db))
        } else {
            one_thread().block_on(Account::query().count(&db))
        };
        assert_eq!(counted?, 2);
        assert_eq!(Account::find(&beside, 1)?.balance, 9);
    }
    Ok(())
}

/// Waits until another task waits for the held row.
fn wait_for_lock(beside: &Db) {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%accounts%'
        AND pid IN (SELECT pid FROM pg_locks WHERE NOT granted)";
    while sql(waiting).tuples::<(i64,)>(beside).expect("the processes are listed")[0].0 == 0 {
        thread::yield_now();
    }
}

#[test]
fn an_observer_that_panics_does_so_in_the_task_and_the_connection_is_free() -> Result<()> {
    let (_, url) = bank();
    let (db, _) = known(one(), &url);
    let panics = Arc::new(Mutex::new(true));
    let asked = Arc::clone(&panics);
    db.on_statement(move |_| {
        let panics = std::mem::take(&mut *asked.lock().unwrap());
        assert!(!panics, "the observer panics");
    });
    let runtime = one_thread();
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(Account::query().count(&db))));
    assert!(panicked.is_err());
    assert_eq!(runtime.block_on(program(&db))?, 17);
    Ok(())
}

#[test]
fn closing_waits_for_what_tasks_do() -> Result<()> {
    let (beside, url) = bank();
    let (db, _) = known(one(), &url);
    run(
        &beside,
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
        $$ BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END $$",
    );
    run(&beside, "CREATE TRIGGER slow BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION slow()");
    one_thread().block_on(async {
        let mut inserting = (Box::pin(new("Eve").insert(&db)), Box::pin(new("Ben").insert(&db)));
        assert!(poll_once(&mut inserting.0).await.is_none());
        assert!(poll_once(&mut inserting.1).await.is_none());
        drop(inserting.0);
        let ((), ben) = futures_util::future::join(db.close(), inserting.1).await;
        assert_eq!(ben?.owner, "Ben");
        assert_eq!(Account::query().count(&beside)?, 4);
        assert!(Account::query().count(&db).await.expect_err("it is closed").is_invalid());
        Ok(())
    })
}

#[test]
fn many_tasks_share_few_connections() -> Result<()> {
    let (beside, url) = bank();
    let (db, _) = known(Db::postgres().connections(3).pool_timeout(Duration::from_secs(60)), &url);
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let tasks = (0..64).map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for round in 0..20 {
                    let made = new(&format!("owner {task} {round}")).insert(&db).await?;
                    assert_eq!(Account::find(&db, made.id).await?, made);
                    db.transaction(async |tx| made.edit(tx, |made| made.balance = 1).await).await?;
                    // Some are dropped, at any point of their work.
                    let _ = tokio::time::timeout(Duration::from_micros(task * 10), Account::query().count(&db)).await;
                }
                Ok::<_, Error>(())
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("the task does not panic")?;
        }
        Ok::<_, Error>(())
    })?;
    assert_eq!(Account::query().filter(Account::balance().eq(1)).count(&beside)?, 64 * 20);
    Ok(())
}
