//! Rows that are updated or deleted together, and come back.

use orm::value::Timestamp;
use orm::{Db, Model, Result, assert_queries};

use crate::database::db;
use crate::schemas::bank::{Account, Transfer, balances, bank};
use crate::support::text::without_placeholders;

const COLUMNS: &str = r#""id", "owner", "balance", "note""#;

fn sent(recording: &orm::Recording) -> Vec<String> {
    recording.statements().iter().map(|text| without_placeholders(text)).collect()
}

#[test]
fn updated_rows_come_back_as_they_are_stored() -> Result<()> {
    let db = bank()?;
    let recording = db.record();
    let rich = Account::rows_where(Account::balance().ge(50));
    let mut updated =
        rich.update_returning(&db, (Account::balance().mul(2), Account::note().set(Some("rich".into()))))?;
    assert_eq!(
        sent(&recording),
        [format!(
            r#"UPDATE "accounts" AS t0 SET "balance" = (t0."balance" * ?), "note" = ? WHERE t0."balance" >= ? RETURNING {COLUMNS}"#
        )]
    );
    updated.sort_by_key(|account| account.id);
    let account = |id, owner: &str, balance| Account { id, owner: owner.into(), balance, note: Some("rich".into()) };
    assert_eq!(updated, [account(1, "Ada", 200), account(2, "Ben", 100)]);
    assert_eq!(balances(&db)?, [200, 100, 0]);

    let named = Account::transfers().any(Transfer::amount().eq(7));
    let touched = Account::rows_where(named).update_returning(&db, Account::balance().set(1))?;
    assert_eq!(touched.iter().map(|account| account.id).collect::<Vec<_>>(), [1]);
    let none = Account::rows_where(Account::id().gt(9)).update_returning(&db, Account::balance().set(1))?;
    assert_eq!(none, []);
    assert_eq!(Account::all_rows().update_returning(&db, Account::balance().set(3))?.len(), 3);
    Ok(())
}

#[test]
fn deleted_rows_come_back_as_they_were() -> Result<()> {
    let db = bank()?;
    let recording = db.record();
    let mut deleted = Account::rows_where(Account::balance().ge(50)).delete_returning(&db)?;
    let expected = format!(r#"DELETE FROM "accounts" AS t0 WHERE t0."balance" >= ? RETURNING {COLUMNS}"#);
    assert_eq!(sent(&recording), [expected]);
    deleted.sort_by_key(|account| account.id);
    assert_eq!(deleted.iter().map(|account| account.owner.as_str()).collect::<Vec<_>>(), ["Ada", "Ben"]);
    assert_eq!((balances(&db)?, Transfer::query().count(&db)?), (vec![0], 0), "with what refers to them");
    let rest = db.transaction(|tx| assert_queries!(&db, 1, Account::all_rows().delete_returning(tx)))?;
    assert_eq!(rest.len(), 1);
    assert_eq!(assert_queries!(&db, 1, Account::all_rows().delete_returning(&db)?), []);
    Ok(())
}

#[test]
fn a_change_that_is_refused_leaves_all_rows() -> Result<()> {
    let db = bank()?;
    let error = Account::all_rows().update_returning(&db, Account::owner().set("same")).unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    let twice = (Account::balance().set(1), Account::balance().add(1));
    assert!(Account::all_rows().update_returning(&db, twice).unwrap_err().is_invalid());
    assert_eq!(balances(&db)?, [100, 50, 0]);
    let reading = db.begin_read()?;
    assert!(Account::all_rows().delete_returning(&reading).unwrap_err().is_read_only());
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Page {
    id: i64,
    text: String,
    #[model(version)]
    version: i64,
    #[model(updated_at)]
    changed: Timestamp,
}

fn pages() -> Result<Db> {
    let db = db();
    db.create_tables::<Page>()?;
    orm::insert_many(&db, ["a", "b"].map(|text| NewPage { text: text.into(), changed: None }))?;
    Ok(db)
}

#[test]
fn versions_and_moments_come_back_as_they_are_then() -> Result<()> {
    let db = pages()?;
    let before = Page::find(&db, 1)?;
    let mut changed = Page::all_rows().update_returning(&db, Page::text().set("c"))?;
    changed.sort_by_key(|page| page.id);
    assert_eq!(changed, Page::query().all(&db)?);
    assert!(changed.iter().all(|page| page.version == 2 && page.changed > before.changed));
    assert!(before.edit(&db, |page| page.text.clear()).unwrap_err().is_stale());
    assert_eq!(changed[0].edit(&db, |page| page.text.clear())?.version, 3);
    Ok(())
}
