//! A permit that arrives while the task is polled.

use std::hint;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::super::lane::Lane;
use super::super::work::Once;
use super::*;
use crate::db::Db;

/// A waker that notes that it was called.
#[derive(Default)]
struct Noted(AtomicBool);

impl Wake for Noted {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A call that waits for a permit.
fn waiting() -> (Pending<'static, u8>, Arc<dyn Job>) {
    let work: fn(On<'_>) -> Result<u8> = |_| Ok(7);
    let caller = Location::caller();
    let origin = Origin::of(caller, &Context::from_waker(Waker::noop()));
    let task = Arc::new(Task {
        work: Mutex::new(Some(Once(work))),
        caller: CallSite::here(),
        turn: Mutex::new(Turn::Waiting(origin, Access::Read)),
        result: Slot::default(),
    });
    let job = Arc::clone(&task) as Arc<dyn Job>;
    (Pending { state: State::Sent, task, caller, result: PhantomData }, job)
}

fn await_with(pending: &mut Pending<'_, u8>) -> u8 {
    let noted = Arc::new(Noted::default());
    let waker = Waker::from(Arc::clone(&noted));
    loop {
        if let Poll::Ready(result) = Pin::new(&mut *pending).poll(&mut Context::from_waker(&waker)) {
            return result.unwrap();
        }
        let begin = Instant::now();
        while !noted.0.swap(false, Ordering::SeqCst) {
            assert!(begin.elapsed() < Duration::from_secs(20), "the task was not woken");
            thread::yield_now();
        }
    }
}

/// At each moment of a poll, the permit wakes the task or is found by it.
#[test]
fn a_permit_that_arrives_during_a_poll_is_not_lost() {
    const ROUNDS: usize = 20_000;
    const OVER: usize = usize::MAX;
    // A worker may still hold the permit of the last round.
    let (db, lane) = (Db::memory().unwrap(), Arc::new(Lane::new("the connection", 8, Duration::from_secs(60))));
    // The lane knows another call as the owner of the permits, so it relieves none that was not woken.
    let (_call, other) = waiting();
    let (mut calls, jobs): (Vec<_>, Vec<_>) = (0..ROUNDS).map(|_| waiting()).unzip();
    let (polled, granted) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let wait_for = |number: &AtomicUsize, least: usize| {
        let begin = Instant::now();
        let is_less = || number.load(Ordering::SeqCst) < least;
        (0..10_000).take_while(|_| is_less()).for_each(|_| hint::spin_loop());
        while is_less() {
            assert!(begin.elapsed() < Duration::from_secs(30), "the other thread has stopped");
            // On a busy machine, both threads may have only one core.
            thread::yield_now();
        }
    };
    let begin = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            for (round, job) in jobs.iter().enumerate() {
                if polled.load(Ordering::SeqCst) == OVER {
                    break;
                }
                let permit = lane.ask(Arc::clone(&other), Location::caller(), &db).expect("a connection is free");
                granted.store(round + 1, Ordering::SeqCst);
                wait_for(&polled, 2 * round + 1);
                (0..round % 64).for_each(|_| hint::spin_loop());
                job.grant(permit);
                wait_for(&polled, 2 * round + 2);
            }
        });
        for (round, call) in calls.iter_mut().enumerate() {
            if begin.elapsed() > Duration::from_secs(5) {
                polled.store(OVER, Ordering::SeqCst);
                break;
            }
            wait_for(&granted, round + 1);
            polled.store(2 * round + 1, Ordering::SeqCst);
            assert_eq!(await_with(call), 7);
            polled.store(2 * round + 2, Ordering::SeqCst);
        }
    });
}

/// A task that does not poll its call keeps no connection from others: a worker does the work.
#[test]
fn a_call_that_is_not_polled_gives_its_connection_back() {
    let (db, lane) = (Db::memory().unwrap(), Arc::new(Lane::new("the connection", 1, Duration::from_secs(60))));
    let ((mut idle, idle_job), (mut next, next_job)) = (waiting(), waiting());
    let permit = lane.ask(Arc::clone(&idle_job), Location::caller(), &db).expect("the connection is free");
    idle_job.grant(permit);
    assert!(lane.ask(next_job, Location::caller(), &db).is_none(), "the connection is not free");
    assert_eq!(await_with(&mut next), 7);
    assert_eq!(await_with(&mut idle), 7);
}

/// A call that is dropped when it has a permit, but has not begun, is not done.
#[test]
fn a_dropped_call_that_has_not_begun_is_not_done() {
    let (db, lane) = (Db::memory().unwrap(), Arc::new(Lane::new("the connection", 1, Duration::from_secs(60))));
    let (call, job) = waiting();
    let permit = lane.ask(Arc::clone(&job), Location::caller(), &db).expect("the connection is free");
    job.grant(permit);
    let task = Arc::clone(&call.task);
    drop(call);
    assert!(matches!(*task.turn(), Turn::Elsewhere));
    assert!(task.poll(&Context::from_waker(Waker::noop())).is_pending(), "it has no result");
    assert!(lane.ask(waiting().1, Location::caller(), &db).is_some(), "the connection is free again");
}
