//! The program text of the chapter on types of columns.

use orm::{Codec, Db, Mismatch, Model};

/// Money, which another crate could have defined.
#[derive(Debug, PartialEq)]
struct Money {
    cents: i64,
}

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

#[test]
fn chapter() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Item>()?;
    NewItem { price: Money { cents: 250 }, reduced: None }.insert(&db)?;
    let cheap = Item::query().filter(Item::price().lt(Money { cents: 300 })).all(&db)?;
    assert_eq!(cheap.len(), 1);
    let item = &cheap[0];
    assert_eq!((item.id, &item.price, &item.reduced, item.in_cart), (1, &Money { cents: 250 }, &None, 0));
    Ok(())
}
