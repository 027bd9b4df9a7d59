//! Fields of types that are not column types: stored by a codec, as JSON, or not at all.

use orm::{Codec, Db, Mismatch, Model, Result, insert_many};

use crate::database::db;

/// Money, which another crate could have defined.
#[derive(Clone, Debug, PartialEq, Default)]
struct Money {
    cents: i64,
}

struct Cents;

impl Codec<Money> for Cents {
    type Stored = i64;

    fn encode(value: &Money) -> Result<i64, Mismatch> {
        if value.cents < 0 { Err(Mismatch::Refused("a price is not negative".into())) } else { Ok(value.cents) }
    }

    fn decode(stored: i64) -> Result<Money, Mismatch> {
        if stored < 0 { Err(Mismatch::Refused("a price is not negative".into())) } else { Ok(Money { cents: stored }) }
    }
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Item {
    id: i64,
    #[model(with = Cents)]
    price: Money,
    #[model(with = Cents, column = "reduced_price", index)]
    reduced: Option<Money>,
    #[model(with = Cents, default = Money { cents: 5 })]
    fee: Money,
    #[model(skip)]
    in_cart: u32,
}

fn items(db: &Db) -> Result<Vec<Item>> {
    db.create_tables::<Item>()?;
    let rows = [(500, None), (1_000, Some(900)), (100, Some(80))].map(|(cents, reduced)| NewItem {
        price: Money { cents },
        reduced: reduced.map(|cents| Money { cents }),
        fee: (cents == 100).then_some(Money { cents: 0 }),
    });
    insert_many(db, rows)
}

#[test]
fn a_codec_stores_a_foreign_type() -> Result<()> {
    let db = db();
    let written = items(&db)?;
    assert_eq!(written[0].fee, Money { cents: 5 });
    assert_eq!((&written[2].fee, written[2].in_cart), (&Money { cents: 0 }, 0));
    assert_eq!(Item::query().all(&db)?, written);
    assert_eq!(db.check::<Item>()?, []);

    let ids = |condition| -> Result<Vec<i64>> {
        let found = Item::query().filter(condition).order_by(Item::price().asc()).all(&db)?;
        Ok(found.into_iter().map(|item| item.id).collect())
    };
    assert_eq!(ids(Item::price().lt(Money { cents: 1_000 }))?, [3, 1]);
    assert_eq!(ids(Item::price().in_([Money { cents: 100 }, Money { cents: 1_000 }]))?, [3, 2]);
    assert_eq!(ids(Item::reduced().eq(None))?, [1]);
    assert_eq!(ids(Item::reduced().eq(Money { cents: 80 }))?, [3]);
    assert_eq!(ids(Item::reduced().ge(Some(Money { cents: 80 })))?, [3, 2]);

    let changed = Item { price: Money { cents: 700 }, in_cart: 3, ..written[0].clone() };
    changed.update(&db)?;
    assert_eq!(Item::find(&db, 1)?, Item { in_cart: 0, ..changed });
    Item::all_rows().update(&db, Item::price().set(Money { cents: 1 }))?;
    assert_eq!(ids(Item::price().eq(&Money { cents: 1 }))?, [1, 2, 3]);
    Ok(())
}

#[test]
fn what_a_codec_refuses_is_an_error_that_names_the_column() -> Result<()> {
    let db = db();
    db.create_tables::<Item>()?;
    let negative = || Money { cents: -1 };
    let refused = NewItem { price: negative(), reduced: None, fee: None }.insert(&db).expect_err("a refused value");
    assert!(refused.is_encode(), "{refused}");
    assert_eq!((refused.table(), refused.column()), (Some("items"), Some("price")));
    let refused = Item::query().filter(Item::price().eq(negative())).all(&db).expect_err("a refused value");
    assert_eq!(refused.column(), Some("price"));

    orm::sql("INSERT INTO items (price, fee) VALUES (-1, 0)").execute(&db)?;
    let refused = Item::query().all(&db).expect_err("a refused value");
    assert!(refused.is_decode(), "{refused}");
    assert_eq!((refused.table(), refused.column()), (Some("items"), Some("price")));
    Ok(())
}

#[cfg(feature = "json")]
mod json {
    use orm::{Json, Mismatch, Model, Result, TrustedSql, sql};
    use serde::{Deserialize, Serialize};

    use super::db;
    use crate::database::either;

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
    struct Settings {
        theme: String,
        sizes: Vec<u32>,
    }

    #[derive(Model, Serialize, Clone, Debug, PartialEq)]
    struct User {
        id: i64,
        #[model(json)]
        settings: Settings,
        #[model(json)]
        former: Option<Settings>,
        wrapped: Json<Settings>,
        anything: serde_json::Value,
        maybe: Option<Json<Vec<u8>>>,
    }

    fn settings() -> Settings {
        Settings { theme: "dark \" \u{202e}".into(), sizes: vec![1, u32::MAX] }
    }

    #[test]
    fn values_are_stored_as_json() -> Result<()> {
        let db = db();
        db.create_tables::<User>()?;
        let user = |former: Option<Settings>| NewUser {
            settings: settings(),
            former,
            wrapped: Json(settings()),
            anything: serde_json::json!({"b": [1, 2.5, null], "a": "x"}),
            maybe: Some(Json(vec![1])),
        };
        let first = user(Some(settings())).insert(&db)?;
        let second = NewUser { maybe: None, anything: serde_json::Value::Null, ..user(None) }.insert(&db)?;
        assert_eq!(User::query().all(&db)?, [first.clone(), second.clone()]);
        assert_eq!((first.wrapped.theme.as_str(), second.former), ("dark \" \u{202e}", None));
        assert_eq!(db.check::<User>()?, []);

        let without: Vec<i64> =
            User::query().filter(User::former().is_null()).all(&db)?.into_iter().map(|user| user.id).collect();
        assert_eq!(without, [2]);
        for condition in [User::wrapped().eq(Json(settings())), User::settings().in_([settings()])] {
            let refused = User::query().filter(condition).all(&db).expect_err("JSON is compared");
            assert!(refused.is_invalid(), "{refused}");
        }
        let as_json = serde_json::to_value(&first).expect("rows serialise");
        assert_eq!(as_json["wrapped"]["theme"], as_json["settings"]["theme"]);
        Ok(())
    }

    /// Values that other programs stored are read exactly, or return an error.
    #[test]
    fn json_that_others_stored_is_read_or_refused() -> Result<()> {
        #[derive(Model, Debug)]
        struct Document {
            id: i64,
            body: serde_json::Value,
        }
        let read = |text: &str| {
            let db = db();
            db.create_tables::<Document>()?;
            sql(TrustedSql(format!("INSERT INTO documents VALUES (1, '{text}')"))).execute(&db)?;
            let read = Document::find(&db, 1).map(|document| document.body);
            assert_eq!(Document::query().count(&db)?, 1, "the connection works on");
            read
        };
        let refused = |text: &str| {
            let error = read(text).expect_err("it cannot be read");
            assert_eq!((error.table(), error.column()), (Some("documents"), Some("body")), "{error}");
            error.mismatch().expect("a reason").clone()
        };
        assert_eq!(read("[1, 2.5, null]")?, serde_json::json!([1, 2.5, null]));
        assert_eq!(refused("123456789012345678901234567890"), Mismatch::Inexact);
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert!(matches!(refused(&deep), Mismatch::Refused(_)));
        // PostgreSQL keeps the last of several values of one name, as its type requires.
        let twice = r#"{"a": 1, "a": 2}"#;
        if either(true, false) {
            assert!(
                matches!(refused(twice), Mismatch::Refused(reason) if reason.contains("two values with the same name"))
            );
        } else {
            assert_eq!(read(twice)?, serde_json::json!({"a": 2}));
        }
        Ok(())
    }
}
