//! Several databases. Each call names its database, and nothing remembers another.

use orm::{Db, Model, Result, assert_queries};

use crate::database::Shared;
use crate::schemas::town::{Club, House, Passport, Person, Room, create, empty_town, names, town};
use crate::support::compare::assert_as_lazy;

/// A second town with the same rows, but with other names.
fn other_town() -> Result<Db> {
    let db = town();
    for person in Person::query().all(&db)? {
        Person { name: person.name.to_uppercase(), ..person }.update(&db)?;
    }
    for club in Club::query().all(&db)? {
        Club { name: club.name.to_uppercase(), ..club }.update(&db)?;
    }
    for house in House::query().all(&db)? {
        House { name: house.name.to_uppercase(), ..house }.update(&db)?;
    }
    Ok(db)
}

#[test]
fn related_rows_come_from_the_database_that_is_asked() -> Result<()> {
    let (db, other) = (town(), other_town()?);
    let upper = |names: Vec<String>| names.into_iter().map(|name| name.to_uppercase()).collect::<Vec<_>>();
    // Many-to-many relations and foreign keys, in both directions, each on one database only.
    let clubs = Person::query().prefetch(Person::clubs());
    let there = assert_queries!(&db, 0, assert_queries!(&other, 2, clubs.all(&other)?));
    assert_as_lazy(&there, |row| row.clubs().to_vec(), |row| Person::clubs().of(row).all(&other));
    assert_eq!(names(there[0].clubs()), upper(names(clubs.all(&db)?[0].clubs())));
    let members = Club::query().prefetch(Club::members()).all(&other)?;
    assert_eq!(names(members[2].members()), ["ANN", "CID"]);
    let houses = Person::query().prefetch(Person::houses()).all(&other)?;
    assert_eq!(names(houses[0].houses()), ["OAK", "ELM"]);
    let query = House::query().prefetch(House::owner().prefetch(Person::clubs()));
    let owners = assert_queries!(&db, 0, assert_queries!(&other, 3, query.all(&other)?));
    let owner = owners[0].owner().as_ref().expect("the Oak has an owner");
    assert_eq!(
        (owner.name.as_str(), names(owner.clubs())),
        ("ANN", upper(vec!["Chess".into(), "Golf".into(), "Yoga".into()]))
    );
    Ok(())
}

#[test]
fn rows_of_one_database_are_completed_from_another() -> Result<()> {
    let (db, other) = (town(), other_town()?);
    // A query can run on any database.
    let houses = Person::houses().filter(House::id().ne(2));
    let query = Person::query().prefetch(houses.clone());
    assert_eq!(names(query.find(&db, 1)?.houses()), ["Oak"]);
    assert_eq!(names(query.find(&other, 1)?.houses()), ["OAK"]);
    // Another database for the relation is used,
    let persons = Person::query().all(&db)?;
    let mixed = assert_queries!(&db, 0, orm::prefetch(&other, persons.clone(), houses.clone())?);
    assert_eq!((mixed[0].name.as_str(), names(mixed[0].houses())), ("Ann", vec!["OAK".to_owned()]));
    // even if it has no rows,
    let nothing = orm::prefetch(&empty_town(), persons.clone(), houses.clone())?;
    assert!(nothing.iter().all(|person| person.houses().is_empty()));
    // and a file works like a database in memory.
    let file = Shared::new();
    let shared = file.open();
    create(&shared)?;
    persons[0].insert(&shared)?;
    House { id: 9, name: "Far".into(), owner_id: Some(1), main_room_id: None }.insert(&shared)?;
    let far = assert_queries!(&db, 0, orm::prefetch(&shared, persons, houses)?);
    assert_eq!(names(far[0].houses()), ["Far"]);
    Ok(())
}

#[test]
fn to_one_relations_are_completed_from_another_database() -> Result<()> {
    let (db, other) = (town(), other_town()?);
    let houses = House::query().all(&db)?;
    let owned = orm::prefetch(&other, houses.clone(), House::owner())?;
    assert_eq!(owned[2].owner().as_ref().map(|owner| owner.name.as_str()), Some("BOB"));
    let narrowed = orm::prefetch(&other, houses.clone(), House::owner().filter(Person::name().eq("ANN")))?;
    assert_eq!(narrowed.iter().filter(|house| house.owner().is_some()).count(), 2);
    let persons = Person::query().all(&db)?;
    let passports = orm::prefetch(&other, persons.clone(), Person::passport().filter(Passport::code().eq("A1")))?;
    assert_eq!(passports.iter().filter(|person| person.passport().is_some()).count(), 1);
    // If the other database has no such row, an optional relation is `None`, and a required one returns a typed error.
    let empty = empty_town();
    assert!(orm::prefetch(&empty, houses, House::owner())?.iter().all(|house| house.owner().is_none()));
    assert!(orm::prefetch(&empty, persons, Person::passport())?.iter().all(|person| person.passport().is_none()));
    let rooms = Room::query().all(&db)?;
    let error = orm::prefetch(&empty, rooms, Room::house()).expect_err("the houses are not there");
    assert!(error.is_missing_related(), "{error}");
    Ok(())
}
