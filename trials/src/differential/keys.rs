//! Rows by their keys, and relations that are loaded if a request asks for them.

use std::collections::HashSet;

use orm::Result;

use super::text_of;
use crate::ground::{Finding, Ground};
use crate::models::{House, Lease, Person, Town, Tried, filtered, order, query};
use crate::oracle::{Asked, Cell, Cells, Table};

/// A random choice among these.
pub(super) fn one(ground: &mut Ground) -> Result<(), Finding> {
    match ground.random.below(6) {
        0 => rows_by_keys(ground),
        1 => owned_by_keys(ground),
        2 => bosses_by_keys(ground),
        3 => tenants_by_keys(ground),
        4 => chosen_with_what_is_below(ground),
        _ => chosen_side_by_side(ground),
    }
}

impl Ground {
    /// Keys of people in any order, some of them twice, and some that no person has.
    fn keys_of_people(&mut self) -> Vec<i64> {
        let number = |row: &Cells| if let Cell::Int(key) = row[0] { key } else { -1 };
        let there: Vec<i64> = self.oracle.rows(Table::Person).iter().map(number).collect();
        let missing = self.random.chance(40);
        let pick = |ground: &mut Ground| match ground.random.maybe_one_of(&there) {
            Some(&key) if !(missing && ground.random.chance(15)) => key,
            _ => -ground.random.between(1, 9),
        };
        (0..self.random.below(9)).map(|_| pick(self)).collect()
    }

    fn row(&self, table: Table, key: &Cell) -> Option<Cells> {
        self.oracle.rows(table).into_iter().find(|row| row[0] == *key)
    }

    fn related(&self, table: Table, relation: &str, row: &Cells, inner: &Asked) -> Vec<Cells> {
        let at = table.relation(relation);
        self.oracle.narrow(table.relations()[at].to, self.oracle.related(table, at, row), inner)
    }
}

/// Returns the keys without duplicates, in the order of their first occurrence.
fn once<T: Clone + Eq + std::hash::Hash>(keys: &[T]) -> Vec<T> {
    let mut seen = HashSet::new();
    keys.iter().filter(|key| seen.insert((*key).clone())).cloned().collect()
}

fn cells<'r, M: Tried + 'r>(rows: impl Iterator<Item = &'r M>) -> Vec<Cells> {
    rows.map(Tried::cells).collect()
}

/// Rows of a query as a list in the order of the keys, and as a map.
fn rows_by_keys(ground: &mut Ground) -> Result<(), Finding> {
    let (people, asked) = filtered::<Person>(&mut ground.random);
    let keys = ground.keys_of_people();
    let db = ground.db.clone();
    let listed = || match people.find_many(&db, &keys) {
        Err(error) if error.is_not_found() => Ok(None),
        rows => rows.map(|rows| Some(rows.iter().map(Tried::cells).collect::<Vec<_>>())),
    };
    let mapped = || -> Result<Vec<Option<Cells>>> {
        let map = people.by_keys(&db, &keys)?;
        Ok(once(&keys).iter().map(|key| map.get(key).map(Tried::cells)).collect())
    };
    let found = || Ok((listed()?, mapped()?));
    let among = ground.oracle.select(Table::Person, &asked);
    let row = |key: &i64| among.iter().find(|row| row[0] == Cell::Int(*key)).cloned();
    let expected: Vec<Option<Cells>> = once(&keys).iter().map(row).collect();
    let expected = (expected.iter().cloned().collect::<Option<Vec<_>>>(), expected);
    let found = found();
    ground.compare(&("people by keys", &keys, &asked), || text_of(people.plan(&db)), found, &expected)
}

/// A relation that starts at the primary key: each key has an entry.
fn owned_by_keys(ground: &mut Ground) -> Result<(), Finding> {
    let keys = ground.keys_of_people();
    let (terms, terms_asked) = order::<House>(&mut ground.random);
    let inner = Asked { order: terms_asked, ..Asked::default() };
    let relation = Person::owned().order_by(terms);
    let db = ground.db.clone();
    let found = relation.by_keys(&db, &keys).map(|map| {
        once(&keys).iter().map(|key| map[key].iter().map(Tried::cells).collect()).collect::<Vec<Vec<Cells>>>()
    });
    let counted = Person::owned().count().by_keys(&db, &keys);
    let houses = |key: &i64| match ground.row(Table::Person, &Cell::Int(*key)) {
        Some(person) => ground.related(Table::Person, "owned", &person, &inner),
        None => Vec::new(),
    };
    let expected: Vec<Vec<Cells>> = once(&keys).iter().map(houses).collect();
    let counts = expected.iter().map(|houses| houses.len() as u64).collect::<Vec<_>>();
    let counted = counted.map(|map| once(&keys).iter().map(|key| map[key]).collect::<Vec<u64>>());
    ground.compare(&("houses by keys of owners", &keys, &inner), String::new, found, &expected)?;
    ground.compare(&("counts of houses by keys of owners", &keys), String::new, counted, &counts)
}

/// A relation that starts at a foreign key: a key without a row has no entry.
fn bosses_by_keys(ground: &mut Ground) -> Result<(), Finding> {
    let keys = ground.keys_of_people();
    let db = ground.db.clone();
    let found = Person::boss().by_keys(&db, &keys).map(|map| {
        let boss = |key| map.get(key).map(|boss| boss.as_ref().map(|boss| boss.cells()));
        once(&keys).iter().map(boss).collect::<Vec<Option<Option<Cells>>>>()
    });
    let boss = |key: &i64| {
        let person = ground.row(Table::Person, &Cell::Int(*key))?;
        Some(ground.related(Table::Person, "boss", &person, &Asked::default()).pop())
    };
    let expected: Vec<_> = once(&keys).iter().map(boss).collect();
    ground.compare(&("bosses by keys", &keys), String::new, found, &expected)
}

/// A many-to-many relation by keys that are texts, as they are stored.
fn tenants_by_keys(ground: &mut Ground) -> Result<(), Finding> {
    let houses = ground.oracle.rows(Table::House);
    let wanted: Vec<Cells> =
        (0..ground.random.below(6)).filter_map(|_| ground.random.maybe_one_of(&houses).cloned()).collect();
    let code = |house: &Cells| if let Cell::Text(code) = &house[0] { code.clone() } else { String::new() };
    let keys: Vec<String> = wanted.iter().map(code).collect();
    let db = ground.db.clone();
    let found = House::tenants()
        .by_keys(&db, &keys)
        .map(|map| keys.iter().map(|key| map[key].iter().map(Tried::cells).collect()).collect::<Vec<Vec<Cells>>>());
    let tenants = |house: &Cells| ground.related(Table::House, "tenants", house, &Asked::default());
    let expected: Vec<Vec<Cells>> = wanted.iter().map(tenants).collect();
    ground.compare(&("tenants by keys of houses", &keys), String::new, found, &expected)
}

/// A relation and one below it, each loaded if a flag says so.
fn chosen_with_what_is_below(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<House>(&mut ground.random, true);
    let (outer, inner) = (ground.random.chance(60), ground.random.chance(60));
    let query = query.prefetch_if(outer, House::leases().prefetch_if(inner, Lease::payments()));
    let db = ground.db.clone();
    let found = query.all(&db).map(|houses| {
        houses
            .iter()
            .map(|house| {
                let leases = house.leases().as_ref().map(|leases| {
                    leases
                        .iter()
                        .map(|lease| (lease.cells(), lease.payments().as_ref().map(|payments| cells(payments.iter()))))
                        .collect::<Vec<_>>()
                });
                (house.cells(), leases)
            })
            .collect::<Vec<_>>()
    });
    let leases = |house: &Cells| {
        let with_payments = |lease: Cells| {
            let payments = inner.then(|| ground.related(Table::Lease, "payments", &lease, &Asked::default()));
            (lease, payments)
        };
        let leases = ground.related(Table::House, "leases", house, &Asked::default());
        outer.then(|| leases.into_iter().map(with_payments).collect())
    };
    let rows = ground.oracle.select(Table::House, &asked);
    let expected: Vec<_> = rows.into_iter().map(|house| (house.clone(), leases(&house))).collect();
    ground.compare(&("leases with payments, if", outer, inner, &asked), || text_of(query.plan(&db)), found, &expected)
}

/// Two relations next to each other, each loaded if a flag is set, in the expected number of statements.
fn chosen_side_by_side(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<Town>(&mut ground.random, true);
    let (with_parent, with_houses) = (ground.random.chance(50), ground.random.chance(50));
    let query = query.prefetch_if(with_parent, Town::parent()).prefetch_if(with_houses, Town::houses());
    let db = ground.db.clone();
    let recording = db.record();
    let found = query.all(&db).map(|towns| {
        towns
            .iter()
            .map(|town| {
                let parent = town.parent().as_ref().map(|parent| parent.as_ref().map(|parent| parent.cells()));
                (town.cells(), parent, town.houses().as_ref().map(|houses| cells(houses.iter())))
            })
            .collect::<Vec<_>>()
    });
    let sent = recording.count();
    let related = |name: &str, town: &Cells| ground.related(Table::Town, name, town, &Asked::default());
    let expected_of = |town: Cells| {
        let parent = with_parent.then(|| related("parent", &town).pop());
        let houses = with_houses.then(|| related("houses", &town));
        (town, parent, houses)
    };
    let expected: Vec<_> = ground.oracle.select(Table::Town, &asked).into_iter().map(expected_of).collect();
    let most = 1 + usize::from(with_parent) + usize::from(with_houses);
    ground.compare(
        &("parent and houses, if", with_parent, with_houses, &asked),
        || text_of(query.plan(&db)),
        found,
        &expected,
    )?;
    ground.compare(&("statements", with_parent, with_houses), String::new, Ok(sent <= most), &true)
}
