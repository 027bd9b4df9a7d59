//! The probe of a health check.

use orm::{Result, assert_queries};

use crate::database::db;

#[test]
fn a_database_that_answers_is_pinged() -> Result<()> {
    let db = db();
    assert_queries!(&db, 0, db.ping()?);
    db.transaction(|_| db.ping().or_else(|error| if error.is_reentrant() { Ok(()) } else { Err(error) }))
}

#[cfg(feature = "async")]
#[test]
fn an_asynchronous_database_is_pinged_until_it_is_closed() -> Result<()> {
    let db = orm::AsyncDb::from(db());
    smol::block_on(async {
        db.ping().await?;
        db.close().await;
        assert!(db.ping().await.is_err());
        Ok(())
    })
}
