//! Rows 110 to 122: whose row is whose, rows in memory, changes after loading, and reading in chunks.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use orm::{Model, Result, assert_queries, insert_many};

use super::town::{
    Club, House, Membership, NewClub, NewHouse, NewPerson, Passport, Person, PersonLoaded, Room, empty_town, names,
    town,
};

struct First;

#[test]
fn django_110_children_lead_back_to_their_parent() -> Result<()> {
    let db = town();
    // The foreign key says whose it is, without another statement.
    let persons = assert_queries!(&db, 2, Person::query().prefetch(Person::houses()).all(&db)?);
    for person in &persons {
        assert!(person.houses().iter().all(|house| house.owner_id == Some(person.id)));
    }
    assert_eq!(persons[0].houses().len(), 2);
    // Asked for, the way back holds rows equal to the parents: one for all children of a parent.
    let query = Person::query().prefetch(Person::houses().prefetch(House::owner()));
    let persons = assert_queries!(&db, 3, query.all(&db)?);
    let ann = &persons[0];
    let owners: Vec<&Person> = ann.houses().iter().filter_map(|house| house.owner().as_deref()).collect();
    assert_eq!(owners, [&**ann, &**ann]);
    assert!(std::ptr::eq(owners[0], owners[1]));
    Ok(())
}

#[test]
fn django_111_one_to_one_from_both_ends() -> Result<()> {
    let db = town();
    let persons = Person::query().prefetch(Person::passport().prefetch(Passport::person()));
    for person in assert_queries!(&db, 3, persons.all(&db)?) {
        let passport = person.passport().as_ref();
        assert_eq!(passport.is_some(), person.id <= 2);
        assert!(passport.is_none_or(|passport| **passport.person() == *person && passport.person_id == person.id));
    }
    let passports = Passport::query().prefetch(Passport::person().prefetch(Person::passport()));
    let passports = assert_queries!(&db, 3, passports.all(&db)?);
    assert_eq!(passports.len(), 2);
    for passport in passports {
        assert_eq!(passport.person().passport().as_deref(), Some(&*passport));
    }
    Ok(())
}

#[test]
fn django_112_the_target_of_many_foreign_keys_is_one_row() -> Result<()> {
    let db = town();
    let houses = assert_queries!(&db, 2, House::query().prefetch(House::owner()).all(&db)?);
    let owner = |house: usize| houses[house].owner().as_deref().expect("it has an owner");
    assert!(std::ptr::eq(owner(0), owner(1)));
    assert_ne!(owner(0), owner(2));
    // It outlives the rows that led to it, and can go to another thread.
    let shared = houses[1].owner().clone().expect("it has an owner");
    drop(houses);
    let name = std::thread::spawn(move || shared.name.clone()).join().expect("the thread ends well");
    assert_eq!(name, "Ann");
    Ok(())
}

#[test]
fn django_113_rows_of_a_many_to_many_are_shared() -> Result<()> {
    let db = town();
    for query in [Person::query(), Person::query().filter(Person::id().gt(0))] {
        let persons = assert_queries!(&db, 2, query.prefetch(Person::clubs()).all(&db)?);
        let distinct: HashSet<*const Club> =
            persons.iter().flat_map(PersonLoaded::clubs).map(std::ptr::from_ref).collect();
        assert_eq!(distinct.len(), 3, "six links lead to three rows");
        assert!(std::ptr::eq(&raw const persons[0].clubs()[1], &raw const persons[1].clubs()[1]));
    }
    Ok(())
}

#[test]
fn django_114_rows_in_memory_from_whatever_holds_them() -> Result<()> {
    let db = town();
    let rows = Person::query().all(&db)?;
    let expected = Person::query().prefetch(Person::clubs()).all(&db)?;
    let by_id: BTreeMap<i64, Person> = rows.iter().map(|row| (row.id, row.clone())).collect();
    let queue: VecDeque<Person> = rows.iter().cloned().collect();
    let ids: BTreeSet<i64> = by_id.keys().copied().collect();
    let sources: [Vec<Person>; 5] = [
        rows.clone(),
        by_id.into_values().collect(),
        queue.into(),
        rows[..].to_vec(),
        Person::query().filter(Person::id().in_(ids)).all(&db)?,
    ];
    for source in sources {
        assert_eq!(assert_queries!(&db, 1, orm::prefetch(&db, source, Person::clubs())?), expected);
    }
    // In the order given, however often a row stands there.
    let [ann, bob, ..] = &rows[..] else { panic!("there are four") };
    let twice = vec![bob.clone(), ann.clone(), bob.clone()];
    let twice = assert_queries!(&db, 1, orm::prefetch(&db, twice, Person::clubs())?);
    let found: Vec<_> = twice.iter().map(|person| (person.id, person.clubs().len())).collect();
    assert_eq!(found, [(2, 2), (1, 3), (2, 2)]);
    let one = assert_queries!(&db, 1, orm::prefetch_one(&db, ann.clone(), Person::clubs())?);
    assert_eq!(one, expected[0]);
    // Rows that no database ever held have no related rows; no rows send nothing.
    let made = vec![Person { id: 77, name: "Eve".into() }];
    assert!(orm::prefetch(&db, made, Person::clubs())?[0].clubs().is_empty());
    assert!(assert_queries!(&db, 0, orm::prefetch(&db, Vec::<Person>::new(), Person::clubs())?).is_empty());
    Ok(())
}

#[test]
fn django_117_adding_to_a_relation_shows_when_it_is_loaded_again() -> Result<()> {
    let db = town();
    let load = || Person::query().prefetch(Person::clubs()).prefetch(Person::houses()).find(&db, 3);
    let cid = load()?;
    // Loaded rows are values: what was read stays as it was read, and no reference into it can go stale.
    Membership { person_id: 3, club_id: 2, since: 2020 }.insert(&db)?;
    NewHouse { name: "Hut".into(), owner_id: Some(3), main_room_id: None }.insert(&db)?;
    assert_eq!((names(cid.clubs()), cid.houses().len()), (vec!["Yoga".to_owned()], 0));
    let now = load()?;
    assert_eq!((names(now.clubs()), names(now.houses())), (vec!["Golf".into(), "Yoga".into()], vec!["Hut".to_owned()]));
    // Setting makes them those, whatever was loaded before.
    Person::houses().set(&db, &cid, [&House::find(&db, 4)?])?;
    let now = load()?;
    assert_eq!(names(now.houses()), ["Fir"]);
    Ok(())
}

#[test]
fn django_118_removing_from_a_relation_shows_when_it_is_loaded_again() -> Result<()> {
    let db = empty_town();
    let ann = NewPerson { name: "Ann".into() }.insert(&db)?;
    let houses =
        ["Oak", "Elm", "Ash"].map(|name| NewHouse { name: name.into(), owner_id: Some(ann.id), main_room_id: None });
    let houses = insert_many(&db, houses)?;
    let load =
        || -> Result<Vec<String>> { Ok(names(Person::query().prefetch(Person::houses()).find(&db, ann.id)?.houses())) };
    let before = Person::query().prefetch(Person::houses()).find(&db, ann.id)?;
    Person::houses().unlink(&db, &ann, [&houses[1]])?;
    assert_eq!(load()?, ["Oak", "Ash"]);
    // Added and taken away again.
    Person::houses().link(&db, &ann, [&houses[1]])?;
    assert_eq!(load()?, ["Oak", "Elm", "Ash"]);
    Person::houses().unlink(&db, &ann, [&houses[1], &houses[0]])?;
    assert_eq!(load()?, ["Ash"]);
    Person::houses().clear(&db, &before)?;
    assert_eq!(load()?, Vec::<String>::new());
    assert_eq!(names(before.houses()), ["Oak", "Elm", "Ash"], "what was read before stays as it was read");
    Ok(())
}

#[test]
fn django_119_a_row_read_again_holds_nothing_old() -> Result<()> {
    let db = town();
    let ann = Person::query().prefetch(Person::houses()).find(&db, 1)?;
    House { owner_id: Some(2), ..House::find(&db, 1)? }.update(&db)?;
    // Reading again gives the plain row: its type has no place for relations that were loaded before.
    let again: Person = assert_queries!(&db, 1, Person::find(&db, ann.id)?);
    let again = assert_queries!(&db, 1, orm::prefetch_one(&db, again, Person::houses())?);
    assert_eq!(names(again.houses()), ["Elm"]);
    // So does taking a loaded row apart.
    let inner: Person = ann.into_inner();
    assert_eq!(names(orm::prefetch_one(&db, inner, Person::houses())?.houses()), ["Elm"]);
    Ok(())
}

/// A town with so many persons, each in one club.
fn many_persons(persons: i64) -> Result<orm::Db> {
    let db = empty_town();
    NewHouse { name: "Hall".into(), owner_id: None, main_room_id: None }.insert(&db)?;
    NewClub { name: "All".into(), seat_id: 1 }.insert(&db)?;
    insert_many(&db, (0..persons).map(|number| NewPerson { name: format!("P{}", number % 7) }))?;
    for person in Person::query().all(&db)? {
        NewHouse { name: "Hut".into(), owner_id: Some(person.id), main_room_id: None }.insert(&db)?;
        Membership { person_id: person.id, club_id: 1, since: 2000 }.insert(&db)?;
    }
    Ok(db)
}

#[test]
fn django_120_a_query_in_chunks_prefetches_once_for_each() -> Result<()> {
    let db = many_persons(25)?;
    let clubs = Person::clubs().prefetch(Club::seat());
    let query = Person::query().order_by(Person::name().desc()).prefetch(clubs).prefetch(Person::houses().named(First));
    let whole = query.all(&db)?;
    for (size, chunks) in [(1, 25), (7, 4), (10, 3), (24, 2), (25, 1), (100, 1)] {
        let record = db.record();
        let read: Vec<Vec<_>> = query.chunks(&db).of_size(size).collect::<Result<_>>()?;
        assert_eq!(read.len(), chunks, "of {size}");
        assert!(read.iter().all(|chunk| chunk.len() as u64 <= size));
        assert_eq!(read.into_iter().flatten().collect::<Vec<_>>(), whole, "of {size}");
        assert_eq!(record.count(), chunks * 4, "of {size}");
    }
    // Stopping early reads no further.
    let mut chunks = query.chunks(&db).of_size(10);
    let first = assert_queries!(&db, 4, chunks.next().expect("there are rows")?);
    assert_eq!(first, whole[..10]);
    drop(chunks);
    Ok(())
}

#[test]
fn django_121_chunks_have_a_size_when_none_is_said() -> Result<()> {
    let db = empty_town();
    insert_many(&db, (0..2_500).map(|number| NewPerson { name: format!("P{number}") }))?;
    let query = Person::query().prefetch(Person::passport());
    let sizes: Vec<usize> = query.chunks(&db).map(|chunk| Ok(chunk?.len())).collect::<Result<_>>()?;
    assert_eq!(sizes, [1000, 1000, 500]);
    assert_queries!(&db, 6, query.chunks(&db).count());
    Ok(())
}

#[test]
fn django_122_a_chunk_holds_at_least_one_row() -> Result<()> {
    let db = town();
    // The size has no sign; zero, which elsewhere is an error, means the least there is.
    let chunks: Vec<Vec<_>> =
        Person::query().prefetch(Person::clubs()).chunks(&db).of_size(0).collect::<Result<_>>()?;
    assert_eq!(chunks.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1, 1]);
    assert_eq!(chunks[0][0].clubs().len(), 3);
    let huge: Vec<Vec<_>> = Room::query().chunks(&db).of_size(u64::MAX).collect::<Result<_>>()?;
    assert_eq!(huge.iter().map(Vec::len).collect::<Vec<_>>(), [4]);
    Ok(())
}
