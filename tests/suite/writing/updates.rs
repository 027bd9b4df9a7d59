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

#[test]
fn changes_are_put_together_at_run_time() -> Result<()> {
    let db = bank()?;
    let ada = || Account::rows_where(Account::owner().eq("Ada"));
    let mut changes = vec![Account::balance().set(7)];
    changes.push(Account::note().set("seven"));
    assert_eq!(assert_queries!(&db, 1, ada().update(&db, changes)?), 1);
    let note = Account::find(&db, 1)?.note;
    assert_eq!((balances(&db)?[0], note.as_deref()), (7, Some("seven")));

    let (owner, balance) = (None::<&str>, Some(8));
    let log = db.record();
    let given = (owner.map(|owner| Account::owner().set(owner)), balance.map(|to| Account::balance().set(to)));
    assert_eq!(ada().update(&db, given)?, 1);
    assert_eq!(
        log.statements(),
        either(
            [r#"UPDATE "accounts" AS t0 SET "balance" = ?1 WHERE t0."owner" = ?2"#],
            [r#"UPDATE "accounts" AS t0 SET "balance" = $1 WHERE t0."owner" = $2"#],
        )
    );
    assert_eq!(balances(&db)?[0], 8);
    ada()
        .update(&db, (vec![Account::note().set(None)], Account::balance().add(1), Some(Account::owner().set("A."))))?;
    assert_eq!(Account::find(&db, 1)?.owner, "A.");
    Ok(())
}

#[test]
fn an_update_that_changes_nothing_sends_nothing() -> Result<()> {
    let db = bank()?;
    let unchanged = [
        assert_queries!(&db, 0, Account::all_rows().update(&db, Vec::<orm::Change<Account>>::new())?),
        assert_queries!(&db, 0, Account::all_rows().update(&db, None::<orm::Change<Account>>)?),
        assert_queries!(
            &db,
            0,
            Account::rows_where(Account::id().gt(1))
                .update(&db, (Vec::<Option<orm::Change<Account>>>::new(), None::<orm::Change<Account>>))?
        ),
    ];
    assert_eq!(unchanged, [0, 0, 0]);
    let twice = Account::all_rows().update(&db, vec![Account::balance().set(1), Account::balance().set(2)]);
    assert!(twice.is_err_and(|error| error.is_invalid() && error.to_string().contains("Account.balance")));
    Ok(())
}

/// A value that begins with a column of another row, or with none, is no change by itself.
#[test]
fn a_value_of_no_column_changes_nothing() -> Result<()> {
    let db = bank()?;
    let related = Transfer::account().value(Account::balance());
    let error = Transfer::all_rows().update(&db, related).unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(
        error.to_string(),
        "a change of `Transfer` does not begin with one of its columns; name the column that it sets: `.set(..)`"
    );
    Transfer::all_rows().update(&db, Transfer::amount().set(Transfer::account().value(Account::balance())))?;
    assert_eq!(Transfer::query().all(&db)?[0].amount, 100);
    Ok(())
}
