//! Writes, each followed by a comparison of all tables.

use orm::{Insert as _, Model as _, Result, Upsert, Upserted, excluded};

use crate::ground::{Finding, Ground, number_of, text_of};
use crate::models::{
    House, Lease, NewHouse, NewNote, NewPerson, NewTag, NewTown, Note, Payment, Person, Sample as _, Tag, Town, Tried,
    condition,
};
use crate::oracle::{Cell, Cells, Table, equal};

/// A random write.
pub(super) fn one(ground: &mut Ground) -> Result<(), Finding> {
    let written = match ground.random.below(12) {
        0 => update_where(ground),
        1 => delete_where::<Payment>(ground),
        2 => delete_where::<Note>(ground),
        3 => upsert(ground),
        4 => edit(ground),
        5 => tags(ground),
        6 => homes(ground),
        7 => owned(ground),
        8 => graph(ground),
        9..11 => upserts(ground),
        _ => rolled_back(ground),
    };
    let what = written?;
    ground.compare_tables(&what)
}

/// A description of the write, for the report.
type Written = Result<String, Finding>;

fn failed(what: &str) -> impl FnOnce(orm::Error) -> Finding {
    move |error| format!("{what} failed: {error}")
}

fn update_where(ground: &mut Ground) -> Written {
    let (rows, asked) = condition::<Person>(&mut ground.random, 2);
    let (added, score, db) = (ground.random.between(-2, 2), Option::sample(&mut ground.random), ground.db.clone());
    let changes = (Person::age().add(added), Person::score().set(score));
    let before = ground.oracle.clone();
    let mut expected = Vec::new();
    for row in ground.oracle.rows_mut(Table::Person) {
        if before.meets(Table::Person, row, &asked) == Some(true) {
            if let Cell::Int(age) = &mut row[2] {
                *age += added;
            }
            row[3] = score.cell();
            expected.push(row.clone());
        }
    }
    let what = format!("update of people where {asked:?}");
    if ground.random.chance(50) {
        let updated = Person::rows_where(rows).update(&db, changes);
        ground.compare(&what, String::new, updated, &(expected.len() as u64))?;
    } else {
        let updated = Person::rows_where(rows).update_returning(&db, changes);
        ground.compare(&("returning", &what), String::new, updated.map(|rows| in_order(&rows)), &sorted(expected))?;
    }
    Ok(what)
}

fn delete_where<M: Tried>(ground: &mut Ground) -> Written {
    let (rows, asked) = condition::<M>(&mut ground.random, 2);
    let before = ground.oracle.clone();
    let meets = |row: &Cells| before.meets(M::OF, row, &asked) == Some(true);
    ground.oracle.rows_mut(M::OF).retain(|row| !meets(row));
    let expected: Vec<Cells> = before.rows(M::OF).into_iter().filter(meets).collect();
    let what = format!("delete of {:?} where {asked:?}", M::OF);
    if ground.random.chance(50) {
        let deleted = M::rows_where(rows).delete(&ground.db);
        ground.compare(&what, String::new, deleted, &(expected.len() as u64))?;
    } else {
        let deleted = M::rows_where(rows).delete_returning(&ground.db);
        ground.compare(&("returning", &what), String::new, deleted.map(|rows| in_order(&rows)), &sorted(expected))?;
    }
    Ok(what)
}

/// Rows that were returned in no particular order, compared with the oracle's.
fn in_order<M: Tried>(rows: &[M]) -> Vec<Cells> {
    sorted(rows.iter().map(Tried::cells).collect())
}

fn sorted(mut rows: Vec<Cells>) -> Vec<Cells> {
    rows.sort_by_key(|row| format!("{row:?}"));
    rows
}

fn upsert(ground: &mut Ground) -> Written {
    let (label, weight) = (String::sample(&mut ground.random), Option::<i64>::sample(&mut ground.random));
    let new = NewTag { label: label.clone(), weight };
    let tag = Tag { label: label.clone(), weight };
    let cells = tag.cells();
    let there = ground.oracle.rows(Table::Tag).into_iter().find(|row| ground.oracle.same_key(Table::Tag, row, &cells));
    let (what, db) = (format!("upsert of {tag:?}"), ground.db.clone());
    if ground.random.chance(33) {
        let gotten = orm::get_or_create(&db, new, Tag::label()).map(|(tag, created)| (tag.cells(), created));
        if there.is_none() {
            ground.keep(&tag);
        }
        let expected = (there.clone().unwrap_or(cells), there.is_none());
        ground.compare(&("get or create", &what), String::new, gotten, &expected)?;
    } else if ground.random.chance(50) {
        let stored = orm::upsert(&db, new, Tag::label(), Tag::weight()).map(|tag| tag.cells());
        let expected = there.map_or(cells, |row| vec![row[0].clone(), weight.cell()]);
        let (label, weight) = (text_of(&expected[0]).to_owned(), weight);
        ground.replace(&Tag { label, weight });
        ground.compare(&what, String::new, stored, &expected)?;
    } else {
        let inserted = orm::insert_or_skip(&db, new, Tag::label()).map(|tag| tag.map(|tag| tag.cells()));
        let expected = there.is_none().then_some(cells);
        if expected.is_some() {
            ground.keep(&tag);
        }
        ground.compare(&("or skip", &what), String::new, inserted, &expected)?;
    }
    Ok(what)
}

/// Several tags, some of which exist, perhaps in another case, and some of which occur twice.
fn upserts(ground: &mut Ground) -> Written {
    let (updates, tells) = (ground.random.chance(70), ground.random.chance(50));
    let mut tags = Vec::new();
    for _ in 0..ground.random.below(7) {
        let label = match ground.some::<Tag>() {
            Some(there) if ground.random.chance(50) => ground.same_text(Table::Tag, 0, text_of(&there[0])),
            _ => String::sample(&mut ground.random),
        };
        let tag = Tag { label, weight: Option::sample(&mut ground.random) };
        let is_twice = |other: &Tag| ground.oracle.same_key(Table::Tag, &other.cells(), &tag.cells());
        // Mostly no key occurs twice, which would be an error.
        if !updates || !tags.iter().any(is_twice) || ground.random.chance(20) {
            tags.push(tag);
        }
    }
    let before = ground.oracle.clone();
    let (mut expected, mut is_twice) = (Vec::new(), false);
    for (at, tag) in tags.iter().enumerate() {
        let same = |row: &Cells| ground.oracle.same_key(Table::Tag, row, &tag.cells());
        is_twice |= updates && tags[..at].iter().any(|other| same(&other.cells()));
        let there = ground.oracle.rows(Table::Tag).iter().position(same);
        expected.push(match there {
            None => {
                ground.keep(tag);
                ('i', Some(tag.cells()))
            }
            Some(at) if updates => {
                let row = &mut ground.oracle.rows_mut(Table::Tag)[at];
                row[1] = match (&row[1], tag.weight) {
                    (Cell::Int(weight), Some(more)) => Cell::Int(weight + more),
                    _ => Cell::Null,
                };
                ('u', Some(row.clone()))
            }
            Some(_) => ('s', None),
        });
    }
    let expected = if is_twice { Err(true) } else { Ok(expected) };
    if is_twice {
        ground.oracle = before;
    }
    let new = tags.iter().map(|tag| NewTag { label: tag.label.clone(), weight: tag.weight });
    let mut upsert = Upsert::of(new, Tag::label());
    if updates {
        upsert = upsert.set(Tag::weight().add(excluded(Tag::weight())));
    }
    let (what, db) = (format!("upsert of several: {tags:?}, updates: {updates}"), ground.db.clone());
    if tells {
        let outcomes = upsert.outcomes(&db).map_err(|error| error.is_invalid());
        let described = |outcome: &Upserted<Tag>| match outcome {
            Upserted::Inserted(tag) => ('i', Some(tag.cells())),
            Upserted::Updated(tag) => ('u', Some(tag.cells())),
            Upserted::Skipped => ('s', None),
        };
        let found = outcomes.map(|outcomes| outcomes.iter().map(described).collect::<Vec<_>>());
        ground.compare(&("outcomes", &what), String::new, Ok(found), &expected)?;
    } else {
        let found = upsert.all(&db).map_err(|error| error.is_invalid());
        let found = found.map(|rows| rows.iter().map(Tried::cells).collect::<Vec<_>>());
        let expected = expected.map(|rows| rows.into_iter().filter_map(|(_, row)| row).collect());
        ground.compare(&what, String::new, Ok(found), &expected)?;
    }
    Ok(what)
}

fn edit(ground: &mut Ground) -> Written {
    let Some(cells) = ground.some::<House>() else { return Ok("nothing".to_owned()) };
    let (code, rooms, db) =
        (ground.same_text(Table::House, 0, text_of(&cells[0])), Option::sample(&mut ground.random), ground.db.clone());
    let house = House::find(&db, code.as_str()).map_err(failed("find"))?;
    ground.compare(&("find", &code), String::new, Ok(house.cells()), &cells)?;
    let edited = house.edit(&db, |house| house.rooms = rooms).map_err(failed("edit"))?;
    let expected = House { rooms, ..house };
    ground.replace(&expected);
    ground.compare(&("edit", &expected), String::new, Ok(edited), &expected)?;
    Ok(format!("edit of the house {code:?}"))
}

/// Whether a link of two tables is of a person and another row.
fn is_link(ground: &Ground, table: Table, columns: [usize; 2], link: &Cells, ends: [&Cell; 2]) -> bool {
    let same =
        |at: usize| equal(&link[columns[at]], ends[at], ground.oracle.collation(table, columns[at])) == Some(true);
    same(0) && same(1)
}

/// What happens to links: the rows to link, whether the other links are removed, and whether these are removed.
fn links(
    ground: &mut Ground,
    table: Table,
    columns: [usize; 2],
    (person, others): (&Cell, &[Cell]),
    (others_go, is_linked): (bool, bool),
) {
    let before = ground.oracle.rows(table);
    let is_of = |link: &Cells| others.iter().any(|other| is_link(ground, table, columns, link, [person, other]));
    let mut kept: Vec<Cells> = Vec::new();
    for link in before {
        let (is_own, is_named) = (link[columns[0]] == *person, is_of(&link));
        let is_twice = others_go
            && is_own
            && kept.iter().any(|other| is_link(ground, table, columns, other, [&link[columns[0]], &link[columns[1]]]));
        let goes = is_own && ((others_go && !is_named) || (!is_linked && is_named) || is_twice);
        if !goes {
            kept.push(link);
        }
    }
    for other in others.iter().filter(|_| is_linked) {
        if !kept.iter().any(|link| is_link(ground, table, columns, link, [person, other])) {
            let mut link = vec![Cell::Null; table.columns().len()];
            (link[columns[0]], link[columns[1]]) = (person.clone(), other.clone());
            kept.push(link);
        }
    }
    *ground.oracle.rows_mut(table) = kept;
}

fn some_rows<M: Tried>(ground: &mut Ground) -> Result<Vec<M>, Finding> {
    let rows = M::query().all(&ground.db).map_err(failed("reading"))?;
    Ok(rows.into_iter().filter(|_| ground.random.chance(30)).collect())
}

fn tags(ground: &mut Ground) -> Written {
    let Some(person) = ground.some::<Person>() else { return Ok("nothing".to_owned()) };
    let (tags, db) = (some_rows::<Tag>(ground)?, ground.db.clone());
    let labels: Vec<Cell> = tags.iter().map(|tag| tag.label.cell()).collect();
    let row = Person::find(&db, number_of(&person[0])).map_err(failed("find"))?;
    let kind = ground.random.below(4);
    let (written, effect) = match kind {
        0 => (Person::tags().link(&db, &row, &tags), (false, true)),
        1 => (Person::tags().unlink(&db, &row, &tags), (false, false)),
        2 => (Person::tags().set(&db, &row, &tags), (true, true)),
        _ => (Person::tags().clear(&db, &row), (true, true)),
    };
    written.map_err(failed("linking"))?;
    let labels = if kind == 3 { Vec::new() } else { labels };
    links(ground, Table::PersonTag, [0, 1], (&person[0], &labels), effect);
    Ok(format!("{} of {person:?} and {labels:?}", ["link", "unlink", "set", "clear"][kind]))
}

fn homes(ground: &mut Ground) -> Written {
    let Some(person) = ground.some::<Person>() else { return Ok("nothing".to_owned()) };
    let (houses, db) = (some_rows::<House>(ground)?, ground.db.clone());
    let codes: Vec<Cell> = houses.iter().map(|house| house.code.cell()).collect();
    let row = Person::find(&db, number_of(&person[0])).map_err(failed("find"))?;
    // Links that payments refer to stay, so links are only added.
    Person::homes().link(&db, &row, &houses).map_err(failed("linking"))?;
    links(ground, Table::Lease, [1, 0], (&person[0], &codes), (false, true));
    Ok(format!("homes of {person:?}: {codes:?}"))
}

fn owned(ground: &mut Ground) -> Written {
    let Some(person) = ground.some::<Person>() else { return Ok("nothing".to_owned()) };
    let (houses, db) = (some_rows::<House>(ground)?, ground.db.clone());
    let row = Person::find(&db, number_of(&person[0])).map_err(failed("find"))?;
    let kind = ground.random.below(4);
    let written = match kind {
        0 => Person::owned().link(&db, &row, &houses),
        1 => Person::owned().unlink(&db, &row, &houses),
        2 => Person::owned().set(&db, &row, &houses),
        _ => Person::owned().clear(&db, &row),
    };
    written.map_err(failed("linking"))?;
    for house in ground.oracle.rows_mut(Table::House) {
        let is_named = houses.iter().any(|other| other.code.cell() == house[0]);
        let is_own = house[2] == person[0];
        match kind {
            0 | 2 if is_named => house[2] = person[0].clone(),
            1 if is_named && is_own => house[2] = Cell::Null,
            2 | 3 if is_own => house[2] = Cell::Null,
            _ => {}
        }
    }
    Ok(format!("{} of the houses of {person:?}: {houses:?}", ["link", "unlink", "set", "clear"][kind]))
}

/// A town with houses and their tenants, and a person with tags.
fn graph(ground: &mut Ground) -> Written {
    let random = &mut ground.random;
    let (name, size) = (String::sample(random), i64::sample(random));
    let codes: Vec<String> = (0..random.below(3)).map(|at| format!("new {} {at}", random.bits())).collect();
    let (tenants, label) = (random.below(3), format!("tag {}", random.bits()));
    let person = |name: &str| NewPerson { name: name.to_owned(), age: None, score: None, active: true, boss_id: None };
    let new = NewTown { name: name.clone(), mayor: None, size, parent_id: None }
        .with(Town::houses(), |town| {
            let house =
                |code: &String| NewHouse { code: code.clone(), town_id: town.id, owner_id: None, rooms: Some(1) };
            let with_tenants =
                |code| house(code).with(House::tenants(), move |_| (0..tenants).map(move |_| person("tenant")));
            codes.iter().map(with_tenants).collect::<Vec<_>>()
        })
        .with(Town::notes(), |town| {
            [NewNote { body: None, subject_type: Some("town".into()), subject_id: Some(town.id) }]
        });
    let town = new.insert(&ground.db).map_err(failed("inserting a graph"))?;
    ground.keep::<Town>(&town);
    for house in town.houses() {
        ground.keep::<House>(house);
        for tenant in house.tenants() {
            ground.keep::<Person>(tenant);
            ground.keep(&Lease { house_code: house.code.clone(), person_id: tenant.id, rent: None });
        }
    }
    for note in town.notes() {
        ground.keep::<Note>(note);
    }
    let found: Vec<&str> = town.houses().iter().map(|house| house.code.as_str()).collect();
    ground.compare(&"houses of a new town", String::new, Ok(found), &codes.iter().map(String::as_str).collect())?;

    let tag = NewTag { label: label.clone(), weight: Some(1) };
    let tagged = person("tagged").with(Person::tags(), |_| [tag]).insert(&ground.db).map_err(failed("inserting"))?;
    ground.keep::<Person>(&tagged);
    ground.keep::<Tag>(&tagged.tags()[0]);
    ground.oracle.rows_mut(Table::PersonTag).push(vec![tagged.id.cell(), label.cell()]);
    Ok("inserting graphs".to_owned())
}

/// The changes of a transaction that is not committed, and a graph with one row that cannot be inserted.
fn rolled_back(ground: &mut Ground) -> Written {
    let db = ground.db.clone();
    let work = || -> Result<()> {
        let tx = db.begin()?;
        Payment::all_rows().delete(&tx)?;
        Town::all_rows().update(&tx, Town::size().add(1))?;
        NewTag { label: "never".into(), weight: None }.insert(&tx)?;
        drop(tx);
        let savepoint = db.transaction(|tx| {
            let part = tx.transaction(|tx| {
                Note::all_rows().delete(tx)?;
                NewTag { label: "never".into(), weight: None }.insert(tx)?;
                NewTag { label: "never".into(), weight: None }.insert(tx)
            });
            Ok(part.is_err_and(|error| error.is_unique_violation()))
        })?;
        assert!(savepoint, "a key that is there already is refused");
        Ok(())
    };
    work().map_err(failed("rolling back"))?;
    let house = |id| NewHouse { code: "twice".into(), town_id: id, owner_id: None, rooms: None };
    let graph = NewTown { name: "none".into(), mayor: None, size: 1, parent_id: None }
        .with(Town::houses(), |town| [house(town.id), house(town.id)]);
    let refused = graph.insert(&db).map(|_| ()).map_err(|error| error.is_unique_violation());
    ground.compare(&"a graph with the same key twice", String::new, Ok(refused), &Err(true))?;
    Ok("rolling back".to_owned())
}
