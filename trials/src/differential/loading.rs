//! Loading relations: whole, ordered, filtered, limited for each parent, nested, joined, counted, as trees and as views.

use orm::{Model as _, Result};

use super::text_of;
use crate::ground::{Finding, Ground};
use crate::models::{
    BigTown, Deed, House, HouseCard, Lease, Note, Payment, Person, Subject, Tag, Town, Tried, condition, filtered,
    order, query,
};
use crate::oracle::{Asked, Cell, Cells, Table};

/// Rows, each with the rows that its relation leads to.
type Loaded<T = Cells> = Vec<(Cells, Vec<T>)>;

impl Ground {
    fn expected(&self, table: Table, asked: &Asked, relation: usize, inner: &Asked) -> Loaded {
        let to = table.relations()[relation].to;
        let related = |row: &Cells| self.oracle.narrow(to, self.oracle.related(table, relation, row), inner);
        self.oracle.select(table, asked).into_iter().map(|row| (row.clone(), related(&row))).collect()
    }

    fn nested(
        &self,
        table: Table,
        asked: &Asked,
        relations: [usize; 2],
        inner: [&Asked; 2],
    ) -> Loaded<(Cells, Vec<Cells>)> {
        let to = table.relations()[relations[0]].to;
        let below = |row: &Cells| {
            let last = to.relations()[relations[1]].to;
            self.oracle.narrow(last, self.oracle.related(to, relations[1], row), inner[1])
        };
        let with_rows = |(row, related): (Cells, Vec<Cells>)| {
            (row, related.into_iter().map(|row| (row.clone(), below(&row))).collect())
        };
        self.expected(table, asked, relations[0], inner[0]).into_iter().map(with_rows).collect()
    }
}

/// The rows that a loaded relation holds, whatever its kind.
macro_rules! held {
    (many $state:expr, $row:ident => $of:expr) => {
        $state.iter().map(|$row| $of).collect::<Vec<_>>()
    };
    (maybe $state:expr, $row:ident => $of:expr) => {
        $state
            .iter()
            .map(|one| {
                let $row = &**one;
                $of
            })
            .collect::<Vec<_>>()
    };
    (one $state:expr, $row:ident => $of:expr) => {{
        let $row = &**$state;
        vec![$of]
    }};
}

/// Runs a query that loads a relation, and compares the rows and what they hold.
macro_rules! compare_held {
    ($ground:ident, $model:ident.$relation:ident, $query:expr, ($asked:expr, $inner:expr), $kind:ident) => {{
        let (query, db) = ($query, $ground.db.clone());
        let found = query.all(&db).map(|rows| {
            rows.iter().map(|row| (row.cells(), held!($kind row.$relation(), row => row.cells()))).collect()
        });
        let at = Table::$model.relation(stringify!($relation));
        let expected = $ground.expected(Table::$model, $asked, at, $inner);
        let what = (stringify!($model.$relation), $asked, $inner);
        $ground.compare(&what, || text_of(query.plan(&db)), found, &expected)
    }};
}

/// A relation loaded whole or ordered, filtered, and, to many rows, limited for each parent.
macro_rules! load {
    ($ground:ident, $model:ident.$relation:ident to $to:ident, $whole:ident, $narrowed:ident $(, $limit:ident)?) => {{
        let (query, asked) = query::<$model>(&mut $ground.random, true);
        let (terms, order) = order::<$to>(&mut $ground.random);
        let (condition, filter) = condition::<$to>(&mut $ground.random, 1);
        let mut inner = Asked { order, ..Asked::default() };
        let relation = $model::$relation().order_by(terms);
        match $ground.random.below(3) {
            0 => compare_held!($ground, $model.$relation, query.prefetch(relation), (&asked, &inner), $whole),
            $(1 => {
                inner.$limit = Some($ground.random.below(4));
                inner.offset = $ground.random.below(3);
                let (limit, offset) = (inner.limit.unwrap_or_default() as u64, inner.offset as u64);
                let query = if $ground.random.chance(50) {
                    inner.filters.push(filter);
                    query.prefetch(relation.filter(condition).limit(limit).offset(offset))
                } else {
                    query.prefetch(relation.limit(limit).offset(offset))
                };
                compare_held!($ground, $model.$relation, query, (&asked, &inner), $narrowed)
            })?
            _ => {
                inner.filters.push(filter);
                compare_held!($ground, $model.$relation, query.prefetch(relation.filter(condition)), (&asked, &inner), $narrowed)
            }
        }
    }};
}

/// Two relations, one within the other: the outer one filtered and ordered, the inner one ordered.
macro_rules! nest {
    ($ground:ident, $model:ident.$relation:ident to $to:ident.$next:ident to $last:ident, $outer:ident, $inner:ident) => {{
        let relations = [Table::$model.relation(stringify!($relation)), Table::$to.relation(stringify!($next))];
        let (query, asked) = query::<$model>(&mut $ground.random, true);
        let (terms, order) = order::<$to>(&mut $ground.random);
        let (condition, filter) = condition::<$to>(&mut $ground.random, 1);
        let (last_terms, last_order) = crate::models::order::<$last>(&mut $ground.random);
        let outer = Asked { order, filters: vec![filter], ..Asked::default() };
        let inner = Asked { order: last_order, ..Asked::default() };
        let relation = $model::$relation().filter(condition).order_by(terms);
        let query = query.prefetch(relation.prefetch($to::$next().order_by(last_terms)));
        let db = $ground.db.clone();
        let found = query.all(&db).map(|rows| {
            rows.iter()
                .map(|row| {
                    let related = held!($outer row.$relation(), row => {
                        (row.cells(), held!($inner row.$next(), row => row.cells()))
                    });
                    (row.cells(), related)
                })
                .collect()
        });
        let expected = $ground.nested(Table::$model, &asked, relations, [&outer, &inner]);
        let what = (stringify!($model.$relation.$next), &asked, &outer, &inner);
        $ground.compare(&what, || text_of(query.plan(&db)), found, &expected)
    }};
}

/// A `belongs_to` relation in the statement of the rows themselves.
macro_rules! join {
    ($ground:ident, $model:ident.$relation:ident, $kind:ident) => {{
        let (query, asked) = query::<$model>(&mut $ground.random, true);
        let query = query.prefetch($model::$relation().joined());
        compare_held!($ground, $model.$relation, query, (&asked, &Asked::default()), $kind)
    }};
}

/// A many-to-many relation filtered and ordered by its links, loaded with them, counted, and used in conditions.
macro_rules! link {
    ($ground:ident, $model:ident.$relation:ident through $join:ident to $to:ident) => {{
        let at = Table::$model.relation(stringify!($relation));
        let (query, asked) = query::<$model>(&mut $ground.random, true);
        let (link_terms, link_order) = order::<$join>(&mut $ground.random);
        let (link_condition, link_filter) = condition::<$join>(&mut $ground.random, 1);
        let (terms, inner_order) = order::<$to>(&mut $ground.random);
        let (inner_condition, filter) = condition::<$to>(&mut $ground.random, 1);
        let of_link = Asked { order: link_order, filters: vec![link_filter], ..Asked::default() };
        let mut inner = Asked { order: inner_order, filters: vec![filter], ..Asked::default() };
        let relation = $model::$relation().filter_link(link_condition).order_by_link(link_terms);
        let mut relation = relation.filter(inner_condition).order_by(terms);
        let (is_counted, is_asked) = ($ground.random.chance(20), $ground.random.chance(20));
        if $ground.random.chance(40) && !is_counted && !is_asked {
            (inner.limit, inner.offset) = (Some($ground.random.below(4)), $ground.random.below(2));
            relation = relation.limit(inner.limit.unwrap_or_default() as u64).offset(inner.offset as u64);
        }
        let db = $ground.db.clone();
        let linked = |row: &Cells| {
            let links = $ground.oracle.links(Table::$model, at, row);
            $ground.oracle.narrow_links((Table::$join, Table::$to), links, (&of_link, &inner))
        };
        let rows = $ground.oracle.select(Table::$model, &asked);
        let what = (stringify!($model.$relation), "by links", &asked, &of_link, &inner);
        if is_counted {
            let query = query.prefetch(relation.count().named(Number));
            let expected: Vec<(Cells, u64)> = rows.iter().map(|row| (row.clone(), linked(row).len() as u64)).collect();
            let found = query.all(&db).map(|rows| rows.iter().map(|row| (row.cells(), *row.named(Number))).collect());
            $ground.compare(&what, || text_of(query.plan(&db)), found, &expected)
        } else if is_asked {
            let query = query.filter(relation.exists());
            // The condition applies before a limit, as in the oracle, where it is one of the query's conditions.
            let mut rows = $ground.oracle.select(Table::$model, &Asked { limit: None, offset: 0, ..asked.clone() });
            rows.retain(|row| !linked(row).is_empty());
            let expected: Vec<Cells> = rows.into_iter().skip(asked.offset).take(asked.limit.unwrap_or(usize::MAX)).collect();
            let found = query.all(&db).map(|rows| rows.iter().map(Tried::cells).collect());
            $ground.compare(&what, || text_of(query.plan(&db)), found, &expected)
        } else if $ground.random.chance(50) {
            let query = query.prefetch(relation);
            let expected: Loaded = rows
                .iter()
                .map(|row| (row.clone(), linked(row).into_iter().map(|(_, row)| row).collect()))
                .collect();
            let found = query.all(&db).map(|rows| {
                rows.iter().map(|row| (row.cells(), held!(many row.$relation(), row => row.cells()))).collect()
            });
            $ground.compare(&what, || text_of(query.plan(&db)), found, &expected)
        } else {
            let query = query.prefetch(relation.with_link());
            let expected: Loaded<(Cells, Cells)> = rows.iter().map(|row| (row.clone(), linked(row))).collect();
            let found = query.all(&db).map(|rows| {
                rows.iter()
                    .map(|row| (row.cells(), held!(many row.$relation(), row => (row.link().cells(), row.cells()))))
                    .collect()
            });
            $ground.compare(&what, || text_of(query.plan(&db)), found, &expected)
        }
    }};
}

struct Number;
struct Presence;
struct Sum;
struct Least;
struct Greatest;

/// A value that is computed for each parent.
type Computed = (u64, bool, Option<i64>, Option<i64>, Option<i64>);

macro_rules! computed_of {
    ($row:ident) => {
        (*$row.named(Number), *$row.named(Presence), *$row.named(Sum), *$row.named(Least), *$row.named(Greatest))
    };
}

/// Counts, sums and other aggregates of a relation, for each parent.
macro_rules! sum {
    ($ground:ident, $model:ident.$relation:ident to $to:ident.$column:ident) => {{
        let at = Table::$model.relation(stringify!($relation));
        let (query, asked) = query::<$model>(&mut $ground.random, true);
        let (condition, filter) = condition::<$to>(&mut $ground.random, 1);
        let relation = $model::$relation().filter(condition);
        let query = query
            .prefetch(relation.clone().count().named(Number))
            .prefetch(relation.clone().presence().named(Presence))
            .prefetch(relation.clone().sum($to::$column()).named(Sum))
            .prefetch(relation.clone().min($to::$column()).named(Least))
            .prefetch(relation.max($to::$column()).named(Greatest));
        let db = $ground.db.clone();
        let found = query
            .all(&db)
            .map(|rows| rows.iter().map(|row| (row.cells(), vec![computed_of!(row)])).collect::<Loaded<Computed>>());
        let inner = Asked { filters: vec![filter], ..Asked::default() };
        let column = Table::$to.column(stringify!($column));
        let loaded = $ground.expected(Table::$model, &asked, at, &inner);
        let expected: Loaded<Computed> =
            loaded.into_iter().map(|(row, rows)| (row, vec![computed(&rows, column)])).collect();
        let what = ("values of", stringify!($model.$relation), &asked, &inner);
        $ground.compare(&what, || text_of(query.plan(&db)), found, &expected)
    }};
}

fn computed(rows: &[Cells], column: usize) -> Computed {
    let int = |row: &Cells| if let Cell::Int(number) = row[column] { Some(number) } else { None };
    let numbers: Vec<i64> = rows.iter().filter_map(int).collect();
    let sum = (!numbers.is_empty()).then(|| numbers.iter().sum());
    (rows.len() as u64, !rows.is_empty(), sum, numbers.iter().min().copied(), numbers.iter().max().copied())
}

/// A random relation, loaded in a random way.
pub(super) fn relations(ground: &mut Ground) -> Result<(), Finding> {
    match ground.random.below(7) {
        6 if ground.random.chance(50) => link!(ground, House.tenants through Lease to Person),
        6 => link!(ground, Person.homes through Lease to House),
        0 | 1 => one_level(ground),
        2 => two_levels(ground),
        3 => computed_values(ground),
        4 => match ground.random.below(7) {
            0 => join!(ground, Town.parent, maybe),
            1 => join!(ground, House.town, one),
            2 => join!(ground, House.owner, maybe),
            3 => join!(ground, Lease.house, one),
            4 => join!(ground, Lease.person, one),
            5 => join!(ground, Payment.lease, maybe),
            _ => join!(ground, Deed.house, maybe),
        },
        _ => match ground.random.below(4) {
            0 => subjects(ground),
            1 => trees(ground),
            2 => cards(ground),
            _ => of_one(ground),
        },
    }
}

fn one_level(ground: &mut Ground) -> Result<(), Finding> {
    match ground.random.below(22) {
        0 => load!(ground, Town.parent to Town, maybe, maybe),
        1 => load!(ground, Town.districts to Town, many, many, limit),
        2 => load!(ground, Town.houses to House, many, many, limit),
        3 => load!(ground, Town.leases to Lease, many, many, limit),
        4 => load!(ground, Town.notes to Note, many, many, limit),
        5 => load!(ground, House.town to Town, one, maybe),
        6 => load!(ground, House.owner to Person, maybe, maybe),
        7 => load!(ground, House.deed to Deed, maybe, maybe),
        8 => load!(ground, House.leases to Lease, many, many, limit),
        9 => load!(ground, House.tenants to Person, many, many, limit),
        10 => load!(ground, Person.boss to Person, maybe, maybe),
        11 => load!(ground, Person.reports to Person, many, many, limit),
        12 => load!(ground, Person.owned to House, many, many, limit),
        13 => load!(ground, Person.tags to Tag, many, many, limit),
        14 => load!(ground, Person.homes to House, many, many, limit),
        15 => load!(ground, Person.notes to Note, many, many, limit),
        16 => load!(ground, Lease.house to House, one, maybe),
        17 => load!(ground, Lease.payments to Payment, many, many, limit),
        18 => load!(ground, Payment.lease to Lease, maybe, maybe),
        19 => load!(ground, Deed.house to House, maybe, maybe),
        20 => load!(ground, Tag.people to Person, many, many, limit),
        _ => load!(ground, BigTown.houses to House, many, many, limit),
    }
}

fn two_levels(ground: &mut Ground) -> Result<(), Finding> {
    match ground.random.below(9) {
        0 => nest!(ground, Town.houses to House.tenants to Person, many, many),
        1 => nest!(ground, Town.leases to Lease.payments to Payment, many, many),
        2 => nest!(ground, Person.homes to House.town to Town, many, one),
        3 => nest!(ground, Person.tags to Tag.people to Person, many, many),
        4 => nest!(ground, House.deed to Deed.house to House, maybe, maybe),
        5 => nest!(ground, House.owner to Person.owned to House, maybe, many),
        6 => nest!(ground, Payment.lease to Lease.payments to Payment, maybe, many),
        7 => nest!(ground, BigTown.houses to House.deed to Deed, many, maybe),
        _ => nest!(ground, Person.reports to Person.boss to Person, many, maybe),
    }
}

fn computed_values(ground: &mut Ground) -> Result<(), Finding> {
    match ground.random.below(6) {
        0 => sum!(ground, Town.leases to Lease.rent),
        1 => sum!(ground, Person.reports to Person.age),
        2 => sum!(ground, Person.tags to Tag.weight),
        3 => sum!(ground, Lease.payments to Payment.amount),
        4 => sum!(ground, House.tenants to Person.age),
        _ => sum!(ground, BigTown.houses to House.town_id),
    }
}

/// Rows of several models.
fn subjects(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<Note>(&mut ground.random, true);
    let query = query.prefetch(Note::subject());
    let db = ground.db.clone();
    let subject = |subject: &Subject| match subject {
        Subject::Town(town) => (Table::Town.columns()[0].to_owned() + " of a town", town.cells()),
        Subject::Person(person) => ("id of a person".to_owned(), person.cells()),
    };
    let found = query
        .all(&db)
        .map(|rows| rows.iter().map(|row| (row.cells(), row.subject().as_deref().map(subject))).collect::<Vec<_>>());
    let expected_subject = |note: &Cells| {
        let Cell::Text(tag) = &note[2] else { return None };
        let table = if tag == "town" { Table::Town } else { Table::Person };
        let row = ground.oracle.rows(table).into_iter().find(|row| row[0] == note[3])?;
        Some((format!("id of a {tag}"), row))
    };
    let rows = ground.oracle.select(Table::Note, &asked);
    let expected: Vec<_> = rows.into_iter().map(|note| (note.clone(), expected_subject(&note))).collect();
    ground.compare(&("subjects of notes", &asked), || text_of(query.plan(&db)), found, &expected)
}

/// Trees to any depth: each row with its depth, in the order in which the trees are walked.
fn trees(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = query::<Town>(&mut ground.random, true);
    let (terms, order) = order::<Town>(&mut ground.random);
    let query = query.prefetch(Town::districts().order_by(terms).to_any_depth());
    let db = ground.db.clone();
    let found = query.all(&db).map(|rows| {
        let below = |row: &Cells, walked: Vec<(usize, Cells)>| (row.clone(), walked);
        rows.iter()
            .map(|row| {
                let walked = row.districts().walk().map(|(depth, town)| (depth, town.cells())).collect();
                below(&row.cells(), walked)
            })
            .collect::<Loaded<(usize, Cells)>>()
    });
    let inner = Asked { order, ..Asked::default() };
    let rows = ground.oracle.select(Table::Town, &asked);
    let walk = |row: Cells| {
        let (mut walked, mut path) = (Vec::new(), vec![row[0].clone()]);
        ground.walk(&row, &inner, &mut path, &mut walked);
        (row, walked)
    };
    let expected: Loaded<(usize, Cells)> = rows.into_iter().map(walk).collect();
    ground.compare(&("trees of towns", &asked, &inner), || text_of(query.plan(&db)), found, &expected)
}

impl Ground {
    /// The rows below a row, none of which is below itself.
    fn walk(&self, row: &Cells, inner: &Asked, path: &mut Vec<Cell>, walked: &mut Vec<(usize, Cells)>) {
        let related = self.oracle.related(Table::Town, Table::Town.relation("districts"), row);
        for row in self.oracle.narrow(Table::Town, related, inner) {
            if !path.contains(&row[0]) {
                walked.push((path.len(), row.clone()));
                path.push(row[0].clone());
                self.walk(&row, inner, path, walked);
                path.pop();
            }
        }
    }
}

/// A view of houses, with columns of related rows, a count, and related rows.
fn cards(ground: &mut Ground) -> Result<(), Finding> {
    let (query, asked) = filtered::<House>(&mut ground.random);
    let query = query.view::<HouseCard>();
    let db = ground.db.clone();
    let related = |name: &str, row: &Cells| ground.oracle.related(Table::House, Table::House.relation(name), row);
    let card = |row: Cells| {
        let leases = ground.oracle.narrow(Table::Lease, related("leases", &row), &Asked::default());
        let age = related("owner", &row).first().map_or(Cell::Null, |owner| owner[2].clone());
        (row[0].clone(), related("town", &row)[0][1].clone(), age, related("tenants", &row).len() as u64, leases)
    };
    let expected: Vec<_> = ground.oracle.select(Table::House, &asked).into_iter().map(card).collect();
    let found = query.all(&db).map(|cards| {
        cards
            .into_iter()
            .map(|card| {
                let leases = card.leases.iter().map(Tried::cells).collect::<Vec<_>>();
                let age = card.age.map_or(Cell::Null, Cell::Int);
                (Cell::Text(card.code), Cell::Text(card.town), age, card.tenants, leases)
            })
            .collect()
    });
    ground.compare(&("cards of houses", &asked), || text_of(query.plan(&db)), found, &expected)
}

/// The relation of one row, and of rows that are in memory.
fn of_one(ground: &mut Ground) -> Result<(), Finding> {
    let (terms, order) = order::<Person>(&mut ground.random);
    let inner =
        Asked { order, limit: Some(ground.random.below(4)), offset: ground.random.below(2), ..Asked::default() };
    let relation =
        House::tenants().order_by(terms).limit(inner.limit.unwrap_or_default() as u64).offset(inner.offset as u64);
    let db = ground.db.clone();
    let read = || -> Result<(Loaded, Loaded)> {
        let houses = House::query().all(&db)?;
        let each = |house: &House| -> Result<(Cells, Vec<Cells>)> {
            let tenants = relation.clone().of(house).all(&db)?;
            Ok((house.cells(), tenants.iter().map(Tried::cells).collect()))
        };
        let looped = houses.iter().map(each).collect::<Result<_>>()?;
        let houses = orm::prefetch(&db, houses, relation.clone())?;
        let held =
            houses.iter().map(|house| (house.cells(), held!(many house.tenants(), row => row.cells()))).collect();
        Ok((looped, held))
    };
    let expected = ground.expected(Table::House, &Asked::default(), Table::House.relation("tenants"), &inner);
    let expected = (expected.clone(), expected);
    ground.compare(&("tenants of each house", &inner), String::new, read(), &expected)
}
