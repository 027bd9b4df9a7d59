//! Queries for rows, their pages and chunks, and totals of them.

use std::cmp::Ordering;

use orm::{Cursor, Executor, Query, Result};

use super::text_of;
use crate::ground::{Finding, Ground};
use crate::models::{
    BigTown, House, Lease, Note, Payment, Person, Tag, Town, Tried, condition, filtered, order, query,
};
use crate::oracle::{self, Asked, Cell, Cells, SetOperator, Table, compare};

fn cells<M: Tried>(rows: &[M]) -> Vec<Cells> {
    rows.iter().map(Tried::cells).collect()
}

/// A random query, run in all ways.
pub(super) fn rows<M: Tried>(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<M>(&mut ground.random, true);
    let expected = ground.oracle.select(M::OF, &asked);
    let db = ground.db.clone();
    let (what, sql) = ((M::OF, &asked), || text_of(query.plan(&db)));
    ground.compare(&what, sql, query.all(&db).map(|rows| cells(&rows)), &expected)?;
    let number = expected.len() as u64;
    ground.compare(&("count", what), sql, query.count(&db), &number)?;
    ground.compare(&("exists", what), sql, query.exists(&db), &(number > 0))?;
    let first = query.first(&db).map(|row| row.map(|row| row.cells()));
    ground.compare(&("first", what), sql, first, &expected.first().cloned())?;
    let one = query.one(&db).map(|row| row.cells()).map_err(|error| (error.is_not_found(), error.is_more_than_one()));
    let is_one = match expected.as_slice() {
        [] => Err((true, false)),
        [row] => Ok(row.clone()),
        _ => Err((false, true)),
    };
    ground.compare(&("one", what), sql, Ok(one), &is_one)?;
    let size = ground.random.between(1, 6).unsigned_abs();
    ground.compare(&("chunks of", size, what), sql, chunks(&query, &db, size), &expected)?;
    if let Ok(snapshot) = db.begin_read() {
        ground.compare(&("in a snapshot", what), sql, query.all(&snapshot).map(|rows| cells(&rows)), &expected)?;
        ground.compare(&("chunks in a snapshot", what), sql, chunks(&query, &snapshot, size), &expected)?;
    }
    pages::<M>(ground)
}

fn chunks<M: Tried>(query: &Query<M>, on: &impl Executor, size: u64) -> Result<Vec<Cells>> {
    let mut found = Vec::new();
    for rows in query.chunks(on).of_size(size) {
        found.extend(cells(&rows?));
    }
    Ok(found)
}

/// All pages together are the whole query. The cursors are passed as text.
fn pages<M: Tried>(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<M>(&mut ground.random, false);
    let expected = ground.oracle.select(M::OF, &asked);
    let (db, size) = (ground.db.clone(), ground.random.between(1, 6).unsigned_abs());
    let read = || -> Result<Vec<Cells>> {
        let (mut found, mut cursor) = (Vec::new(), None::<Cursor>);
        loop {
            let page = query.clone().page(size).after(cursor).read(&db)?;
            found.extend(cells(&page.rows));
            match page.next {
                Some(next) if found.len() <= expected.len() => cursor = Some(next.to_string().parse()?),
                _ => return Ok(found),
            }
        }
    };
    ground.compare(&("pages of", size, M::OF, &asked), || text_of(query.plan(&db)), read(), &expected)
}

/// Rows by the first ones that a relation leads to.
macro_rules! by_first {
    ($ground:ident, $model:ident.$relation:ident to $to:ident) => {{
        let at = Table::$model.relation(stringify!($relation));
        let (query, mut asked) = query::<$model>(&mut $ground.random, false);
        let (terms, order) = order::<$to>(&mut $ground.random);
        let (condition, meant) = condition::<$to>(&mut $ground.random, 1);
        let (limit, offset) = ($ground.random.below(4), $ground.random.below(2));
        let mut among = Asked { order, limit: Some(limit), offset, ..Asked::default() };
        let relation = $model::$relation().order_by(terms);
        let meant = Box::new(meant);
        let found = if $ground.random.chance(50) {
            let (filter, kept) = crate::models::condition::<$to>(&mut $ground.random, 0);
            among.filters.push(kept);
            let first = relation.filter(filter).limit(limit as u64).offset(offset as u64);
            asked.filters.push(oracle::Condition::AnyAmong(at, Box::new(among), meant));
            first.any(condition)
        } else {
            let first = relation.limit(limit as u64).offset(offset as u64);
            asked.filters.push(oracle::Condition::AnyAmong(at, Box::new(among), meant));
            first.any(condition)
        };
        let (query, db) = (query.filter(found), $ground.db.clone());
        let expected = $ground.oracle.select(Table::$model, &asked);
        let what = ("by the first of", stringify!($model.$relation), &asked);
        let found = query.all(&db).map(|rows| cells(&rows));
        $ground.compare(&what, || text_of(query.plan(&db)), found, &expected)
    }};
}

/// A random query for rows by the first ones of a relation.
pub(super) fn firsts(ground: &mut Ground) -> Result<(), Finding> {
    match ground.random.below(8) {
        0 => by_first!(ground, Town.districts to Town),
        1 => by_first!(ground, Town.houses to House),
        2 => by_first!(ground, Town.leases to Lease),
        3 => by_first!(ground, House.tenants to Person),
        4 => by_first!(ground, Person.tags to Tag),
        5 => by_first!(ground, Person.notes to Note),
        6 => by_first!(ground, Lease.payments to Payment),
        _ => by_first!(ground, BigTown.houses to House),
    }
}

/// Sums and other aggregates of a query, groups, and single columns.
pub(super) fn totals(ground: &mut Ground) -> Result<(), Finding> {
    match ground.random.below(7) {
        0 => numbers(ground),
        5 => unions(ground),
        4 => computed(ground),
        1 => texts(ground),
        2 => groups(ground),
        3 => groups_by_text(ground),
        _ => columns(ground),
    }
}

fn values(rows: &[Cells], column: usize) -> Vec<Cell> {
    rows.iter().map(|row| row[column].clone()).filter(|cell| *cell != Cell::Null).collect()
}

fn ints(rows: &[Cells], column: usize) -> Vec<i64> {
    let int = |cell: Cell| if let Cell::Int(number) = cell { Some(number) } else { None };
    values(rows, column).into_iter().filter_map(int).collect()
}

fn reals(rows: &[Cells], column: usize) -> Vec<f64> {
    let real = |cell: Cell| if let Cell::Real(number) = cell { Some(number) } else { None };
    values(rows, column).into_iter().filter_map(real).collect()
}

fn total(values: &[i64]) -> Option<i64> {
    (!values.is_empty()).then(|| values.iter().sum())
}

#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn average(values: &[i64]) -> Option<f64> {
    total(values).map(|sum| sum as f64 / values.len() as f64)
}

/// Averages are compared to nine digits, because each database rounds them in a different way.
fn rounded(value: Option<f64>) -> Option<String> {
    value.map(|value| format!("{value:.9}"))
}

fn numbers(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<Person>(&mut ground.random, true);
    let rows = ground.oracle.select(Table::Person, &asked);
    let (ages, scores, db) = (ints(&rows, 2), reals(&rows, 3), ground.db.clone());
    let (what, sql) = (&asked, || text_of(query.plan(&db)));
    ground.compare(&("sum of ages", what), sql, query.sum(&db, Person::age()), &total(&ages))?;
    ground.compare(
        &("avg of ages", what),
        sql,
        query.avg(&db, Person::age()).map(rounded),
        &rounded(average(&ages)),
    )?;
    ground.compare(&("min of ages", what), sql, query.min(&db, Person::age()), &ages.iter().min().copied())?;
    ground.compare(&("max of ages", what), sql, query.max(&db, Person::age()), &ages.iter().max().copied())?;
    let sum = (!scores.is_empty()).then(|| scores.iter().sum::<f64>());
    ground.compare(&("sum of scores", what), sql, query.sum(&db, Person::score()), &sum)?;
    let more: Vec<i64> = ages.iter().map(|age| age * 2).collect();
    ground.compare(&("sum of ages doubled", what), sql, query.sum(&db, Person::age().mul(2)), &total(&more))
}

fn texts(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<Town>(&mut ground.random, true);
    let rows = ground.oracle.select(Table::Town, &asked);
    let (db, collation) = (ground.db.clone(), ground.oracle.collation(Table::Town, 1));
    let by = |one: &Cell, other: &Cell| compare(one, other, collation).unwrap_or(Ordering::Equal);
    let names = values(&rows, 1);
    // The database chooses which of several equal texts it returns.
    let same = |found: Option<String>, expected: Option<Cell>| match (found, expected) {
        (Some(found), Some(expected)) => by(&Cell::Text(found), &expected).is_eq(),
        (found, expected) => found.is_none() == expected.is_none(),
    };
    let least = names.iter().min_by(|one, other| by(one, other)).cloned();
    let greatest = names.iter().max_by(|one, other| by(one, other)).cloned();
    let (what, sql) = (&asked, || text_of(query.plan(&db)));
    ground.compare(&("min of names", what), sql, query.min(&db, Town::name()).map(|name| same(name, least)), &true)?;
    ground.compare(&("max of names", what), sql, query.max(&db, Town::name()).map(|name| same(name, greatest)), &true)
}

type Group = (Option<i64>, u64, Option<i64>, Option<f64>, u64);

fn groups(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = filtered::<Person>(&mut ground.random);
    let least = ground.random.between(0, 2).unsigned_abs();
    let rows = ground.oracle.select(Table::Person, &asked);
    let key_of = |row: &Cells| ints(std::slice::from_ref(row), 5).pop();
    let mut keys: Vec<Option<i64>> = rows.iter().map(key_of).collect();
    keys.sort_unstable();
    keys.dedup();
    let group = |key: Option<i64>| -> Group {
        let rows: Vec<Cells> = rows.iter().filter(|row| key_of(row) == key).cloned().collect();
        let (ages, scores) = (ints(&rows, 2), reals(&rows, 3));
        let mut different = ages.clone();
        different.sort_unstable();
        different.dedup();
        (key, rows.len() as u64, total(&ages), scores.into_iter().reduce(f64::max), different.len() as u64)
    };
    let expected: Vec<Group> = keys.into_iter().map(group).filter(|group| group.1 >= least).collect();
    let db = ground.db.clone();
    let grouped = query.group_by(Person::boss_id()).having(orm::count().ge(least)).select((
        Person::boss_id(),
        orm::count(),
        Person::age().sum(),
        Person::score().max(),
        Person::age().count_distinct(),
    ));
    ground.compare(&("groups by boss", least, &asked), || grouped.sql(&db).text, grouped.all(&db), &expected)
}

/// The database chooses which of several equal names represents a group, so the numbers are compared.
fn groups_by_text(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = filtered::<Town>(&mut ground.random);
    let mut rows = ground.oracle.select(Table::Town, &asked);
    let collation = ground.oracle.collation(Table::Town, 1);
    let by = |one: &Cells, other: &Cells| compare(&one[1], &other[1], collation).unwrap_or(Ordering::Equal);
    rows.sort_by(by);
    let groups = rows.chunk_by(|one, other| by(one, other).is_eq());
    let expected: Vec<(u64, Option<i64>)> = groups.map(|rows| (rows.len() as u64, total(&ints(rows, 3)))).collect();
    let db = ground.db.clone();
    let grouped = query.group_by(Town::name()).select((Town::name(), orm::count(), Town::size().sum()));
    let found = grouped.all(&db).map(|groups| groups.into_iter().map(|(_, number, sum)| (number, sum)).collect());
    ground.compare(&("groups by name", &asked), || grouped.sql(&db).text, found, &expected)
}

/// Single columns and computed values, in an order and within a limit, and distinct ones.
fn columns(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<House>(&mut ground.random, true);
    let rows = ground.oracle.select(Table::House, &asked);
    let int = |cell: &Cell| if let Cell::Int(number) = cell { Some(*number) } else { None };
    let expected: Vec<(Option<i64>, Option<i64>)> = rows.iter().map(|row| (int(&row[3]), int(&row[1]))).collect();
    let db = ground.db.clone();
    let selected = query.select((House::rooms().add(1), House::town_id()));
    let found = selected.all(&db).map(|rows| {
        rows.into_iter().map(|(rooms, town)| (rooms.map(|rooms| i64::from(rooms - 1)), Some(town))).collect()
    });
    ground.compare(&("columns", &asked), || selected.sql(&db).text, found, &expected)?;

    let (query, asked) = filtered::<House>(&mut ground.random);
    let mut expected: Vec<Option<i64>> =
        ground.oracle.select(Table::House, &asked).iter().map(|row| int(&row[2])).collect();
    expected.sort_unstable();
    expected.dedup();
    let selected = query.select(House::owner_id()).distinct();
    let found = selected.all(&db);
    ground.compare(&("different owners", &asked), || selected.sql(&db).text, found, &expected)
}

/// The results of functions and conditions on the columns of each person.
type Computed = (String, i64, i64, Option<String>, Option<f64>, Option<i64>);

fn computed(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<Person>(&mut ground.random, true);
    let (oldest, other) = (ground.random.between(-2, 4), ground.random.between(-2, 4));
    let of_row = |row: &Cells| -> Computed {
        let age = ints(std::slice::from_ref(row), 2).pop();
        let score = reals(std::slice::from_ref(row), 3).pop();
        let Cell::Text(name) = &row[1] else { unreachable!("a name is a text") };
        let kind = match age {
            Some(age) if age > oldest => Some("old".to_owned()),
            _ if row[4] == Cell::Bool(true) => Some(name.clone()),
            _ => None,
        };
        let named = format!("{}-{name}", name.to_ascii_lowercase());
        let length = i64::try_from(name.trim_end_matches(' ').chars().count()).unwrap_or(i64::MAX);
        (named, length, age.unwrap_or(other), kind, score.map(f64::abs), age.map(i64::abs))
    };
    let expected: Vec<Computed> = ground.oracle.select(Table::Person, &asked).iter().map(of_row).collect();
    let db = ground.db.clone();
    let kind = orm::case().when(Person::age().gt(oldest), "old").when(Person::active().eq(true), Person::name());
    let selected = query.select((
        Person::name().lower().concat("-").concat(Person::name()),
        Person::name().trim_end().length(),
        Person::age().coalesce(other),
        kind.otherwise(None),
        Person::score().abs(),
        Person::age().abs(),
    ));
    ground.compare(&("computed", oldest, other, &asked), || selected.sql(&db).text, selected.all(&db), &expected)?;

    let (query, asked) = filtered::<Person>(&mut ground.random);
    let is_found = |row: &&Cells| ints(std::slice::from_ref(row), 2).pop().unwrap_or(other) >= oldest;
    let rows = ground.oracle.select(Table::Person, &asked);
    let expected: Vec<Cells> = rows.iter().filter(is_found).cloned().collect();
    let query = query.filter(Person::age().coalesce(other).ge(oldest));
    let found = query.all(&db).map(|rows| cells(&rows));
    ground.compare(&("by a computed value", oldest, other, &asked), || text_of(query.plan(&db)), found, &expected)
}

/// The rows of the selections that are combined.
type Pair = (Option<i64>, Option<i64>);

/// A random selection, and its rows.
macro_rules! pairs {
    ($ground:ident, $model:ident ($one:ident, $other:ident)) => {{
        let (query, asked) = query::<$model>(&mut $ground.random, true);
        let int = |row: &Cells, name| ints(std::slice::from_ref(row), Table::$model.column(name)).pop();
        let pair = |row: &Cells| -> Pair { (int(row, stringify!($one)), int(row, stringify!($other))) };
        let rows: Vec<Pair> = $ground.oracle.select(Table::$model, &asked).iter().map(pair).collect();
        (query.select(($model::$one(), $model::$other())), rows)
    }};
}

/// Adds another selection to the rows so far.
macro_rules! combined {
    ($ground:ident, $left:expr, $rows:ident) => {{
        let operator = *$ground.random.one_of(&SetOperator::ALL);
        match $ground.random.below(3) {
            0 => combined!($ground, $left, $rows, operator, Person(age, boss_id)),
            1 => combined!($ground, $left, $rows, operator, Lease(rent, rent)),
            _ => combined!($ground, $left, $rows, operator, Payment(person_id, person_id)),
        }
    }};
    ($ground:ident, $left:expr, $rows:ident, $operator:ident, $model:ident ($one:ident, $other:ident)) => {{
        let (other, more) = pairs!($ground, $model($one, $other));
        $rows = $operator.of($rows, more);
        match $operator {
            SetOperator::Union => $left.union(other),
            SetOperator::UnionAll => $left.union_all(other),
            SetOperator::Intersect => $left.intersect(other),
            SetOperator::Except => $left.except(other),
        }
    }};
}

/// The rows of up to four selections, combined one after the other, in an order and within a limit.
fn unions(ground: &mut Ground) -> Result<(), Finding> {
    let (first, mut rows) = pairs!(ground, Person(boss_id, age));
    let mut union = combined!(ground, first, rows);
    for _ in 0..ground.random.below(3) {
        union = combined!(ground, union, rows);
    }
    rows.sort_unstable();
    match ground.random.below(4) {
        // `NULL` is less than all values, as `None` is.
        0 => {
            union = union.order_by(Person::boss_id().desc());
            rows.reverse();
        }
        1 => {
            union = union.order_by(Person::age().asc());
            rows.sort_by_key(|&(_, age)| age);
        }
        2 => {
            union = union.order_by(Person::age().desc().nulls_first());
            rows.reverse();
            rows.sort_by_key(|&(_, age)| (age.is_some(), std::cmp::Reverse(age)));
        }
        _ => {}
    }
    if ground.random.chance(40) {
        let (limit, offset) = (ground.random.below(8), ground.random.below(3));
        union = union.limit(limit as u64).offset(offset as u64);
        rows = rows.into_iter().skip(offset).take(limit).collect();
    }
    let db = ground.db.clone();
    let sql = || union.sql(&db).to_string();
    ground.compare(&"a union", sql, union.all(&db), &rows)?;
    ground.compare(&"the first of a union", sql, union.first(&db), &rows.first().copied())?;
    ground.compare(&"the number of rows of a union", sql, union.count(&db), &(rows.len() as u64))
}
