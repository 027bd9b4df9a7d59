//! Nested transactions of asynchronous transactions.

use orm::{AsyncTransaction, Model, Result};
use smol::future::{yield_now, zip};

use super::departments::{add, empty, names};
use crate::schemas::university::Department;

/// An error of a closure.
async fn refused<T>(tx: &AsyncTransaction) -> Result<T> {
    Err(Department::find(tx, 1_000).await.expect_err("there is no such row"))
}

#[test]
fn nested_transactions_are_kept_or_rolled_back_by_themselves() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        db.transaction(async |tx| {
            add(tx, "1").await?;
            tx.transaction(async |tx| {
                add(tx, "1.1").await?;
                let innermost = tx.transaction(async |tx| {
                    add(tx, "1.1.1").await?;
                    refused::<()>(tx).await
                });
                assert!(innermost.await.is_err());
                tx.transaction(async |tx| add(tx, "1.1.2").await).await
            })
            .await?;
            let second = tx.transaction(async |tx| {
                add(tx, "1.2").await?;
                tx.transaction(async |tx| add(tx, "1.2.1").await).await?;
                refused::<()>(tx).await
            });
            assert!(second.await.is_err());
            add(tx, "2").await
        })
        .await?;
        assert_eq!(names(&db).await?, ["1", "1.1", "1.1.2", "2"]);
        Ok(())
    })
}

#[test]
fn the_guard_keeps_rolls_back_and_rolls_back_when_dropped() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        let tx = db.begin().await?;
        let savepoint = tx.savepoint().await?;
        add(&tx, "kept").await?;
        savepoint.commit().await?;
        let savepoint = tx.savepoint().await?;
        add(&tx, "rolled back").await?;
        savepoint.rollback().await?;
        let savepoint = tx.savepoint().await?;
        add(&tx, "dropped").await?;
        drop(savepoint);
        tx.transaction(async |tx| {
            let savepoint = tx.savepoint().await?;
            add(tx, "within").await?;
            savepoint.commit().await
        })
        .await?;
        tx.commit().await?;
        assert_eq!(names(&db).await?, ["kept", "within"]);
        Ok(())
    })
}

#[test]
fn a_guard_ends_after_those_that_were_begun_later() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        let tx = db.begin().await?;
        let (outer, inner) = (tx.savepoint().await?, tx.savepoint().await?);
        add(&tx, "Law").await?;
        assert!(outer.commit().await.expect_err("the inner one is open").is_invalid());
        assert!(inner.commit().await.expect_err("it was rolled back with the outer one").is_invalid());
        tx.commit().await?;
        assert!(names(&db).await?.is_empty());
        Ok(())
    })
}

#[test]
fn two_at_the_same_time_are_an_error_and_neither_loses_what_the_other_wrote() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        let tx = db.begin().await?;
        let one = tx.transaction(async |tx| {
            add(tx, "one").await?;
            yield_now().await;
            add(tx, "one more").await
        });
        let other = tx.transaction(async |tx| {
            add(tx, "other").await?;
            refused::<()>(tx).await
        });
        let (one, other) = zip(one, other).await;
        assert!(other.expect_err("the first one is open").is_invalid());
        one?;
        tx.commit().await?;
        assert_eq!(names(&db).await?, ["one", "one more"]);
        Ok(())
    })
}

#[test]
fn the_one_that_is_kept_is_not_rolled_back_with_the_other() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        let tx = db.begin().await?;
        let rolled_back = tx.transaction(async |tx| {
            add(tx, "rolled back").await?;
            for _ in 0..3 {
                names(tx).await?;
            }
            refused::<()>(tx).await
        });
        let other = tx.transaction(async |tx| add(tx, "other").await);
        let (rolled_back, other) = zip(rolled_back, other).await;
        assert!(rolled_back.expect_err("it is refused").is_not_found());
        let found = if other.is_ok() { vec!["other"] } else { vec![] };
        tx.commit().await?;
        assert_eq!(names(&db).await?, found);
        Ok(())
    })
}

#[test]
fn a_statement_beside_a_nested_transaction_is_an_error_and_not_rolled_back_with_it() -> Result<()> {
    let db = empty();
    smol::block_on(async {
        let tx = db.begin().await?;
        let nested = tx.transaction(async |tx| {
            add(tx, "nested").await?;
            // However fast this was, the other task is before the end.
            yield_now().await;
            refused::<()>(tx).await
        });
        let (nested, beside) = zip(nested, add(&tx, "beside")).await;
        assert!(nested.is_err());
        let error = beside.expect_err("the nested transaction is open");
        assert!(error.is_invalid());
        assert_eq!(
            error.to_string(),
            "a nested transaction is open: use the `tx` that its closure receives, or await its end"
        );
        add(&tx, "after").await?;
        tx.commit().await?;
        assert_eq!(names(&db).await?, ["after"]);
        Ok(())
    })
}
