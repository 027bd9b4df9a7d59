//! Decimals in SQL: sums, arithmetic, minimum and maximum are those of the numbers, exactly.

use orm::value::Decimal;
use orm::{Db, Many, Model, Result, insert_many};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(payments: Payment)]
struct Account {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Payment {
    id: i64,
    #[belongs_to(account: Account)]
    account_id: i64,
    amount: Decimal,
    fee: Option<Decimal>,
}

fn number(text: &str) -> Decimal {
    Decimal::parse(text).expect("a number")
}

/// Ten payments of 0.1 to the first account; 9, 10 and -0.5 to the second; none to the third.
fn bank() -> Result<Db> {
    let db = db();
    db.create_tables::<(Account, Payment)>()?;
    insert_many(&db, ["a", "b", "c"].map(|name| NewAccount { name: name.into() }))?;
    let payment = |account_id, amount| NewPayment { account_id, amount: number(amount), fee: None };
    insert_many(&db, (0..10).map(|_| payment(1, "0.1")))?;
    insert_many(&db, ["9", "10", "-0.5"].map(|amount| payment(2, amount)))?;
    Ok(db)
}

#[test]
fn sums_and_extremes_of_decimals_are_exact() -> Result<()> {
    struct Total;
    struct Least;
    struct Greatest;

    let db = bank()?;
    let accounts = Account::query()
        .prefetch(Account::payments().sum(Payment::amount()).named(Total))
        .prefetch(Account::payments().min(Payment::amount()).named(Least))
        .prefetch(Account::payments().max(Payment::amount()).named(Greatest))
        .all(&db)?;
    let totals: Vec<Option<Decimal>> = accounts.iter().map(|account| *account.named(Total)).collect();
    assert_eq!(totals, [Some(number("1")), Some(number("18.5")), None]);
    let second = &accounts[1];
    assert_eq!((*second.named(Least), *second.named(Greatest)), (Some(number("-0.5")), Some(number("10"))));

    let all = Payment::query();
    assert_eq!(all.sum(&db, Payment::amount())?, Some(number("19.5")));
    assert_eq!(all.sum(&db, Payment::fee())?, None);
    let groups = Payment::query().group_by(Payment::account_id());
    let groups = groups.having(Payment::amount().max().gt(number("9.5")));
    assert_eq!(groups.select((Payment::account_id(), Payment::amount().sum())).all(&db)?, [(2, Some(number("18.5")))]);
    Ok(())
}

#[test]
fn arithmetic_with_decimals_is_exact() -> Result<()> {
    let db = bank()?;
    let second = || Payment::rows_where(Payment::account_id().eq(2));
    second().update(&db, Payment::amount().add(number("0.05")))?;
    second().update(&db, Payment::amount().mul(number("-2")))?;
    second().update(&db, (Payment::amount().sub(number("0.01")), Payment::fee().set(Some(number("1.5")))))?;
    let query = Payment::query().filter(Payment::account_id().eq(2)).order_by(Payment::amount().asc());
    let amounts: Vec<Decimal> = query.all(&db)?.iter().map(|payment| payment.amount).collect();
    assert_eq!(amounts, ["-20.11", "-18.11", "0.89"].map(number));
    let above = Payment::amount().add(number("20")).gt(number("9.5"));
    assert_eq!(Payment::query().filter(above).count(&db)?, 11);

    // `NULL` stays `NULL`.
    let rows = Payment::all_rows().update(&db, Payment::fee().add(Some(number("1"))))?;
    let fees = Payment::query().filter(Payment::fee().eq(number("2.5"))).count(&db)?;
    assert_eq!((rows, fees), (13, 3));
    Ok(())
}

#[test]
fn relations_are_ordered_and_cut_by_decimals() -> Result<()> {
    let db = bank()?;
    let largest = Account::payments().order_by(Payment::amount().desc()).limit(2);
    let accounts = Account::query().prefetch(largest).all(&db)?;
    let payments: &Many<Payment, orm::Part> = accounts[1].payments();
    assert_eq!(payments.iter().map(|payment| payment.amount).collect::<Vec<_>>(), ["10", "9"].map(number));
    Ok(())
}
