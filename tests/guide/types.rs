//! The program text of the chapter on types of columns.

use orm::value::{DateTime, Decimal, Timestamp};
use orm::{Codec, Db, Mismatch, Model};

/// Money, as another crate could define it.
#[derive(Debug, PartialEq)]
struct Money {
    cents: i64,
}

// ANCHOR: cents
struct Cents;

impl Codec<Money> for Cents {
    type Stored = i64;

    fn encode(value: &Money) -> Result<i64, Mismatch> {
        Ok(value.cents)
    }

    fn decode(stored: i64) -> Result<Money, Mismatch> {
        if stored < 0 { Err(Mismatch::Refused("a price is not negative".into())) } else { Ok(Money { cents: stored }) }
    }
}

#[derive(Model)]
struct Item {
    id: i64,
    #[model(with = Cents)]
    price: Money,
    #[model(with = Cents)]
    reduced: Option<Money>,
    #[model(skip)]
    in_cart: u32,
}
// ANCHOR_END: cents

// ANCHOR: event
#[derive(Model)]
#[model(stored(sqlite(fraction = optional(6)), simple, numeric))]
struct Event {
    id: i64,
    title: String,
    happened_at: Timestamp,
    price: Decimal,
    #[model(stored = t_f)]
    published: bool,
    #[model(stored = unix_seconds)]
    archived_at: Option<Timestamp>,
}
// ANCHOR_END: event

#[test]
fn stored_forms() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Event>()?;
    let at = Timestamp(DateTime::new(1_710_498_030, 500_000_000).expect("a moment"));
    let new = NewEvent {
        title: "Opening".into(),
        happened_at: at,
        price: Decimal::new(1_990, 2),
        published: true,
        archived_at: Some(at),
    };
    let event = new.insert(&db)?;
    assert_eq!((event.id, event.title.as_str(), event.published), (1, "Opening", true));
    let cells = orm::sql("SELECT happened_at, price, published, archived_at FROM events");
    let cells = cells.tuples::<(String, f64, String, i64)>(&db)?;
    assert_eq!(cells, [("2024-03-15 10:20:30.500000".into(), 19.9, "t".into(), 1_710_498_030)]);
    let found = Event::query().filter(Event::happened_at().eq(event.happened_at)).one(&db)?;
    assert_eq!((found.price, found.archived_at), (event.price, event.archived_at));
    Ok(())
}

#[test]
fn chapter() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Item>()?;
    // ANCHOR: money
    NewItem { price: Money { cents: 250 }, reduced: None }.insert(&db)?;
    let cheap = Item::query().filter(Item::price().lt(Money { cents: 300 })).all(&db)?;
    // ANCHOR_END: money
    assert_eq!(cheap.len(), 1);
    let item = &cheap[0];
    assert_eq!((item.id, &item.price, &item.reduced, item.in_cart), (1, &Money { cents: 250 }, &None, 0));
    Ok(())
}
