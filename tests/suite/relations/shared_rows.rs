//! Rows that several parents share, and ways back to a parent.

use std::collections::HashSet;

use orm::{Model, Result, assert_queries};

use crate::schemas::town::{Club, House, Passport, Person, PersonLoaded, town};

#[test]
fn children_lead_back_to_their_parent() -> Result<()> {
    let db = town();
    // The foreign key names the parent, without another statement.
    let persons = assert_queries!(&db, 2, Person::query().prefetch(Person::houses()).all(&db)?);
    for person in &persons {
        assert!(person.houses().iter().all(|house| house.owner_id == Some(person.id)));
    }
    assert_eq!(persons[0].houses().len(), 2);
    // The prefetched way back holds rows equal to the parents: one for all children of a parent.
    let query = Person::query().prefetch(Person::houses().prefetch(House::owner()));
    let persons = assert_queries!(&db, 3, query.all(&db)?);
    let ann = &persons[0];
    let owners: Vec<&Person> = ann.houses().iter().filter_map(|house| house.owner().as_deref()).collect();
    assert_eq!(owners, [&**ann, &**ann]);
    assert!(std::ptr::eq(owners[0], owners[1]));
    Ok(())
}

#[test]
fn one_to_one_relations_lead_back_from_both_ends() -> Result<()> {
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
fn the_target_of_many_foreign_keys_is_one_row() -> Result<()> {
    let db = town();
    let houses = assert_queries!(&db, 2, House::query().prefetch(House::owner()).all(&db)?);
    let owner = |house: usize| houses[house].owner().as_deref().expect("it has an owner");
    assert!(std::ptr::eq(owner(0), owner(1)));
    assert_ne!(owner(0), owner(2));
    // The row outlives the rows that led to it, and can be sent to another thread.
    let shared = houses[1].owner().clone().expect("it has an owner");
    drop(houses);
    let name = std::thread::spawn(move || shared.name.clone()).join().expect("the thread ends well");
    assert_eq!(name, "Ann");
    Ok(())
}

#[test]
fn rows_of_a_many_to_many_are_shared() -> Result<()> {
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
