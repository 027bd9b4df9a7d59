//! Functions of values in stored forms, and of values that only SQLite has.

use orm::value::{DateTime, Decimal};
use orm::{Db, Model, Result, case, insert_many, sql};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
struct Event {
    id: i64,
    name: String,
    #[model(stored = unix_seconds)]
    at: Option<DateTime>,
    ended: DateTime,
    #[model(stored = minor_units(2))]
    price: Decimal,
    #[model(stored = numeric)]
    fee: Option<Decimal>,
    #[model(stored = words("Y", "N"))]
    open: Option<bool>,
    count: i64,
    short: i16,
}

fn at(text: &str) -> DateTime {
    let (date, time) = text.split_once(' ').expect("a date and a time");
    let (date, time) = (orm::value::Date::parse(date), orm::value::Time::parse(time));
    DateTime::of(date.expect("a date"), time.expect("a time"))
}

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).expect("a number")
}

fn events() -> Result<Db> {
    let db = db();
    db.create_tables::<Event>()?;
    let new = |name: &str, begun: Option<&str>, price: &str, fee: Option<&str>, open| NewEvent {
        name: name.into(),
        at: begun.map(at),
        ended: at("2024-05-01 00:00:00"),
        price: decimal(price),
        fee: fee.map(decimal),
        open,
        count: 1,
        short: 1,
    };
    insert_many(
        &db,
        [new("a", Some("2024-01-01 12:00:00"), "-1.25", Some("0.5"), Some(true)), new("b\0c", None, "10", None, None)],
    )?;
    Ok(db)
}

#[test]
fn values_in_stored_forms_become_native_first() -> Result<()> {
    let db = events()?;
    let begun = || Event::at().coalesce(Event::ended());
    let rows: Vec<DateTime> = Event::query().select(begun()).order_by(begun().desc()).all(&db)?;
    assert_eq!(rows, [at("2024-05-01 00:00:00"), at("2024-01-01 12:00:00")]);
    assert_eq!(Event::query().filter(begun().lt(at("2024-02-01 00:00:00"))).count(&db)?, 1);
    assert_eq!(Event::query().filter(begun().eq(Event::ended())).count(&db)?, 1);
    assert_eq!(Event::query().filter(begun().eq(Event::at())).count(&db)?, 1);
    let never = Event::at().coalesce(at("1970-01-01 00:00:00"));
    assert_eq!(Event::query().select(never.min()).one(&db)?, Some(at("1970-01-01 00:00:00")));
    let costs =
        Event::query().select((Event::price().abs(), Event::price().round(1), Event::fee().coalesce(Event::price())));
    assert_eq!(
        costs.all(&db)?,
        [("1.25", "-1.3", "0.5"), ("10", "10", "10")].map(|(one, two, three)| (
            decimal(one),
            decimal(two),
            decimal(three)
        ))
    );
    assert_eq!(Event::query().select(Event::open().coalesce(false)).all(&db)?, [true, false]);
    assert_eq!(Event::query().filter(Event::open().coalesce(false).eq(true)).count(&db)?, 1);
    let price = || case().when(Event::fee().lt(decimal("1")), Event::fee()).otherwise(Event::price());
    assert_eq!(Event::query().select(price()).all(&db)?, [Some(decimal("0.5")), Some(decimal("10"))]);
    assert_eq!(Event::query().filter(price().gt(decimal("9"))).count(&db)?, 1, "as numbers, not as texts");
    Ok(())
}

#[test]
fn values_are_stored_in_the_form_of_their_column() -> Result<()> {
    let db = events()?;
    Event::all_rows().update(&db, (Event::price().round(0), Event::fee().set(Event::price().abs())))?;
    let stored =
        sql("SELECT typeof(price), CAST(price AS TEXT), fee FROM events").tuples::<(String, String, Decimal)>(&db)?;
    assert_eq!(
        stored,
        [
            ("integer".to_owned(), "-100".to_owned(), decimal("1.25")),
            ("integer".to_owned(), "1000".to_owned(), decimal("10"))
        ]
    );
    Event::all_rows().update(&db, (Event::at().coalesce(Event::ended()), Event::open().coalesce(false)))?;
    let stored = sql("SELECT at, open FROM events").tuples::<(i64, String)>(&db)?;
    assert_eq!(stored, [(1_704_110_400, "Y".into()), (1_714_521_600, "N".into())]);
    Event::all_rows().update(&db, Event::ended().set(Event::at()))?;
    let ended = sql("SELECT ended FROM events").tuples::<(String,)>(&db)?;
    assert_eq!(ended[0].0, "2024-01-01 12:00:00");
    Ok(())
}

/// A date with a `T` sorts after one without, so the texts must not be compared.
#[test]
fn what_is_stored_in_another_form_is_refused() -> Result<()> {
    let db = events()?;
    sql("UPDATE events SET ended = '2024-05-01T00:00:00'").execute(&db)?;
    let error = Event::query().select(Event::at().coalesce(Event::ended())).all(&db).unwrap_err();
    assert!(error.is_other_form(), "{error}");
    assert_eq!((error.table(), error.column()), (Some("events"), Some("ended")), "{error}");
    Ok(())
}

#[test]
fn a_nul_is_a_character() -> Result<()> {
    let db = events()?;
    assert_eq!(Event::query().select(Event::name().length()).all(&db)?, [1, 3]);
    let texts = Event::query().select((Event::name().upper(), Event::name().concat("!").trim()));
    assert_eq!(texts.all(&db)?, [("A".into(), "a!".into()), ("B\0C".into(), "b\0c!".into())]);
    Ok(())
}

#[test]
fn the_least_integer_has_no_absolute_value() -> Result<()> {
    let db = events()?;
    Event::all_rows().update(&db, (Event::count().set(i64::MIN), Event::short().set(i16::MIN)))?;
    let error = Event::query().select(Event::count().abs()).all(&db).unwrap_err();
    assert!(error.is_overflow(), "{error}");
    assert!(Event::query().select(Event::short().abs()).all(&db).unwrap_err().is_decode());
    Ok(())
}
