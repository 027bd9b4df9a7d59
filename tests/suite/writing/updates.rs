//! Many rows changed or deleted by one statement.

use orm::{Model, Result, assert_queries};

use crate::database::either;
use crate::schemas::bank::{Account, Transfer, balances, bank};

#[test]
fn a_set_of_rows_is_updated_by_expressions_in_one_statement() -> Result<()> {
    let db = bank()?;
    let rich = Account::rows_where(Account::balance().ge(50));
    let changed = assert_queries!(&db, 1, rich.update(&db, (Account::balance().add(5), Account::note().set("rich")))?);
    assert_eq!((changed, balances(&db)?), (2, vec![105, 55, 0]));
    assert_eq!(Account::find(&db, 1)?.note.as_deref(), Some("rich"));
    Account::all_rows().update(&db, (Account::balance().mul(2), Account::note().set(None)))?;
    assert_eq!(balances(&db)?, [210, 110, 0]);
    Account::rows_where(Account::transfers().any(Transfer::amount().gt(5))).update(&db, Account::balance().sub(10))?;
    assert_eq!(balances(&db)?, [200, 110, 0]);
    Ok(())
}

#[test]
fn the_statement_of_an_update_is_what_one_would_write() -> Result<()> {
    let db = bank()?;
    let log = db.record();
    Account::rows_where(Account::owner().eq("Ada")).update(&db, Account::balance().add(1))?;
    Account::rows_where(Account::owner().eq("Ada")).delete(&db)?;
    assert_eq!(
        log.statements(),
        either(
            [
                r#"UPDATE "accounts" AS t0 SET "balance" = (t0."balance" + ?1) WHERE t0."owner" = ?2"#,
                r#"DELETE FROM "accounts" AS t0 WHERE t0."owner" = ?1"#,
            ],
            [
                r#"UPDATE "accounts" AS t0 SET "balance" = (t0."balance" + $1) WHERE t0."owner" = $2"#,
                r#"DELETE FROM "accounts" AS t0 WHERE t0."owner" = $1"#,
            ],
        )
    );
    assert_eq!(Transfer::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn a_column_changed_twice_is_refused() -> Result<()> {
    let db = bank()?;
    let twice = Account::all_rows().update(&db, (Account::balance().add(1), Account::balance().set(3)));
    assert!(twice.is_err_and(|error| error.is_invalid() && error.to_string().contains("Account.balance")));
    assert_eq!(Account::all_rows().delete(&db)?, 3);
    Ok(())
}
