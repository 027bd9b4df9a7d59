//! Orders, limits and offsets.

use orm::{Db, Model, Query, Result, assert_queries};

use crate::database::db;

#[derive(Model, Clone, Debug)]
struct Item {
    id: i64,
    rank: Option<i64>,
    name: String,
}

/// (id, rank, name): (1, 2, b) (2, NULL, a) (3, 1, b) (4, 2, a) (5, NULL, b)
fn items() -> Result<Db> {
    let db = db();
    db.create_tables::<Item>()?;
    for (rank, name) in [(Some(2), "b"), (None, "a"), (Some(1), "b"), (Some(2), "a"), (None, "b")] {
        NewItem { rank, name: name.into() }.insert(&db)?;
    }
    Ok(db)
}

fn ids(db: &Db, query: &Query<Item>) -> Result<Vec<i64>> {
    let items = assert_queries!(db, 1, query.all(db)?);
    Ok(items.into_iter().map(|item| item.id).collect())
}

#[test]
fn rows_are_ordered_by_terms_and_tuples_of_terms() -> Result<()> {
    let db = items()?;
    let query = Item::query;
    let (rank, name, id) = (Item::rank(), Item::name(), Item::id());
    assert_eq!(ids(&db, &query())?, [1, 2, 3, 4, 5], "by primary key when nothing is said");
    assert_eq!(ids(&db, &query().order_by(id.desc()))?, [5, 4, 3, 2, 1]);
    assert_eq!(ids(&db, &query().order_by(name.asc()))?, [2, 4, 1, 3, 5], "then by primary key");
    assert_eq!(ids(&db, &query().order_by((name.asc(), rank.desc())))?, [4, 2, 1, 3, 5]);
    assert_eq!(ids(&db, &query().order_by((name.desc(), rank.asc(), id.desc())))?, [5, 3, 1, 2, 4]);
    assert_eq!(ids(&db, &query().order_by(name.asc()).order_by(id.desc()))?, [4, 2, 5, 3, 1], "a second call adds");
    assert_eq!(ids(&db, &query().order_by((name.asc(), name.desc(), id.asc(), rank.asc())))?, [2, 4, 1, 3, 5]);
    Ok(())
}

#[test]
fn nulls_are_less_than_all_values_unless_said_otherwise() -> Result<()> {
    let db = items()?;
    let rank = Item::rank();
    let by = |order| ids(&db, &Item::query().order_by(order));
    assert_eq!(by(rank.asc())?, [2, 5, 3, 1, 4]);
    assert_eq!(by(rank.desc())?, [4, 1, 3, 5, 2]);
    assert_eq!(by(rank.asc().nulls_first())?, [2, 5, 3, 1, 4]);
    assert_eq!(by(rank.asc().nulls_last())?, [3, 1, 4, 2, 5]);
    assert_eq!(by(rank.desc().nulls_first())?, [5, 2, 4, 1, 3]);
    assert_eq!(by(rank.desc().nulls_last())?, [4, 1, 3, 5, 2]);
    Ok(())
}

#[test]
fn limits_and_offsets_may_have_any_size() -> Result<()> {
    let db = items()?;
    let query = Item::query;
    let none: [i64; 0] = [];
    assert_eq!(ids(&db, &query().limit(0))?, none);
    assert_eq!(ids(&db, &query().limit(2))?, [1, 2]);
    assert_eq!(ids(&db, &query().limit(u64::MAX))?, [1, 2, 3, 4, 5]);
    assert_eq!(ids(&db, &query().offset(3))?, [4, 5], "an offset needs no limit");
    assert_eq!(ids(&db, &query().offset(u64::MAX))?, none);
    assert_eq!(ids(&db, &query().limit(u64::MAX).offset(u64::MAX))?, none);
    assert_eq!(ids(&db, &query().limit(2).offset(2))?, [3, 4]);
    assert_eq!(ids(&db, &query().offset(0))?, [1, 2, 3, 4, 5]);
    assert_eq!(ids(&db, &query().limit(4).limit(1))?, [1], "the last limit counts");
    Ok(())
}

#[test]
fn first_and_one_respect_the_querys_own_limits() -> Result<()> {
    let db = items()?;
    let query = Item::query().order_by(Item::id().desc());
    assert_eq!(query.first(&db)?.map(|item| item.id), Some(5));
    assert_eq!(query.clone().offset(1).first(&db)?.map(|item| item.id), Some(4));
    assert!(query.clone().limit(0).first(&db)?.is_none());
    assert!(query.clone().offset(5).first(&db)?.is_none());
    assert_eq!(query.clone().limit(1).one(&db)?.id, 5);
    assert_eq!(query.clone().offset(4).one(&db)?.id, 1);
    assert!(query.clone().limit(0).one(&db).unwrap_err().is_not_found());
    assert!(query.offset(3).one(&db).unwrap_err().is_more_than_one());
    Ok(())
}

#[test]
fn pages_over_equal_rows_neither_miss_nor_repeat_any() -> Result<()> {
    let db = db();
    db.create_tables::<Item>()?;
    let new = |_| NewItem { rank: None, name: "same".into() };
    orm::insert_many(&db, (0..100).map(new))?;
    let query = Item::query().order_by((Item::name().desc(), Item::rank().asc()));
    let mut seen = Vec::new();
    for page in 0..15 {
        seen.extend(ids(&db, &query.clone().limit(7).offset(page * 7))?);
    }
    assert!(seen.into_iter().eq(1..=100));
    Ok(())
}

#[test]
fn debug_names_what_is_ordered_by() {
    assert_eq!(format!("{:?}", Item::rank().desc()), "rank desc");
    assert_eq!(format!("{:?}", Item::rank()), "Item.rank");
    assert_eq!(format!("{:?}", Item::query()), "Query of Item");
}
