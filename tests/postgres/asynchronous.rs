//! Asynchronous databases where PostgreSQL is the only database of the program.

use std::time::Duration;

use futures_util::future::try_join_all;
use orm::{AsyncDb, Db, Model, Result};

use crate::support::{Account, bank, new};

/// The accounts of a bank, through a pool of `connections`.
fn bank_with(connections: usize) -> AsyncDb {
    let (_, url) = bank();
    let options = Db::postgres().connections(connections).pool_timeout(Duration::from_secs(20));
    AsyncDb::from(options.connect(&url).expect("the server is there"))
}

#[test]
fn many_tasks_share_few_connections() -> Result<()> {
    let db = bank_with(2);
    smol::block_on(async {
        try_join_all((0..40).map(|task| new(&format!("owner {task}")).insert(&db))).await?;
        let counts = try_join_all((0..40).map(|_| Account::query().count(&db))).await?;
        assert_eq!(counts, [42; 40]);
        Ok(())
    })
}

#[test]
fn a_transaction_that_is_dropped_leaves_nothing() -> Result<()> {
    let db = bank_with(1);
    smol::block_on(async {
        let transaction = db.begin().await?;
        new("Grace").insert(&transaction).await?;
        drop(transaction);
        assert_eq!(Account::query().count(&db).await?, 2);
        db.transaction(async |tx| new("Grace").insert(tx).await).await?;
        assert_eq!(Account::query().count(&db).await?, 3);
        Ok(())
    })
}

#[test]
fn rows_come_in_chunks() -> Result<()> {
    let db = bank_with(1);
    smol::block_on(async {
        let mut chunks = Account::query().order_by(Account::id().asc()).chunks(&db).of_size(1);
        let mut owners = Vec::new();
        while let Some(accounts) = chunks.next().await {
            owners.extend(accounts?.into_iter().map(|account| account.owner));
        }
        assert_eq!(owners, ["Ada", "Emmy"]);
        Ok(())
    })
}

#[test]
fn a_violation_names_its_constraint() {
    let db = bank_with(1);
    let error = smol::block_on(new("Ada").insert(&db)).expect_err("there is an Ada");
    assert!(error.is_unique_violation(), "{error}");
}
