//! Functions of columns whose types only PostgreSQL has, and in its collations.

use orm::{Db, Model, Result, case};

use super::run;
use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
struct Item {
    id: i64,
    name: String,
    mood: Option<String>,
    address: String,
    #[model(sql_type = "integer")]
    count: i32,
    weight: f32,
}

fn items() -> Result<Db> {
    let db = db();
    run(
        &db,
        [
            "CREATE TYPE mood AS ENUM ('sad', 'Glad')",
            "CREATE TABLE items (id bigint PRIMARY KEY, name varchar(20) COLLATE \"en-x-icu\" NOT NULL, mood mood, \
             address macaddr NOT NULL, count integer NOT NULL, weight real NOT NULL)",
            "INSERT INTO items VALUES (1, 'ÉLISE', 'Glad', '08:00:2b:01:02:03', 2000000000, 2.675), \
             (2, 'b', NULL, '08:00:2b:01:02:04', -3, -0.05)",
        ],
    )?;
    Ok(db)
}

#[test]
fn letters_have_the_cases_of_the_collation() -> Result<()> {
    let db = items()?;
    assert_eq!(Item::query().select(Item::name().lower()).all(&db)?, ["élise", "b"]);
    assert_eq!(Item::query().filter(Item::name().lower().eq("élise")).count(&db)?, 1);
    Ok(())
}

#[test]
fn texts_of_every_type_have_functions() -> Result<()> {
    let db = items()?;
    let moods: Vec<Option<String>> = Item::query().select(Item::mood().upper()).all(&db)?;
    assert_eq!(moods, [Some("GLAD".into()), None]);
    assert_eq!(Item::query().select(Item::mood().coalesce("sad")).all(&db)?, ["Glad", "sad"]);
    assert_eq!(Item::query().filter(Item::mood().coalesce("sad").gt("sad")).count(&db)?, 1, "in the order of the enum");
    let addresses = Item::query().select((Item::address().upper().trim(), Item::address().length()));
    assert_eq!(addresses.all(&db)?[0], ("08:00:2B:01:02:03".into(), 17));
    let address = case().when(Item::id().eq(1), Item::address()).otherwise("ff:ff:ff:ff:ff:ff");
    assert_eq!(Item::query().select(address).all(&db)?[1], "ff:ff:ff:ff:ff:ff");
    Ok(())
}

#[test]
fn numbers_of_every_width_have_functions() -> Result<()> {
    let db = items()?;
    let wide = Item::name().length().mul(1_000_000_000_000);
    assert_eq!(Item::query().select(wide).all(&db)?, [5_000_000_000_000, 1_000_000_000_000]);
    let weights: Vec<(f32, f32)> = Item::query().select((Item::weight().round(2), Item::weight().abs())).all(&db)?;
    assert_eq!(weights, [(2.68, 2.675), (-0.05, 0.05)]);
    assert_eq!(Item::query().filter(Item::count().abs().lt(10)).count(&db)?, 1);
    let counts: Vec<i32> = Item::query().select(case().when(Item::id().eq(1), 7).otherwise(Item::count())).all(&db)?;
    assert_eq!(counts, [7, -3]);
    Item::all_rows().update(&db, Item::count().set(case().when(Item::id().eq(1), 1).otherwise(2)))?;
    assert_eq!(Item::query().select(Item::count()).all(&db)?, [1, 2]);
    Item::all_rows().update(&db, Item::count().set(i32::MIN))?;
    assert!(Item::query().select(Item::count().abs()).all(&db).unwrap_err().is_overflow());
    Ok(())
}

#[test]
fn texts_of_conditions_are_ordered_by_their_bytes() -> Result<()> {
    let db = items()?;
    let name = || case().when(Item::id().eq(1), "a").otherwise("B");
    assert_eq!(Item::query().select(name()).order_by(name().asc()).all(&db)?, ["B", "a"]);
    Ok(())
}
