//! Panics of the program: each leaves the database in order.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use orm::{Model, Result, assert_queries};

use crate::database::Shared;
use crate::schemas::journal::{NewTag, Tag, Writer, fill, journal};

struct First;

/// Whether the observer of the next test panics.
static ARMED: AtomicBool = AtomicBool::new(false);

#[test]
fn a_panic_leaves_the_database_in_order() -> Result<()> {
    let file = Shared::new();
    let shared = file.open();
    let memory = journal()?;
    fill(&shared)?;
    for db in [&memory, &shared] {
        let panics = |work: &dyn Fn()| assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
        let works = || -> Result<()> {
            let rows = assert_queries!(db, 2, Writer::query().prefetch(Writer::written()).all(db)?);
            assert_eq!(rows[0].written().len(), 3);
            db.transaction(|tx| NewTag { label: "more".into() }.insert(tx).map(drop))
        };
        panics(&|| {
            let loader = orm::batch(Writer::id(), |_: &[i64]| -> Result<HashMap<i64, u8>> { panic!("in a loader") });
            let _ = Writer::query().prefetch(loader.named(First)).all(db);
        });
        works()?;
        panics(&|| {
            let _ = db.transaction(|tx| -> Result<()> {
                Tag { id: 77, label: "lost".into() }.insert(tx)?;
                panic!("in a transaction")
            });
        });
        assert!(Tag::find(db, 77).is_err_and(|error| error.is_not_found()));
        works()?;
        db.on_statement(|event| assert!(!ARMED.load(Ordering::Relaxed) || !event.sql.contains("articles")));
        ARMED.store(true, Ordering::Relaxed);
        panics(&|| {
            let _ = Writer::query().prefetch(Writer::written()).all(db);
        });
        ARMED.store(false, Ordering::Relaxed);
        works()?;
    }
    Ok(())
}
