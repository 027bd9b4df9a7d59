//! Paths over several relations.

use orm::{Many, Model, NotLoaded, One, Query, Result, assert_queries};

use crate::schemas::town::{
    Club, House, HouseLoaded, Membership, NewPerson, Passport, Person, PersonLoaded, PersonRelations, Room, RoomLoaded,
    names, town,
};
use crate::support::compare::assert_as_lazy;

struct First;
struct Second;

#[test]
fn a_path_goes_on_through_a_joined_relation() -> Result<()> {
    let db = town();
    let path = || Membership::club().prefetch(Club::members());
    let joined = assert_queries!(&db, 2, Membership::query().prefetch(path().joined()).all(&db)?);
    let separate = assert_queries!(&db, 3, Membership::query().prefetch(path()).all(&db)?);
    assert_eq!(joined, separate);
    assert_as_lazy(
        &joined,
        |membership| membership.club().members().to_vec(),
        |membership| Club::members().of(&Membership::club().of(membership).one(&db)?).all(&db),
    );
    // A joined row of several rows is one shared row, as without a join.
    assert!(std::ptr::eq(&raw const **joined[0].club(), &raw const **joined[3].club()));
    assert_ne!(joined[0].club(), joined[1].club());
    Ok(())
}

#[test]
fn a_path_goes_on_through_a_has_one_with_rows_missing() -> Result<()> {
    let db = town();
    // A has-one relation is loaded by a separate statement even if a join is allowed, because a join could repeat the
    // parents.
    let path = || Person::passport().prefetch(Passport::person().prefetch(Person::clubs())).joined();
    let persons = assert_queries!(&db, 4, Person::query().prefetch(path()).all(&db)?);
    let found: Vec<_> = persons.iter().map(|row| row.passport().as_ref().map(|it| it.person().clubs().len())).collect();
    assert_eq!(found, [Some(3), Some(2), None, None]);
    // If no parent has a row, the path ends there.
    let without = Person::query().filter(Person::passport().none(Passport::id().gt(0)));
    let persons = assert_queries!(&db, 2, without.prefetch(path()).all(&db)?);
    assert!(persons.len() == 2 && persons.iter().all(|person| person.passport().is_none()));
    Ok(())
}

#[test]
fn nulls_in_the_middle_end_a_path_that_is_joined() -> Result<()> {
    let db = town();
    let owner = || House::owner().prefetch(Person::clubs());
    let room = || House::main_room().prefetch(Room::house());
    let joined = House::query().prefetch(owner().joined()).prefetch(room().joined());
    let joined = assert_queries!(&db, 3, joined.all(&db)?);
    let separate = assert_queries!(&db, 5, House::query().prefetch(owner()).prefetch(room()).all(&db)?);
    assert_eq!(joined, separate);
    let found: Vec<_> = joined.iter().map(|house| (house.owner().is_some(), house.main_room().is_some())).collect();
    assert_eq!(found, [(true, true), (true, false), (true, true), (false, false)]);
    // The condition of the relation belongs to the join: it excludes the owner, not the house.
    let bobs = House::owner().filter(Person::name().eq("Bob") | Person::name().eq("Eve"));
    let narrowed = assert_queries!(&db, 1, House::query().prefetch(bobs.clone().joined()).all(&db)?);
    assert_eq!(narrowed, House::query().prefetch(bobs).all(&db)?);
    assert_eq!(narrowed.len(), 4);
    // If the join finds no row, nothing more is sent. The same holds for one parent's rows.
    let nobodys = House::query().filter(House::owner_id().is_null());
    assert_queries!(&db, 1, nobodys.prefetch(owner().joined()).all(&db)?);
    let ann = Person::find(&db, 1)?;
    let houses = Person::houses().prefetch(House::main_room().joined()).of(&ann);
    let houses = assert_queries!(&db, 1, houses.order_by(House::name().asc()).all(&db)?);
    assert_eq!(names(&houses), ["Elm", "Oak"]);
    assert_eq!(houses[1].main_room().as_ref().map(|room| room.name.as_str()), Some("Hall"));
    Ok(())
}

#[test]
fn nulls_in_the_middle_end_a_path() -> Result<()> {
    let db = town();
    let query = || House::query().prefetch(House::main_room().prefetch(Room::house().prefetch(House::owner())));
    let houses = assert_queries!(&db, 4, query().all(&db)?);
    let path = |house: &House| -> Result<_> {
        let Some(room) = House::main_room().of(house).first(&db)? else { return Ok(None) };
        let home = Room::house().of(&room).one(&db)?;
        let owner = House::owner().of(&home).first(&db)?;
        Ok(Some((room.name, home.name, owner.map(|owner| owner.name))))
    };
    assert_as_lazy(
        &houses,
        |house| {
            let room = house.main_room().as_ref()?;
            let home = room.house();
            let owner = home.owner().as_ref().map(|owner| owner.name.clone());
            Some((room.name.clone(), home.name.clone(), owner))
        },
        |house| path(house),
    );
    assert_eq!(houses.iter().filter(|house| house.main_room().is_some()).count(), 2);
    // If the middle level is empty for all rows, no statement is sent for the levels after it.
    let without = query().filter(House::main_room_id().is_null());
    let houses = assert_queries!(&db, 1, without.all(&db)?);
    assert!(houses.iter().all(|house| house.main_room().is_none()));
    Ok(())
}

#[test]
fn what_a_narrowed_relation_loads_is_batched() -> Result<()> {
    let db = town();
    let clubs = || {
        let members = Club::members().filter(Person::name().ne("Cid")).prefetch(Person::houses());
        Person::clubs().filter(Club::name().ne("Void")).prefetch(members)
    };
    let persons = assert_queries!(&db, 4, Person::query().prefetch(clubs()).all(&db)?);
    assert_as_lazy(
        &persons,
        |person| person.clubs().to_vec(),
        |person| {
            let clubs = Person::clubs().filter(Club::name().ne("Void"));
            // The level below is compared with a separate query for each club.
            let members = Club::members().filter(Person::name().ne("Cid")).prefetch(Person::houses());
            clubs.prefetch(members).of(person).all(&db)
        },
    );
    let members: Vec<_> = persons[0].clubs().iter().map(|club| names(club.members())).collect();
    assert_eq!(members, [vec!["Ann", "Bob"], vec!["Ann", "Bob"], vec!["Ann"]]);
    assert_eq!(names(persons[0].clubs()[0].members()[1].houses()), ["Ash"]);
    // Many more parents need no more statements.
    for number in 0..50 {
        NewPerson { name: format!("P{number}") }.insert(&db)?;
    }
    assert_queries!(&db, 4, Person::query().prefetch(clubs()).all(&db)?);
    Ok(())
}

#[test]
fn names_may_stand_at_both_levels() -> Result<()> {
    let db = town();
    let members = Club::members().filter(Person::id().lt(3)).order_by(Person::id().desc());
    let clubs = Person::clubs().order_by(Club::id().desc()).prefetch(members.named(Second)).named(First);
    let persons = assert_queries!(&db, 3, Person::query().prefetch(clubs).all(&db)?);
    let found: Vec<Vec<(String, Vec<String>)>> = persons
        .iter()
        .map(|person| person.named(First).iter().map(|club| (club.name.clone(), names(club.named(Second)))).collect())
        .collect();
    let both = || vec!["Bob".to_owned(), "Ann".to_owned()];
    assert_eq!(found[0], [("Yoga".into(), vec!["Ann".into()]), ("Golf".into(), both()), ("Chess".into(), both())]);
    assert_eq!(found[2], [("Yoga".into(), vec!["Ann".into()])]);
    assert!(found[3].is_empty());
    Ok(())
}

#[test]
fn what_is_loaded_is_kept_when_more_is_loaded() -> Result<()> {
    let db = town();
    let houses = House::query().prefetch(House::owner()).all(&db)?;
    let owner = &raw const **houses[0].owner().as_ref().expect("the Oak has an owner");
    // One statement, for the new relation. Prefetching the existing one again does not compile.
    let houses = assert_queries!(&db, 1, orm::prefetch(&db, houses, House::rooms())?);
    assert!(std::ptr::eq(owner, &raw const **houses[0].owner().as_ref().expect("it is kept")));
    assert_eq!(names(houses[0].rooms()), ["Hall", "Den"]);
    Ok(())
}

#[test]
fn only_rows_without_the_relation_are_completed() -> Result<()> {
    let db = town();
    let mut loaded = Person::query().filter(Person::id().le(2)).prefetch(Person::clubs()).all(&db)?;
    let before = loaded.clone();
    let missing = Person::query().filter(Person::id().gt(2)).all(&db)?;
    // The types distinguish rows with and without the relation, so no test at run time is needed.
    loaded.extend(assert_queries!(&db, 1, orm::prefetch(&db, missing, Person::clubs())?));
    assert_eq!(loaded[..2], before);
    assert!(std::ptr::eq(loaded[0].clubs().get(0).expect("a club"), before[0].clubs().get(0).expect("a club")));
    assert_as_lazy(&loaded, |person| person.clubs().to_vec(), |person| Person::clubs().of(person).all(&db));
    Ok(())
}

#[test]
fn rows_without_a_name_are_completed_under_it() -> Result<()> {
    let db = town();
    let houses = || Person::houses().filter(House::name().ne("Elm")).named(First);
    let mut loaded = Person::query().filter(Person::id().eq(1)).prefetch(houses()).all(&db)?;
    let missing = Person::query().filter(Person::id().ne(1)).all(&db)?;
    loaded.extend(assert_queries!(&db, 1, orm::prefetch(&db, missing, houses())?));
    let found: Vec<_> = loaded.iter().map(|person| names(person.named(First))).collect();
    assert_eq!(found, [vec!["Oak"], vec!["Ash"], vec![], vec![]]);
    Ok(())
}

#[test]
fn a_path_goes_on_from_a_level_that_is_loaded() -> Result<()> {
    let db = town();
    // In one query, the middle level is loaded once.
    let at_once = Person::query().prefetch(Person::clubs().prefetch(Club::seat().prefetch(House::rooms())));
    let at_once = assert_queries!(&db, 4, at_once.all(&db)?);
    // Continuing from the existing rows sends nothing for them again.
    let persons = Person::query().prefetch(Person::clubs().prefetch(Club::seat())).all(&db)?;
    let seats: Vec<House> = persons[0].clubs().iter().map(|club| (**club.seat()).clone()).collect();
    let seats = assert_queries!(&db, 1, orm::prefetch(&db, seats, House::rooms())?);
    for (seat, club) in seats.iter().zip(at_once[0].clubs()) {
        assert_eq!(seat.rooms(), club.seat().rooms());
    }
    assert_eq!(seats.len(), 3);
    Ok(())
}

#[test]
fn a_way_back_to_the_parent_loads_what_it_asks_for() -> Result<()> {
    let db = town();
    let houses = Person::houses().prefetch(House::owner().prefetch(Person::passport()));
    let persons = assert_queries!(&db, 4, Person::query().prefetch(houses).all(&db)?);
    for person in &persons {
        for house in person.houses() {
            let owner = house.owner().as_ref().expect("it is somebody's");
            assert_eq!(***owner, **person);
            let passport = Passport::query().filter(Passport::person_id().eq(person.id)).first(&db)?;
            assert_eq!(owner.passport().as_deref(), passport.as_ref());
        }
    }
    assert_eq!(persons[0].houses().len(), 2);
    Ok(())
}

/// A program's default: a function whose return type contains what it loads.
fn persons_with_clubs() -> Query<Person, PersonLoaded<NotLoaded, NotLoaded, Many<Club>>> {
    Person::query().prefetch(Person::clubs())
}

#[test]
fn a_default_is_a_function_and_its_relations_are_batched() -> Result<()> {
    let db = town();
    let persons = assert_queries!(&db, 2, persons_with_clubs().all(&db)?);
    // The default can be narrowed and extended. An addition combines with the existing relations.
    let more = persons_with_clubs().filter(Person::id().gt(1)).prefetch(Person::houses());
    let more = assert_queries!(&db, 3, more.all(&db)?);
    assert_eq!(persons[1].clubs(), more[0].clubs());
    // The default of a related model is a value as well.
    let club_by_default = || Person::clubs().prefetch(Club::members());
    let nested = House::query().prefetch(House::owner().prefetch(club_by_default()));
    let houses = assert_queries!(&db, 4, nested.all(&db)?);
    let owner = houses[2].owner().as_ref().expect("Bob");
    assert_eq!(names(owner.clubs()[0].members()), ["Ann", "Bob"]);
    Ok(())
}

/// A house with its rooms.
type WithRooms<Row> = HouseLoaded<Many<Row>>;

#[test]
fn relations_that_lead_in_a_circle_load_as_far_as_written() -> Result<()> {
    let db = town();
    // Houses have rooms and rooms have houses. Only written relations are loaded, so a query cannot recurse forever.
    assert_queries!(&db, 1, House::query().all(&db)?);
    let houses = House::query().prefetch(House::rooms().prefetch(Room::house().prefetch(House::rooms())));
    let houses: Vec<WithRooms<RoomLoaded<One<WithRooms<Room>>>>> = assert_queries!(&db, 4, houses.all(&db)?);
    assert_eq!(houses[0].rooms()[1].house().rooms()[1].name, "Den");
    Ok(())
}

#[test]
fn values_that_are_used_again_are_not_changed() -> Result<()> {
    let db = town();
    let houses = Person::houses().order_by(House::name().asc());
    let members = Club::members().prefetch(houses.clone().filter(House::name().ne("Elm")));
    let clubs = Person::clubs().prefetch(members.clone());
    let query = Person::query().prefetch(clubs.clone().filter(Club::name().eq("Chess")));
    let first = assert_queries!(&db, 4, query.all(&db)?);
    assert_eq!(names(first[0].clubs()[0].members()[0].houses()), ["Oak"]);
    // The original was changed neither by running nor by narrowing what was derived from it.
    assert_eq!(query.all(&db)?, first);
    let plain = Person::query().prefetch(houses).all(&db)?;
    assert_eq!(names(plain[0].houses()), ["Elm", "Oak"]);
    let all_clubs = Person::query().prefetch(clubs).all(&db)?;
    assert_eq!(names(all_clubs[0].clubs()), ["Chess", "Golf", "Yoga"]);
    let from_clubs = Club::query().prefetch(members).all(&db)?;
    assert_eq!(names(from_clubs[2].members()), ["Ann", "Cid"]);
    assert_eq!(names(from_clubs[2].members()[0].houses()), ["Oak"]);
    Ok(())
}

#[test]
fn one_relation_is_loaded_twice_below_another() -> Result<()> {
    let db = town();
    let clubs = Person::clubs()
        .prefetch(Club::members())
        .prefetch(Club::members().filter(Person::name().eq("Ann")).prefetch(Person::passport()).named(First));
    let persons = assert_queries!(&db, 5, Person::query().prefetch(clubs).all(&db)?);
    for club in persons.iter().flat_map(PersonLoaded::clubs) {
        assert_eq!(club.members().to_vec(), Club::members().of(club).all(&db)?);
        let [ann] = &club.named(First).to_vec()[..] else { panic!("Ann is in every club that has members") };
        assert_eq!(ann.passport().as_ref().map(|passport| passport.code.as_str()), Some("A1"));
    }
    Ok(())
}

#[test]
fn one_deep_path_is_loaded_twice_in_either_order() -> Result<()> {
    let db = town();
    let plain = || Person::houses().prefetch(House::rooms());
    let narrowed = || Person::houses().prefetch(House::rooms().filter(Room::name().eq("Den"))).named(First);
    let plain_first = Person::query().prefetch(plain()).prefetch(narrowed());
    let named_first = Person::query().prefetch(narrowed()).prefetch(plain());
    // Equal statements load the houses themselves, of which one is sent.
    for persons in [assert_queries!(&db, 4, plain_first.all(&db)?), assert_queries!(&db, 4, named_first.all(&db)?)] {
        assert_eq!(names(persons[0].houses()[0].rooms()), ["Hall", "Den"]);
        assert_eq!(names(persons[0].houses()[1].rooms()), ["Attic"]);
        assert_eq!(names(persons[0].named(First)), ["Oak", "Elm"]);
        assert_eq!(names(persons[0].named(First)[0].rooms()), ["Den"]);
        assert!(persons[0].named(First)[1].rooms().is_empty());
    }
    Ok(())
}

#[test]
fn a_path_may_come_back_to_its_model() -> Result<()> {
    let db = town();
    let clubs = Person::clubs().prefetch(Club::members().prefetch(Person::clubs()));
    let persons = assert_queries!(&db, 4, Person::query().prefetch(clubs).all(&db)?);
    for person in &persons {
        for club in person.clubs() {
            assert_eq!(names(club.members()), names(&Club::members().of(club).all(&db)?));
            let itself = club.members().iter().find(|member| member.id == person.id).expect("a member of its own club");
            assert_eq!(names(itself.clubs()), names(person.clubs()));
        }
    }
    assert_eq!(persons[0].clubs().len(), 3);
    Ok(())
}

#[test]
fn belongs_to_and_many_to_many_nest_either_way_round() -> Result<()> {
    let db = town();
    let query = House::query().prefetch(House::owner().prefetch(Person::clubs()));
    let houses = assert_queries!(&db, 3, query.all(&db)?);
    let found: Vec<_> = houses.iter().map(|house| house.owner().as_ref().map(|owner| names(owner.clubs()))).collect();
    let anns = || Some(vec!["Chess".to_owned(), "Golf".to_owned(), "Yoga".to_owned()]);
    assert_eq!(found, [anns(), anns(), Some(vec!["Chess".into(), "Golf".into()]), None]);
    let query = House::query().prefetch(House::owner().prefetch(Person::clubs().named(First)));
    let named = assert_queries!(&db, 3, query.all(&db)?);
    for (house, named) in houses.iter().zip(&named) {
        let clubs = house.owner().as_ref().map(|owner| owner.clubs());
        assert_eq!(named.owner().as_ref().map(|owner| owner.named(First)), clubs);
    }

    let query = Club::query().prefetch(Club::members().prefetch(Person::houses()));
    let clubs = assert_queries!(&db, 3, query.all(&db)?);
    let query = Club::query().prefetch(Club::members().prefetch(Person::houses().named(First)).named(Second));
    let named = assert_queries!(&db, 3, query.all(&db)?);
    for (club, named) in clubs.iter().zip(&named) {
        assert_eq!(names(club.members()), names(&Club::members().of(club).all(&db)?));
        for (member, same) in club.members().iter().zip(named.named(Second)) {
            assert_eq!(member.houses().to_vec(), Person::houses().of(member).all(&db)?);
            assert_eq!(same.named(First), member.houses());
        }
    }
    assert_eq!(names(clubs[1].members()[0].houses()), ["Oak", "Elm"]);
    Ok(())
}

#[test]
fn a_path_goes_on_from_a_name() -> Result<()> {
    let db = town();
    let memberships =
        Person::memberships().prefetch(Membership::club().prefetch(Club::seat().named(Second))).named(First);
    let persons = assert_queries!(&db, 4, Person::query().prefetch(memberships).all(&db)?);
    let found: Vec<_> = persons[0]
        .named(First)
        .iter()
        .map(|membership| (membership.since, membership.club().named(Second).name.as_str()))
        .collect();
    assert_eq!(found, [(2001, "Oak"), (2002, "Ash"), (2003, "Oak")]);
    // Rows under a name are ordinary rows: a relation of theirs can be loaded when they are in memory.
    let clubs: Vec<Club> = persons[0].named(First).iter().map(|membership| (***membership.club()).clone()).collect();
    let clubs = assert_queries!(&db, 1, orm::prefetch(&db, clubs, Club::members())?);
    assert_eq!(names(clubs[2].members()), ["Ann", "Cid"]);
    Ok(())
}

/// Reads two relations of any row that holds them.
fn card(person: &impl PersonRelations<Houses = Many<House>, Clubs = Many<Club>>) -> (Vec<String>, Vec<String>) {
    (names(person.houses()), names(person.clubs()))
}

#[test]
fn the_order_of_siblings_does_not_matter() -> Result<()> {
    let db = town();
    let one_way = Person::query().prefetch(Person::houses()).prefetch(Person::clubs()).prefetch(Person::passport());
    let other_way = Person::query().prefetch(Person::passport()).prefetch(Person::clubs()).prefetch(Person::houses());
    let one_way = assert_queries!(&db, 4, one_way.all(&db)?);
    let other_way = assert_queries!(&db, 4, other_way.all(&db)?);
    // They have the same type, and are equal.
    assert_eq!(one_way, other_way);
    assert_eq!(one_way.iter().map(card).collect::<Vec<_>>(), other_way.iter().map(card).collect::<Vec<_>>());
    assert_eq!(card(&one_way[0]).0, ["Oak", "Elm"]);
    Ok(())
}

#[test]
fn two_paths_with_one_beginning_do_not_overwrite_each_other() -> Result<()> {
    use crate::schemas::journal::{Article, Writer, journal, labels};

    let db = journal()?;
    let written = Writer::written().prefetch(Article::editor()).prefetch(Article::tags());
    let rows = assert_queries!(&db, 4, Writer::query().prefetch(written).all(&db)?);
    let red = &rows[0].written()[0];
    assert_eq!(red.editor().as_ref().map(|editor| editor.name.as_str()), Some("Bob"));
    assert_eq!(labels(red.tags()), ["new", "long"]);
    // Written separately, each under its name: their common level is loaded once, and neither overwrites the other.
    let query = Writer::query()
        .prefetch(Writer::written().prefetch(Article::editor()).named(First))
        .prefetch(Writer::written().prefetch(Article::tags()).named(Second));
    let rows = assert_queries!(&db, 4, query.all(&db)?);
    assert_eq!(rows[0].named(First)[0].editor().as_ref().map(|editor| editor.name.as_str()), Some("Bob"));
    assert_eq!(labels(rows[0].named(Second)[0].tags()), ["new", "long"]);
    Ok(())
}
