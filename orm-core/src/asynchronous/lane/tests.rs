//! Who is called when work arrives, a connection becomes free, or the lane closes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

use super::*;

/// Work that counts how often it began, and keeps its permit.
#[derive(Default)]
struct Counted {
    runs: AtomicUsize,
    granted: Mutex<Option<Permit>>,
}

impl Job for Counted {
    fn run(&self, _: &dyn Site) {
        self.runs.fetch_add(1, Ordering::SeqCst);
    }

    fn refuse(&self, error: Error) {
        panic!("{error}");
    }

    fn grant(&self, permit: Permit) {
        *self.granted.lock().unwrap() = Some(permit);
    }
}

/// Work that reports its begin, and ends when the sender is dropped.
struct Blocked {
    report: Sender<()>,
    until: Mutex<Receiver<()>>,
}

impl Job for Blocked {
    fn run(&self, _: &dyn Site) {
        self.report.send(()).unwrap();
        let _ = self.until.lock().unwrap().recv();
    }

    fn refuse(&self, error: Error) {
        panic!("{error}");
    }
}

fn lane(most: usize) -> (Arc<Lane>, Db) {
    (Arc::new(Lane::new("the connection", most, Duration::from_secs(60))), Db::memory().unwrap())
}

fn permit(lane: &Arc<Lane>, db: &Db) -> Permit {
    lane.ask(Arc::<Counted>::default(), Location::caller(), db).expect("a connection is free")
}

/// Handed work that reports its begin, and ends when the sender is dropped.
fn hand(lane: &Arc<Lane>, db: &Db) -> (Receiver<()>, Sender<()>) {
    let (report, begun) = mpsc::channel();
    let (end, until) = mpsc::channel::<()>();
    let rest = move |_: &Db| {
        report.send(()).unwrap();
        let _ = until.recv();
    };
    lane.hand(Arc::<Counted>::default(), Box::new(rest), db);
    (begun, end)
}

fn origin() -> Origin {
    Origin::of(Location::caller(), &Context::from_waker(Waker::noop()))
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn is_idle(lane: &Lane, workers: usize) -> bool {
    let state = lane.lock();
    state.idle.len() == workers && state.alive == workers && state.coming == 0
}

/// Two idle workers, while tasks use all connections and work waits for one.
#[test]
fn closing_ends_every_idle_worker() {
    let (lane, db) = lane(2);
    let (first, second) = (permit(&lane, &db), permit(&lane, &db));
    let running = [hand(&lane, &db), hand(&lane, &db)];
    for (begun, _) in &running {
        begun.recv().unwrap();
    }
    drop(running);
    wait_until("two workers are idle", || is_idle(&lane, 2));
    let waiting = Arc::<Counted>::default();
    lane.push(Arc::clone(&waiting) as Arc<dyn Job>, origin(), &db);
    lane.close();
    assert!(is_idle(&lane, 2), "nobody is called before a connection is free");
    drop(first);
    wait_until("the waiting work is done", || waiting.runs.load(Ordering::SeqCst) == 1);
    wait_until("both workers have ended", || lane.lock().alive == 0);
    drop(second);
    assert!(lane.lock().has_ended());
}

/// A worker that goes on with handed work leaves its connection to the next in the queue.
#[test]
fn a_connection_is_not_kept_during_handed_work() {
    let (lane, db) = lane(1);
    let (report, running) = mpsc::channel();
    let (end_first, until) = mpsc::channel::<()>();
    let first = Arc::new(Blocked { report, until: Mutex::new(until) });
    lane.push(first, origin(), &db);
    running.recv().unwrap();
    let (begun, end) = hand(&lane, &db);
    let task = Arc::<Counted>::default();
    assert!(lane.ask(Arc::clone(&task) as Arc<dyn Job>, Location::caller(), &db).is_none(), "it has to wait");
    drop(end_first);
    begun.recv().unwrap();
    wait_until("the task has the connection", || task.granted.lock().unwrap().is_some());
    drop(end);
}

/// Work of many tasks is done once each, by no more workers than there are connections.
#[test]
fn each_work_is_done_once() {
    let (lane, db) = lane(3);
    let works: Vec<Arc<Counted>> = (0..2000).map(|_| Arc::default()).collect();
    thread::scope(|scope| {
        for works in works.chunks(500) {
            let (lane, db) = (&lane, &db);
            scope.spawn(move || {
                for work in works {
                    lane.push(Arc::clone(work) as Arc<dyn Job>, origin(), db);
                    thread::sleep(Duration::from_micros(20));
                }
            });
        }
    });
    wait_until("all work is done", || works.iter().all(|work| work.runs.load(Ordering::SeqCst) > 0));
    assert!(works.iter().all(|work| work.runs.load(Ordering::SeqCst) == 1));
    wait_until("the workers are idle", || {
        let state = lane.lock();
        state.idle.len() == state.alive && state.coming == 0
    });
    assert!(lane.lock().alive <= 3);
    lane.close();
    wait_until("the workers have ended", || lane.lock().has_ended());
}

/// The calling thread takes a connection only after some calls that were alone, and only while nothing else happens.
#[test]
fn a_lane_is_calm_after_calls_that_were_alone() {
    let (db, lane) = (Db::memory().unwrap(), Arc::new(Lane::new("the connection", 2, Duration::from_secs(60))));
    let take = || lane.take_if_calm(Location::caller(), &db);
    let calm_down = || (1..CALM).for_each(|_| assert!(take().is_none()));
    calm_down();
    let permit = take().expect("the lane is calm");
    assert!(take().is_none(), "a connection is in use");
    drop(permit);
    calm_down();
    assert!(take().is_some());
    assert!(take().is_some(), "it stays calm");
    lane.close();
    assert!(take().is_none());
}
