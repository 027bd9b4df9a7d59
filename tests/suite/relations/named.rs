//! Relations that were narrowed, ordered or named before they were prefetched.

use orm::{Many, Model, One, Part, View, assert_queries};

use crate::schemas::town::{
    Club, House, HouseLoaded, Membership, Passport, Person, PersonRelations, Room, names, town,
};
use crate::support::compare::assert_as_lazy;

struct First;
struct Second;
struct Third;

#[test]
fn a_relation_kept_as_a_value_loads_the_same() -> orm::Result<()> {
    let db = town();
    // All kinds: plain, created as a value beforehand, in its default order, and onto rows in memory.
    macro_rules! same {
        ($model:ident, $relation:ident, $ordered:expr) => {{
            let relation = $model::$relation();
            let plain = assert_queries!(&db, 2, $model::query().prefetch($model::$relation()).all(&db)?);
            let value = assert_queries!(&db, 2, $model::query().prefetch(relation.clone()).all(&db)?);
            let ordered = assert_queries!(&db, 2, $model::query().prefetch($ordered).all(&db)?);
            let rows = $model::query().all(&db)?;
            let in_memory = assert_queries!(&db, 1, orm::prefetch(&db, rows, relation)?);
            assert_eq!(plain, value);
            assert_eq!(plain, ordered);
            assert_eq!(plain, in_memory);
            plain
        }};
    }
    let persons = same!(Person, clubs, Person::clubs().order_by(Club::id().asc()));
    assert_as_lazy(&persons, |row| row.clubs().to_vec(), |row| Person::clubs().of(row).all(&db));
    let clubs = same!(Club, members, Club::members().order_by(Person::id().asc()));
    assert_as_lazy(&clubs, |row| row.members().to_vec(), |row| Club::members().of(row).all(&db));
    let persons = same!(Person, houses, Person::houses().order_by(House::id().asc()));
    assert_as_lazy(&persons, |row| row.houses().to_vec(), |row| Person::houses().of(row).all(&db));
    let persons = same!(Person, passport, Person::passport().order_by(Passport::id().asc()));
    assert_as_lazy(&persons, |row| row.passport().as_deref().cloned(), |row| Person::passport().of(row).first(&db));
    let houses = same!(House, owner, House::owner().order_by(Person::id().asc()));
    assert_as_lazy(&houses, |row| row.owner().as_deref().cloned(), |row| House::owner().of(row).first(&db));
    let rooms = same!(Room, house, Room::house().order_by(House::id().asc()));
    assert_as_lazy(&rooms, |row| (**row.house()).clone(), |row| Room::house().of(row).one(&db));
    let memberships = same!(Membership, club, Membership::club().order_by(Club::id().asc()));
    assert_as_lazy(&memberships, |row| (**row.club()).clone(), |row| Membership::club().of(row).one(&db));
    Ok(())
}

#[test]
fn a_name_holds_the_rows() -> orm::Result<()> {
    let db = town();
    let query = Person::query()
        .prefetch(Person::clubs().named(First))
        .prefetch(Person::houses().named(Second))
        .prefetch(Person::passport().named(Third));
    let persons = assert_queries!(&db, 4, query.all(&db)?);
    let clubs: &Many<Club> = persons[0].named(First);
    assert_eq!(names(clubs), ["Chess", "Golf", "Yoga"]);
    assert_eq!(names(persons[0].named(Second)), ["Oak", "Elm"]);
    let passport: &Option<One<Passport>> = persons[1].named(Third);
    assert_eq!(passport.as_ref().map(|passport| passport.code.as_str()), Some("B1"));
    assert!(persons[3].named(First).is_empty() && persons[3].named(Third).is_none());
    Ok(())
}

#[test]
fn a_name_that_reads_like_a_relation_or_column_takes_nothing_away() -> orm::Result<()> {
    #[expect(non_camel_case_types, reason = "the names are those of a column and of a relation")]
    mod slots {
        pub(super) struct name;
        pub(super) struct clubs;
    }
    let db = town();
    let query = Person::query()
        .prefetch(Person::houses().named(slots::name))
        .prefetch(Person::clubs().filter(Club::name().eq("Golf")).named(slots::clubs))
        .prefetch(Person::clubs());
    let persons = assert_queries!(&db, 4, query.all(&db)?);
    assert_eq!(persons[0].name, "Ann");
    assert_eq!(names(persons[0].named(slots::name)), ["Oak", "Elm"]);
    assert_eq!(names(persons[0].named(slots::clubs)), ["Golf"]);
    assert_eq!(names(persons[0].clubs()), ["Chess", "Golf", "Yoga"]);
    Ok(())
}

#[test]
fn a_name_that_would_hide_an_entry_does_not_serialise() -> orm::Result<()> {
    struct Name;
    struct Houses;
    let db = town();
    let hides_column = Person::query().prefetch(Person::houses().named(Name)).all(&db)?;
    let error = serde_json::to_string(&hides_column).expect_err("two entries would be called `name`");
    assert!(error.to_string().contains("`name`"), "{error}");
    let query = Person::query().prefetch(Person::houses()).prefetch(Person::houses().named(Houses));
    let error = serde_json::to_string(&query.all(&db)?).expect_err("two entries would be called `houses`");
    assert!(error.to_string().contains("`houses`"), "{error}");
    let apart = Person::query().prefetch(Person::houses().named(First)).find(&db, 3)?;
    assert_eq!(serde_json::to_string(&apart).expect("names differ"), r#"{"id":3,"name":"Cid","first":[]}"#);
    Ok(())
}

#[test]
fn a_to_many_relation_is_filtered() -> orm::Result<()> {
    let db = town();
    let cases = [
        Club::name().starts_with("Y") | Club::name().eq("Chess"),
        Club::seat().has(House::name().eq("Oak")),
        Club::members().any(Person::name().eq("Cid")),
        Club::members().count().ge(2) & !Club::name().eq("Golf"),
    ];
    let expected = [vec!["Chess", "Yoga"], vec!["Chess", "Yoga"], vec!["Yoga"], vec!["Chess", "Yoga"]];
    for (condition, expected) in cases.into_iter().zip(expected) {
        let clubs = Person::clubs().filter(condition);
        let persons = assert_queries!(&db, 2, Person::query().prefetch(clubs.clone()).all(&db)?);
        assert_eq!(names(persons[0].clubs()), expected);
        assert_as_lazy(&persons, |row| row.clubs().to_vec(), |row| clubs.clone().of(row).all(&db));
    }
    let houses = Person::houses().filter(House::main_room_id().is_null());
    let persons = assert_queries!(&db, 2, Person::query().prefetch(houses.clone()).all(&db)?);
    assert_as_lazy(&persons, |row| row.houses().to_vec(), |row| houses.clone().of(row).all(&db));
    assert_eq!(names(persons[0].houses()), ["Elm"]);
    Ok(())
}

#[test]
fn one_relation_is_loaded_under_several_names() -> orm::Result<()> {
    let db = town();
    let query = Person::query()
        .prefetch(Person::clubs().filter(Club::seat_id().eq(1)).named(First))
        .prefetch(Person::clubs().filter(Club::seat_id().ne(1)).order_by(Club::name().desc()).named(Second))
        .prefetch(Person::clubs().order_by(Club::name().desc()).limit(1).named(Third))
        .prefetch(Person::clubs());
    let persons = assert_queries!(&db, 5, query.all(&db)?);
    let ann = &persons[0];
    assert_eq!(names(ann.named(First)), ["Chess", "Yoga"]);
    assert_eq!(names(ann.named(Second)), ["Golf"]);
    assert_eq!(names(ann.named(Third)), ["Yoga"]);
    assert_eq!(names(ann.clubs()), ["Chess", "Golf", "Yoga"]);
    let whole: (&Many<Club>, &Many<Club, Part>) = (ann.clubs(), ann.named(First));
    assert_eq!(whole.0.len() - whole.1.len(), 1);
    Ok(())
}

#[test]
fn a_join_within_the_related_rows_saves_a_statement() -> orm::Result<()> {
    let db = town();
    let separate = Person::query().prefetch(Person::houses().prefetch(House::main_room()));
    let joined = Person::query().prefetch(Person::houses().prefetch(House::main_room().joined()));
    let separate = assert_queries!(&db, 3, separate.all(&db)?);
    let joined = assert_queries!(&db, 2, joined.all(&db)?);
    assert_eq!(joined, separate);
    assert!(joined.iter().any(|person| person.houses().iter().any(|house| house.main_room().is_some())));
    Ok(())
}

#[test]
fn a_path_leads_over_two_names_with_relations_within() -> orm::Result<()> {
    let db = town();
    let rooms = House::rooms().filter(Room::name().ne("Den")).named(Second);
    let houses =
        Person::houses().order_by(House::name().asc()).prefetch(rooms).prefetch(House::main_room()).named(First);
    let members = Club::members().filter(Person::name().ne("Cid")).prefetch(houses);
    let clubs = assert_queries!(&db, 5, Club::query().prefetch(members).all(&db)?);
    let ann = &clubs[0].members()[0];
    let found: Vec<_> = ann
        .named(First)
        .iter()
        .map(|house| (house.name.as_str(), names(house.named(Second)), house.main_room().is_some()))
        .collect();
    assert_eq!(found, [("Elm", vec!["Attic".to_owned()], false), ("Oak", vec!["Hall".to_owned()], true)]);
    assert!(clubs[3].members().is_empty());
    Ok(())
}

#[test]
fn a_target_that_the_filter_leaves_out_reads_as_none() -> orm::Result<()> {
    let db = town();
    // The key of a room's house is required. After a filter, the relation's type is an `Option`.
    let query = Room::query()
        .prefetch(Room::house().filter(House::name().eq("Oak")))
        .prefetch(Room::house().filter(House::name().eq("Elm")).named(First));
    let rooms = assert_queries!(&db, 3, query.all(&db)?);
    let found: Vec<_> = rooms
        .iter()
        .map(|room| {
            let (oak, elm): (&Option<One<House>>, &Option<One<House>>) = (room.house(), room.named(First));
            (oak.is_some(), elm.is_some())
        })
        .collect();
    assert_eq!(found, [(true, false), (true, false), (false, true), (false, false)]);
    // An optional relation stays an `Option`, and a filter without matches is no error.
    let houses = House::query().prefetch(House::owner().filter(Person::id().eq(99))).all(&db)?;
    assert!(houses.iter().all(|house| house.owner().is_none()));
    Ok(())
}

#[test]
fn a_has_one_that_the_filter_leaves_out_reads_as_none() -> orm::Result<()> {
    let db = town();
    let query = Person::query()
        .prefetch(Person::passport().filter(Passport::code().starts_with("B")))
        .prefetch(Person::passport().filter(Passport::code().starts_with("A")).named(First));
    let persons = assert_queries!(&db, 3, query.all(&db)?);
    let found: Vec<_> = persons.iter().map(|row| (row.passport().is_some(), row.named(First).is_some())).collect();
    assert_eq!(found, [(false, true), (true, false), (false, false), (false, false)]);
    Ok(())
}

/// A club of which only the name is loaded.
#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Club)]
struct ClubName {
    name: String,
}

#[test]
fn some_columns_of_the_related_rows_are_read_alone() -> orm::Result<()> {
    let db = town();
    let whole = Person::query().prefetch(Person::clubs()).all(&db)?;
    let recording = db.record();
    let named = Person::query().prefetch(Person::clubs().view::<ClubName>()).all(&db)?;
    assert_eq!(recording.count(), 2);
    assert!(recording.statements()[1].contains(r#"t0."name", t0."id" FROM"#), "{:?}", recording.statements());
    for (whole, named) in whole.iter().zip(&named) {
        assert!(names(whole.clubs()).into_iter().eq(named.clubs().iter().map(|club| club.name.as_str())));
    }
    Ok(())
}

/// Requires all of a person's clubs, and does not accept a part of them.
fn number_of_clubs(person: &impl PersonRelations<Clubs = Many<Club>>) -> usize {
    person.clubs().len()
}

#[test]
fn a_filter_stays_with_what_it_loaded() -> orm::Result<()> {
    let db = town();
    let query = Person::query().prefetch(Person::clubs().filter(Club::name().eq("Golf")));
    let first = query.all(&db)?;
    // The type contains the filter: `Part` instead of `All` for the whole relation.
    let some: &Many<Club, Part> = first[0].clubs();
    assert_eq!(names(some), ["Golf"]);
    let whole = Person::query().prefetch(Person::clubs()).find(&db, 1)?;
    assert_eq!(number_of_clubs(&whole), 3);
    // The query keeps the filter when it runs again, is narrowed further, or loads onto other rows.
    assert_eq!(query.all(&db)?, first);
    assert_eq!(query.clone().filter(Person::id().eq(2)).all(&db)?, first[1..2]);
    assert_eq!(query.find(&db, 2)?, first[1]);
    Ok(())
}

#[test]
fn one_relation_value_serves_several_calls() -> orm::Result<()> {
    let db = town();
    let houses = Person::houses().filter(House::name().ne("Elm")).prefetch(House::rooms());
    let from_query = Person::query().prefetch(houses.clone()).all(&db)?;
    let below = Club::query().prefetch(Club::members().prefetch(houses.clone())).all(&db)?;
    let in_memory = orm::prefetch(&db, Person::query().all(&db)?, houses.clone())?;
    let named = Person::query().prefetch(houses.clone().named(First)).all(&db)?;
    let of_ann: Vec<HouseLoaded<Many<Room>>> = houses.clone().of(&from_query[0]).all(&db)?;
    assert_eq!(from_query, in_memory);
    assert_eq!(below[0].members()[0].houses(), from_query[0].houses());
    assert_eq!(named[0].named(First), from_query[0].houses());
    assert_eq!(of_ann, from_query[0].houses().to_vec());
    // The original value is unchanged.
    assert_eq!(Person::query().prefetch(houses).all(&db)?, from_query);
    Ok(())
}
