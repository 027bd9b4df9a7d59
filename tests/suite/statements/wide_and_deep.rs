//! Many keys of several columns, deep trees, wide queries, and memory.

use std::sync::atomic::{AtomicUsize, Ordering};

use orm::{ColumnType, Mismatch, Model, Result, Value, ValueRef};

use crate::database::{db, either};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(street, number))]
#[has_many(tenants: Tenant, foreign_key = (street, number))]
struct House {
    street: String,
    number: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(house: House, foreign_key = (street, number))]
struct Tenant {
    id: i64,
    street: Option<String>,
    number: Option<i64>,
}

#[test]
fn ten_thousand_keys_of_two_columns_take_one_statement() -> Result<()> {
    let db = db();
    db.create_tables::<(House, Tenant)>()?;
    let houses = (0..10_000).map(|at| House { street: format!("street {}", at % 100), number: at / 100 });
    orm::insert_many(&db, houses.clone().map(|House { street, number }| NewHouse { street, number }))?;
    let tenants = houses.map(|house| NewTenant { street: Some(house.street), number: Some(house.number) });
    // A key with a missing part refers to no row.
    let half = [(None, Some(1)), (Some("street 1"), None)];
    let half = half.map(|(street, number)| NewTenant { street: street.map(Into::into), number });
    orm::insert_many(&db, tenants.chain(half))?;
    for query in [House::query(), House::query().filter(House::number().ge(0))] {
        let houses = orm::assert_queries!(&db, 2, query.prefetch(House::tenants()).all(&db)?);
        assert!(houses.iter().all(|house| house.tenants().len() == 1));
        assert!(houses.iter().all(|house| house.tenants()[0].street.as_deref() == Some(&house.street)));
    }
    let tenants = orm::assert_queries!(&db, 2, Tenant::query().prefetch(Tenant::house()).all(&db)?);
    assert_eq!(tenants.iter().filter(|tenant| tenant.house().is_none()).count(), 2);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(children: Node, foreign_key = parent_id)]
struct Node {
    id: i64,
    #[belongs_to(parent: Node)]
    parent_id: Option<i64>,
}

#[test]
fn fifty_levels_are_fifty_statements() -> Result<()> {
    let db = db();
    db.create_tables::<Node>()?;
    db.transaction(|tx| {
        (1..=51).try_for_each(|id| Node { id, parent_id: (id > 1).then_some(id - 1) }.insert(tx).map(|_| ()))
    })?;
    let root = Node::query().filter(Node::parent_id().is_null());
    // The root, fifty levels below it, and an empty level.
    let tree = orm::assert_queries!(&db, 1 + 50 + 1, root.clone().prefetch(Node::children().to_any_depth()).one(&db)?);
    assert_eq!(tree.children().walk().count(), 50);
    // In a circle, the next level is known.
    Node { id: 1, parent_id: Some(51) }.update(&db)?;
    let circle = Node::query().filter(Node::id().eq(1)).prefetch(Node::children().to_any_depth());
    let circle = orm::assert_queries!(&db, 1 + 51, circle.one(&db)?);
    assert_eq!(circle.children().walk().count(), 50);
    // To a fixed depth, each level takes one statement, with or without a circle.
    let nested = Node::children().prefetch(Node::children().prefetch(Node::children()));
    orm::assert_queries!(&db, 4, Node::query().prefetch(nested).all(&db)?);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(r0: Wide, foreign_key = k0)]
#[has_many(r1: Wide, foreign_key = k1)]
#[has_many(r2: Wide, foreign_key = k2)]
#[has_many(r3: Wide, foreign_key = k3)]
#[has_many(r4: Wide, foreign_key = k4)]
struct Wide {
    id: i64,
    #[belongs_to(b0: Wide)]
    k0: Option<i64>,
    #[belongs_to(b1: Wide)]
    k1: Option<i64>,
    #[belongs_to(b2: Wide)]
    k2: Option<i64>,
    #[belongs_to(b3: Wide)]
    k3: Option<i64>,
    #[belongs_to(b4: Wide)]
    k4: Option<i64>,
}

/// All ten relations of the rows that `$from` leads to. The first one is a parameter.
macro_rules! ten {
    ($from:expr, $first:expr) => {
        $from
            .prefetch($first)
            .prefetch(Wide::r1())
            .prefetch(Wide::r2())
            .prefetch(Wide::r3())
            .prefetch(Wide::r4())
            .prefetch(Wide::b0())
            .prefetch(Wide::b1())
            .prefetch(Wide::b2())
            .prefetch(Wide::b3())
            .prefetch(Wide::b4())
    };
}

#[test]
fn ten_relations_on_each_of_four_levels_take_forty_statements() -> Result<()> {
    let db = db();
    db.create_tables::<Wide>()?;
    db.transaction(|tx| {
        let bare = |id| Wide { id, k0: None, k1: None, k2: None, k3: None, k4: None };
        (1..=40).try_for_each(|id| bare(id).insert(tx).map(|_| ()))?;
        (1..=40).try_for_each(|id| {
            let key = |step: i64| Some((id * step) % 40 + 1);
            Wide { id, k0: key(1), k1: key(2), k2: key(4), k3: key(5), k4: key(8) }.update(tx)
        })
    })?;
    let query = ten!(Wide::query(), ten!(Wide::r0(), ten!(Wide::r0(), ten!(Wide::r0(), Wide::r0()))));
    let rows = orm::assert_queries!(&db, 1 + 4 * 10, query.all(&db)?);
    assert_eq!(query.plan(&db)?.statements(), 41);
    for row in &rows {
        let fourth = &row.r0()[0].r0()[0].r0()[0];
        assert_eq!((fourth.b0().is_some(), fourth.r0().len()), (true, 1));
    }
    Ok(())
}

static ALIVE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// A number that counts its instances.
#[derive(Debug, PartialEq)]
struct Counted(i64);

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

impl ColumnType for Counted {
    type Presence = <i64 as ColumnType>::Presence;
    const SQL_TYPE: orm::SqlType = <i64 as ColumnType>::SQL_TYPE;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let number = i64::decode(value)?;
        MOST.fetch_max(ALIVE.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Ok(Counted(number))
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Int(self.0))
    }
}

#[derive(Model, Debug, PartialEq)]
#[has_many(leaves: Leaf, foreign_key = branch_id)]
struct Twig {
    id: i64,
    size: Counted,
}

#[derive(Model, Debug, PartialEq)]
struct Leaf {
    id: i64,
    #[belongs_to(branch: Twig)]
    branch_id: i64,
    size: Counted,
}

#[test]
fn memory_is_bounded_when_asked() -> Result<()> {
    let db = db();
    db.create_tables::<(Twig, Leaf)>()?;
    let twigs = either(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) INSERT INTO twigs SELECT i, i FROM n",
        "INSERT INTO twigs SELECT i, i FROM generate_series(1, 2000) AS i",
    );
    orm::sql(twigs).execute(&db)?;
    orm::sql("INSERT INTO leafs (branch_id, size) SELECT t.id, o.id FROM twigs t JOIN twigs o ON o.id <= 10")
        .execute(&db)?;
    let query = Twig::query().prefetch(Twig::leaves());
    let mut leaves = 0;
    for chunk in query.chunks(&db).of_size(50) {
        leaves += chunk?.iter().map(|twig| twig.leaves().len()).sum::<usize>();
    }
    assert_eq!(leaves, 20_000);
    let most = MOST.swap(0, Ordering::SeqCst);
    assert!(most <= 2 * 50 * 11, "{most} rows were in memory at once");
    // A limit for each parent limits the rows of each.
    let first = Twig::leaves().limit(2);
    let twigs = Twig::query().limit(100).prefetch(first).all(&db)?;
    assert!(twigs.iter().all(|twig| twig.leaves().len() == 2));
    let most = MOST.load(Ordering::SeqCst);
    assert!(most <= 100 * 3, "{most} rows were in memory at once");
    drop(twigs);
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
    Ok(())
}
