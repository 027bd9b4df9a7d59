//! Migrations of asynchronous databases.

use orm::migrate::State;
use orm::{AsyncDb, Result};

use crate::database::{Fresh, on_each_database, run, students};

#[cfg(feature = "sqlite")]
#[test]
fn a_database_in_memory_has_one_connection_for_all() -> Result<()> {
    smol::block_on(async {
        let db = AsyncDb::memory().await?;
        let (one, other) = (students(), students());
        let (one, other) = futures_util::future::join(one.run(&db), other.run(&db)).await;
        assert_eq!(one?.len() + other?.len(), 1);
        Ok(())
    })
}

on_each_database!(the_same_migrations_are_awaited, migrations_are_refused_in_a_transaction_that_is_awaited);

fn the_same_migrations_are_awaited(fresh: &Fresh) -> Result<()> {
    let db = AsyncDb::from(fresh.open());
    let migrations = students().step(2, "ada", |tx| run(tx, "INSERT INTO students VALUES (1, 'Ada')").map(drop));
    smol::block_on(async {
        assert_eq!(migrations.status(&db).await?[1].state, State::Pending);
        assert_eq!(migrations.run(&db).await?.len(), 2);
        assert!(migrations.run(&db).await?.is_empty());
        assert!(matches!(migrations.status(&db).await?[1].state, State::Applied(_)));
        Ok(())
    })
}

fn migrations_are_refused_in_a_transaction_that_is_awaited(fresh: &Fresh) -> Result<()> {
    let db = AsyncDb::from(fresh.open());
    smol::block_on(async {
        let tx = db.begin().await?;
        let error = students().run(&tx).await.expect_err("it is refused");
        assert!(error.is_migration_failure(), "{error}");
        assert_eq!(students().status(&tx).await?[0].state, State::Pending);
        Ok(())
    })
}
