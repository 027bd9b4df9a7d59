//! The row that has a unique key: the one that is there, or a new one.

use std::sync::Barrier;
use std::thread;

use orm::{Model, Result, assert_queries};

use crate::database::{Shared, db};
use crate::schemas::bank::{Account, NewAccount, balances, bank};
use crate::support::text::without_placeholders;

fn new(owner: &str, balance: i64) -> NewAccount {
    NewAccount { owner: owner.into(), balance, note: None }
}

#[test]
fn a_row_that_exists_is_returned_and_another_one_is_created() -> Result<()> {
    let db = bank()?;
    let recording = db.record();
    let (ada, created) = orm::get_or_create(&db, new("Ada", 7), Account::owner())?;
    assert_eq!((ada.id, ada.balance, created), (1, 100, false), "it is not changed");
    let columns = r#""id", "owner", "balance", "note""#;
    let found = r#"SELECT t0."id", t0."owner", t0."balance", t0."note" FROM "accounts" AS t0 WHERE t0."owner" = ? ORDER BY t0."id" LIMIT ?"#;
    let sent = |recording: &orm::Recording| -> Vec<String> {
        recording.statements().iter().map(|text| without_placeholders(text)).collect()
    };
    assert_eq!(sent(&recording), [found]);

    let recording = db.record();
    let (dan, created) = orm::get_or_create(&db, new("Dan", 7), Account::owner())?;
    assert_eq!((dan.owner.as_str(), dan.balance, created), ("Dan", 7, true));
    let inserted = format!(
        r#"INSERT INTO "accounts" ("owner", "balance", "note") VALUES (?, ?, ?) ON CONFLICT ("owner") DO NOTHING RETURNING {columns}"#
    );
    assert_eq!(sent(&recording), [found, &inserted]);
    let tx = db.begin()?;
    assert_eq!(orm::get_or_create(&tx, new("Dan", 9), Account::owner())?, (dan, false));
    assert!(orm::get_or_create(&tx, new("Eve", 9), Account::owner())?.1);
    assert!(!orm::get_or_create(&tx, new("Eve", 9), Account::owner())?.1);
    drop(tx);
    assert_eq!(balances(&db)?, [100, 50, 0, 7]);
    assert!(orm::get_or_create(&db.begin_read()?, new("Fay", 1), Account::owner()).unwrap_err().is_read_only());
    Ok(())
}

/// Another program inserts the row after it was not found.
#[test]
fn a_row_that_another_program_inserts_meanwhile_is_returned() -> Result<()> {
    let shared = Shared::new();
    let db = shared.open();
    db.create_tables::<Account>()?;
    let other = shared.open();
    db.on_statement(move |event| {
        if event.sql.starts_with("SELECT") {
            orm::insert_or_skip(&other, new("Ada", 5), Account::owner()).expect("the other program inserts");
        }
    });
    let (ada, created) = assert_queries!(&db, 3, orm::get_or_create(&db, new("Ada", 7), Account::owner())?);
    assert_eq!((ada.balance, created), (5, false));
    Ok(())
}

#[test]
fn one_of_many_threads_creates_the_row() -> Result<()> {
    let shared = Shared::new();
    let db = shared.open();
    db.create_tables::<Account>()?;
    let barrier = Barrier::new(4);
    let created: usize = thread::scope(|scope| {
        let work = |thread| {
            let (db, barrier) = (&db, &barrier);
            move || {
                let mut created = 0;
                for round in 0..10 {
                    barrier.wait();
                    let (row, is_new) =
                        orm::get_or_create(db, new(&format!("owner {round}"), thread), Account::owner())
                            .expect("the row is there or created");
                    assert_eq!(row.owner, format!("owner {round}"));
                    created += usize::from(is_new);
                }
                created
            }
        };
        let threads: Vec<_> = (0..4).map(|thread| scope.spawn(work(thread))).collect();
        threads.into_iter().map(|thread| thread.join().expect("the thread ends well")).sum()
    });
    assert_eq!(created, 10);
    assert_eq!(Account::query().count(&db)?, 10);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(unique(year, name))]
struct Event {
    id: i64,
    year: i64,
    name: Option<String>,
    #[model(unique, db_default = sql("('code')"))]
    code: String,
}

#[test]
fn a_key_that_tells_no_row_is_refused() -> Result<()> {
    let db = db();
    db.create_tables::<Event>()?;
    let event = |name: Option<&str>| NewEvent { year: 2024, name: name.map(ToOwned::to_owned), code: None };
    let key = || (Event::year(), Event::name());
    let (first, created) = orm::get_or_create(&db, event(Some("May Day")), key())?;
    assert!(created);
    assert_eq!(orm::get_or_create(&db, event(Some("May Day")), key())?, (first, false));
    let errors = [
        (
            orm::get_or_create(&db, event(None), key()).unwrap_err(),
            "the new row has NULL in `Event.name`, and a unique key allows several such rows; give it a value",
        ),
        (
            orm::get_or_create(&db, event(Some("x")), Event::code()).unwrap_err(),
            "the new row has no value for `Event.code`, which identifies the row; give it one",
        ),
    ];
    for (error, expected) in errors {
        assert!(error.is_invalid());
        assert_eq!(error.to_string(), expected);
    }
    let other = NewEvent { code: Some("other".into()), ..event(Some("Easter")) };
    orm::insert_many(&db, [other])?;
    let third = NewEvent { code: Some("third".into()), ..event(Some("x")) };
    assert!(orm::get_or_create(&db, third, Event::year()).unwrap_err().is_more_than_one());
    let taken = orm::get_or_create(&db, event(Some("y")), key());
    assert!(taken.unwrap_err().is_unique_violation(), "of another key");
    let unknown = NewEvent { year: 2030, ..event(Some("z")) };
    assert!(orm::get_or_create(&db, unknown, Event::year()).is_err(), "no unique index has the column alone");
    assert_eq!(Event::query().count(&db)?, 2);
    Ok(())
}
