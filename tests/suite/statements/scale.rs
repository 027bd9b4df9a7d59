//! Very many rows. The tests count work instead of seconds.

use std::cell::Cell;

use orm::{ColumnType, Condition, KeyType, Mismatch, Model, Required, Result, SqlType, Value, ValueRef};
use orm::{assert_queries, insert_many};

use crate::database::{db, either};
use crate::schemas::shelves::{Shelf, Volume, shelves};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(x, y))]
#[has_many(marks: Mark, foreign_key = (x, y))]
struct Square {
    x: i64,
    y: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(square: Square, foreign_key = (x, y))]
struct Mark {
    id: i64,
    x: i64,
    y: i64,
}

#[test]
fn more_parents_than_a_statement_has_parameters_are_loaded() -> Result<()> {
    const COUNT: i64 = 40_000;
    let db = db();
    shelves(&db, COUNT)?;
    let record = db.record();
    // A filter prevents reading the whole table, so that the keys must be sent.
    let some = || Shelf::query().filter(Shelf::id().gt(0));
    let rows = some().prefetch(Shelf::volumes().prefetch(Volume::shelf())).prefetch(Shelf::topics()).all(&db)?;
    assert_eq!(record.count(), 4);
    assert!(rows.len() == 40_000 && rows.iter().all(|row| row.volumes().len() == 1));
    assert!(rows.iter().all(|row| row.volumes()[0].shelf().id == row.id));
    assert_eq!(rows.iter().map(|row| row.topics().len()).sum::<usize>(), 40);
    // One text for any number of keys.
    let texts = record.statements();
    some().limit(3).prefetch(Shelf::volumes()).all(&db)?;
    assert!(texts.contains(record.statements().last().expect("two more were sent")));

    db.create_tables::<(Square, Mark)>()?;
    let squares = insert_many(&db, (0..COUNT).map(|n| NewSquare { x: n % 200, y: n / 200 }))?;
    insert_many(&db, (0..COUNT).map(|n| NewMark { x: n % 200, y: n / 200 }))?;
    let query = Square::query().filter(Square::x().ge(0)).prefetch(Square::marks());
    let rows = assert_queries!(&db, 2, query.all(&db)?);
    assert!(rows.len() == squares.len() && rows.iter().all(|row| row.marks().len() == 1));
    let query = Mark::query().filter(Mark::x().ge(0)).prefetch(Mark::square());
    let rows = assert_queries!(&db, 2, query.all(&db)?);
    assert!(rows.len() == 40_000 && rows.iter().all(|row| (row.square().x, row.square().y) == (row.x, row.y)));
    Ok(())
}

#[test]
fn very_many_alternatives_are_one_balanced_condition() -> Result<()> {
    let db = db();
    db.create_tables::<(Square, Mark)>()?;
    insert_many(&db, (0..5_000).map(|n| NewSquare { x: n, y: -n }))?;
    insert_many(&db, (0..5_000).map(|n| NewMark { x: n, y: -n }))?;
    // Keys of several columns are not a chain of ORs,
    let query = Square::query().filter(Square::x().ge(10)).prefetch(Square::marks());
    let rows = assert_queries!(&db, 2, query.all(&db)?);
    assert!(rows.len() == 4_990 && rows.iter().all(|row| row.marks().len() == 1));
    // and a chain that the user wrote is balanced, because SQLite accepts a depth of at most 1,000.
    let one_of = |count: i64| -> Condition<Square> {
        (1..count).fold(Square::x().eq(0), |condition, n| condition | (Square::x().eq(n) & Square::y().eq(-n)))
    };
    assert_eq!(Square::query().filter(one_of(5_000)).count(&db)?, 5_000);
    let every = (0..5_000).fold(Square::x().ge(0), |condition, n| condition & Square::y().ne(n + 1));
    assert_eq!(Square::query().filter(every).count(&db)?, 5_000);
    // More parameters than the database accepts are a typed error.
    let error = Square::query().filter(one_of(either(20_000, 40_000))).count(&db).expect_err("so many parameters");
    assert!(error.is_invalid(), "{error}");
    assert_eq!(Square::query().filter(Square::x().in_(0..100_000_i64)).count(&db)?, 5_000);
    Ok(())
}

thread_local! {
    /// How often a key was read, written or compared.
    static TOUCHED: Cell<u64> = const { Cell::new(0) };
}

fn touch() {
    TOUCHED.set(TOUCHED.get() + 1);
}

/// A key that counts the operations on it.
#[derive(Clone, Debug)]
struct Code(String);

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        touch();
        self.0 == other.0
    }
}

impl ColumnType for Code {
    const SQL_TYPE: SqlType = SqlType::Text;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        touch();
        String::decode(value).map(Code)
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        touch();
        self.0.encode()
    }
}

impl KeyType for Code {}

#[derive(Model, Clone, Debug)]
#[has_many(parcels: Parcel)]
struct Depot {
    #[model(primary_key)]
    code: Code,
}

#[derive(Model, Clone, Debug)]
struct Parcel {
    id: i64,
    #[belongs_to(depot: Depot)]
    depot_id: Code,
}

/// How often keys are touched while this number of depots get their parcels, and each parcel its depot.
fn touched(depots: u32) -> Result<u64> {
    let db = db();
    db.create_tables::<(Depot, Parcel)>()?;
    let code = |number: u32| Code(format!("D{:05}", number.wrapping_mul(7919) % 99_991));
    insert_many(&db, (0..depots).map(|number| NewDepot { code: code(number) }))?;
    insert_many(&db, (0..depots * 2).map(|number| NewParcel { depot_id: code(number % depots) }))?;
    TOUCHED.set(0);
    let depots = Depot::query().prefetch(Depot::parcels().prefetch(Parcel::depot())).all(&db)?;
    let touched = TOUCHED.get();
    assert!(depots.iter().all(|depot| depot.parcels().iter().all(|parcel| parcel.depot().code.0 == depot.code.0)));
    assert!(depots.iter().all(|depot| depot.parcels().len() == 2));
    Ok(touched)
}

#[test]
fn grouping_touches_each_key_a_few_times() -> Result<()> {
    let (once, twice) = (touched(1_000)?, touched(2_000)?);
    assert!(once >= 4_000, "each depot, each parcel and each parcel's depot is decoded: {once}");
    assert!(once < 20 * 1_000, "{once} touches for 1,000 depots");
    assert!(twice <= once * 2, "{once} touches for 1,000 depots, {twice} for 2,000");
    // Integers use another algorithm. Comparing each parent with each child would take billions of steps here.
    let db = db();
    shelves(&db, 50_000)?;
    let rows = Shelf::query().order_by(Shelf::room().desc()).limit(50_000).prefetch(Shelf::volumes()).all(&db)?;
    assert!(rows.iter().all(|row| row.volumes().len() == 1 && row.volumes()[0].shelf_id == row.id));
    Ok(())
}

#[test]
fn more_new_rows_than_a_statement_has_parameters_are_inserted() -> Result<()> {
    let db = db();
    db.create_tables::<(Square, Mark)>()?;
    let squares = |count: i64| (0..count).map(|n| NewSquare { x: n, y: n + 1 });
    let inserted = insert_many(&db, squares(20_000))?;
    assert_eq!(inserted.len(), 20_000);
    assert!(inserted.iter().zip(0..).all(|(row, n)| (row.x, row.y) == (n, n + 1)), "they come back in order");
    assert_eq!(Square::query().count(&db)?, 20_000);
    assert!(assert_queries!(&db, 0, insert_many(&db, squares(0))?).is_empty());
    // All or none: the last row exists already.
    let more = (0..19_999).map(|n| NewSquare { x: -n - 1, y: 0 }).chain(squares(1));
    let error = insert_many(&db, more).expect_err("the last one exists");
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Square::query().count(&db)?, 20_000);
    Ok(())
}
