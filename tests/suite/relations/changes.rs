//! Loaded rows are values: a later query sees a change.

use orm::{Model, Result, assert_queries, insert_many};

use crate::schemas::journal::{Article, Tag, Writer, journal};
use crate::schemas::town::{House, Membership, NewHouse, NewPerson, Person, empty_town, names, town};

#[test]
fn what_is_read_after_a_change_shows_it() -> Result<()> {
    let db = journal()?;
    let load = || Tag::query().prefetch(Tag::articles().prefetch(Article::author())).find(&db, 1);
    let before = load()?;
    let sea = Article::find(&db, 4)?;
    Tag::articles().link(&db, &before, [&sea])?;
    Writer { id: 1, name: "Anna".into() }.update(&db)?;
    Article::find(&db, 3)?.delete(&db)?;
    let now = load()?;
    let found: Vec<_> = now.articles().iter().map(|it| (it.title.as_str(), it.author().name.as_str())).collect();
    assert_eq!(found, [("Red", "Anna"), ("Sea", "Anna")]);
    let found: Vec<_> = before.articles().iter().map(|it| (it.title.as_str(), it.author().name.as_str())).collect();
    assert_eq!(found, [("Red", "Ann"), ("Sun", "Bob")], "what was read before is a value, and stays");
    // Within a transaction, its changes are visible.
    let tx = db.begin()?;
    Tag::articles().clear(&tx, &now)?;
    let inside = Tag::query().prefetch(Tag::articles()).find(&tx, 1)?;
    assert!(inside.articles().is_empty());
    tx.rollback()?;
    assert_eq!(load()?, now);
    Ok(())
}

#[test]
fn adding_to_a_relation_shows_when_it_is_loaded_again() -> Result<()> {
    let db = town();
    let load = || Person::query().prefetch(Person::clubs()).prefetch(Person::houses()).find(&db, 3);
    let cid = load()?;
    // Loaded rows are values: they stay unchanged, and a reference to them cannot become invalid.
    Membership { person_id: 3, club_id: 2, since: 2020 }.insert(&db)?;
    NewHouse { name: "Hut".into(), owner_id: Some(3), main_room_id: None }.insert(&db)?;
    assert_eq!((names(cid.clubs()), cid.houses().len()), (vec!["Yoga".to_owned()], 0));
    let now = load()?;
    assert_eq!((names(now.clubs()), names(now.houses())), (vec!["Golf".into(), "Yoga".into()], vec!["Hut".to_owned()]));
    // `set` makes these the only links, whatever was loaded before.
    Person::houses().set(&db, &cid, [&House::find(&db, 4)?])?;
    let now = load()?;
    assert_eq!(names(now.houses()), ["Fir"]);
    Ok(())
}

#[test]
fn removing_from_a_relation_shows_when_it_is_loaded_again() -> Result<()> {
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
    // A link is added and removed again.
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
fn a_row_read_again_holds_nothing_old() -> Result<()> {
    let db = town();
    let ann = Person::query().prefetch(Person::houses()).find(&db, 1)?;
    House { owner_id: Some(2), ..House::find(&db, 1)? }.update(&db)?;
    // Reading again returns the plain row, because its type has no relations.
    let again: Person = assert_queries!(&db, 1, Person::find(&db, ann.id)?);
    let again = assert_queries!(&db, 1, orm::prefetch_one(&db, again, Person::houses())?);
    assert_eq!(names(again.houses()), ["Elm"]);
    // The same holds for taking a loaded row apart.
    let inner: Person = ann.into_inner();
    assert_eq!(names(orm::prefetch_one(&db, inner, Person::houses())?.houses()), ["Elm"]);
    Ok(())
}
