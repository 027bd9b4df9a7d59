//! What observers receive about statements of other threads: their spans, and warnings of N+1 queries.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use orm::{AsyncDb, Model, Result};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Instrument as _, Metadata, Subscriber, info_span};
use tracing_core::span::Current;

use crate::database::{Shared, open};
use crate::schemas::university::{Student, university_in};
use crate::support::child;

/// Records the name of the span of each statement.
#[derive(Clone, Default)]
struct Spans {
    spans: Arc<Mutex<Vec<&'static Metadata<'static>>>>,
    statements: Arc<Mutex<Vec<&'static str>>>,
}

thread_local! {
    static ENTERED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

impl Spans {
    /// The span that this thread has entered.
    fn entered(&self) -> Option<(Id, &'static Metadata<'static>)> {
        let id = ENTERED.with_borrow(|entered| entered.last().copied())?;
        let span = self.spans.lock().unwrap()[usize::try_from(id).expect("a number") - 1];
        Some((Id::from_u64(id), span))
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() || metadata.target() == "orm"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut spans = self.spans.lock().unwrap();
        spans.push(span.metadata());
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        let name = self.entered().map_or("no span", |(_, span)| span.name());
        self.statements.lock().unwrap().push(name);
    }

    fn current_span(&self) -> Current {
        self.entered().map_or_else(Current::none, |(id, span)| Current::new(id, span))
    }

    fn enter(&self, id: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(id.into_u64()));
    }

    fn exit(&self, _: &Id) {
        ENTERED.with_borrow_mut(Vec::pop);
    }
}

/// Runs a test in a separate process, which may have a subscriber for all of its threads.
fn in_a_process<T: Fn() -> Result<()>>(test: T, work: impl FnOnce(AsyncDb) -> Result<()>) -> Result<String> {
    if let Some(address) = child::given_address() {
        return work(AsyncDb::from(open(&address))).map(|()| String::new());
    }
    let shared = Shared::new();
    university_in(&shared);
    Ok(child::errors(test, &shared.address()))
}

#[test]
fn statements_stand_in_the_span_of_the_task_that_awaits_them() -> Result<()> {
    let told = in_a_process(statements_stand_in_the_span_of_the_task_that_awaits_them, |db| {
        let spans = Spans::default();
        tracing::subscriber::set_global_default(spans.clone()).expect("it is the first one");
        let one = async { Student::query().count(&db).await }.instrument(info_span!("one"));
        let other = Student::query().count(&db).instrument(info_span!("other"));
        let within = db.transaction(async |tx| Student::query().count(tx).await).instrument(info_span!("within"));
        smol::block_on(async {
            let counts = [one.await?, other.await?, within.await?, Student::query().count(&db).await?];
            assert_eq!(counts, [3; 4]);
            Ok::<_, orm::Error>(())
        })?;
        let statements = spans.statements.lock().unwrap().clone();
        let of = |name| statements.iter().filter(|other| **other == name).count();
        // Separate statements begin and commit the transaction.
        assert_eq!((of("one"), of("other"), of("no span")), (1, 1, 1), "{statements:?}");
        assert!(of("within") >= 2, "{statements:?}");
        Ok(())
    })?;
    assert!(!told.contains("panicked"), "{told}");
    Ok(())
}

#[cfg(debug_assertions)]
#[test]
fn a_loop_of_one_task_is_warned_about() -> Result<()> {
    let told = in_a_process(a_loop_of_one_task_is_warned_about, |db| {
        smol::block_on(async {
            for _ in 0..4 {
                for student in Student::query().all(&db).await? {
                    for _ in 0..10 {
                        Student::courses().of(&student).all(&db).await?;
                    }
                }
            }
            Ok(())
        })
    })?;
    if child::given_address().is_none() {
        let place = told.lines().filter(|line| line.contains("N+1 queries")).collect::<Vec<_>>();
        assert_eq!(place.len(), 1, "{told}");
        assert!(place[0].contains("observing.rs:") && place[0].contains("prefetch(Student::courses())"), "{told}");
    }
    Ok(())
}

#[cfg(debug_assertions)]
#[test]
fn many_tasks_that_read_one_row_each_are_not_warned_about() -> Result<()> {
    let told = in_a_process(many_tasks_that_read_one_row_each_are_not_warned_about, |db| {
        let tasks: Vec<_> = (0..40)
            .map(|_| {
                let db = db.clone();
                smol::spawn(async move { Student::find(&db, 1).await })
            })
            .collect();
        smol::block_on(async {
            for task in tasks {
                task.await?;
            }
            Ok(())
        })
    })?;
    assert!(!told.contains("N+1"), "{told}");
    Ok(())
}
