//! Transactions that run again, with an error type of the program.

use std::sync::atomic::{AtomicUsize, Ordering};

use orm::{AsyncDb, Error, Model, Result, sql};

use crate::database::{Shared, open_impatient};

#[derive(Model, Clone, Debug, PartialEq)]
struct Seat {
    id: i64,
    guest: String,
}

/// What a program may answer to its caller.
#[derive(Debug)]
enum Refused {
    SoldOut,
    Database(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Database(error)
    }
}

impl Refused {
    fn database_error(&self) -> Option<&Error> {
        if let Refused::Database(error) = self { Some(error) } else { None }
    }
}

const RENAME: &str = "UPDATE seats SET guest = guest";

fn seats() -> Result<Shared> {
    let shared = Shared::new();
    let db = shared.open();
    db.create_tables::<Seat>()?;
    NewSeat { guest: "Ada".into() }.insert(&db)?;
    Ok(shared)
}

/// An error after which a transaction may succeed.
fn retryable(shared: &Shared) -> Error {
    let (one, other) = (shared.open(), open_impatient(&shared.address()));
    let holder = one.begin().expect("nobody else writes");
    sql(RENAME).execute(&holder).expect("nobody else writes");
    sql(RENAME).execute(&other).expect_err("the row is locked")
}

#[test]
fn a_retryable_error_within_an_error_of_the_program_runs_the_closure_again() -> Result<()> {
    let shared = seats()?;
    let (db, busy) = (shared.open(), retryable(&shared));
    let mut attempts = 0;
    let seat = db.try_transaction_with_retries(5, Refused::database_error, |tx| {
        attempts += 1;
        let seat = NewSeat { guest: "Eve".into() }.insert(tx)?;
        if attempts < 3 { Err(Refused::Database(busy.clone())) } else { Ok(seat) }
    });
    assert_eq!((seat.expect("the third attempt").guest.as_str(), attempts), ("Eve", 3));
    assert_eq!(Seat::query().count(&db)?, 2, "the first two attempts were rolled back");
    Ok(())
}

#[test]
fn a_refusal_of_the_program_rolls_back_and_is_not_tried_again() -> Result<()> {
    let shared = seats()?;
    let db = shared.open();
    let mut attempts = 0;
    let refused: Result<(), Refused> = db.try_transaction_with_retries(5, Refused::database_error, |tx| {
        attempts += 1;
        NewSeat { guest: "Eve".into() }.insert(tx)?;
        Err(Refused::SoldOut)
    });
    assert!(matches!(refused, Err(Refused::SoldOut)));
    assert_eq!((attempts, Seat::query().count(&db)?), (1, 1));
    Ok(())
}

#[test]
fn a_lock_that_is_held_too_long_is_the_error_of_the_last_attempt() -> Result<()> {
    let shared = seats()?;
    let (db, other) = (open_impatient(&shared.address()), shared.open());
    let holder = other.begin()?;
    sql(RENAME).execute(&holder)?;
    let renamed = db.try_transaction_with_retries(2, Refused::database_error, |tx| Ok(sql(RENAME).execute(tx)?));
    assert!(renamed.expect_err("it is locked").database_error().is_some_and(Error::is_busy));
    Ok(())
}

#[test]
fn an_asynchronous_transaction_tells_the_two_errors_apart_too() -> Result<()> {
    let shared = seats()?;
    let (db, busy) = (AsyncDb::from(shared.open()), retryable(&shared));
    let (attempts, refusals) = (AtomicUsize::new(0), AtomicUsize::new(0));
    smol::block_on(async {
        let seat = db.try_transaction_with_retries(5, Refused::database_error, async |tx| {
            let seat = NewSeat { guest: "Eve".into() }.insert(tx).await?;
            let is_busy = attempts.fetch_add(1, Ordering::Relaxed) < 2;
            if is_busy { Err(Refused::Database(busy.clone())) } else { Ok(seat) }
        });
        assert_eq!(seat.await.expect("the third attempt").guest, "Eve");
        let refused = db.try_transaction_with_retries(5, Refused::database_error, async |tx| {
            refusals.fetch_add(1, Ordering::Relaxed);
            NewSeat { guest: "Bob".into() }.insert(tx).await?;
            Err::<(), Refused>(Refused::SoldOut)
        });
        assert!(matches!(refused.await, Err(Refused::SoldOut)));
        assert_eq!(Seat::query().count(&db).await?, 2);
        assert_eq!((attempts.into_inner(), refusals.into_inner()), (3, 1));
        Ok(())
    })
}
