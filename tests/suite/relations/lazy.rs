//! Every kind of relation, in both directions, has the same rows as a query for each row.

use orm::{Model, Result};

use crate::database::db;
use crate::schemas::library::{Author, Bio, Book, Film, library};
use crate::support::compare::{assert_as_lazy, roots};

#[test]
fn many_to_many_gives_what_a_query_for_each_row_gives() -> Result<()> {
    let db = library();
    for root in roots(Book::id()) {
        let books = orm::assert_queries!(&db, 2, root.prefetch(Book::authors()).all(&db)?);
        assert_as_lazy(&books, |book| book.authors().to_vec(), |book| Book::authors().of(book).all(&db));
    }
    let poems = Book::query().prefetch(Book::authors()).find(&db, 1)?;
    assert_eq!(poems.authors().iter().map(|author| author.id).collect::<Vec<_>>(), [1, 2, 3]);
    Ok(())
}

#[test]
fn many_to_many_from_the_other_side_gives_what_a_query_for_each_row_gives() -> Result<()> {
    let db = library();
    for root in roots(Author::id()) {
        let authors = orm::assert_queries!(&db, 2, root.prefetch(Author::books()).all(&db)?);
        assert_as_lazy(&authors, |author| author.books().to_vec(), |author| Author::books().of(author).all(&db));
    }
    let emily = Author::query().prefetch(Author::books()).find(&db, 3)?;
    assert_eq!(emily.books().iter().map(|book| book.id).collect::<Vec<_>>(), [1, 3]);
    Ok(())
}

#[test]
fn a_belongs_to_gives_what_a_query_for_each_row_gives() -> Result<()> {
    let db = library();
    for root in roots(Author::id()) {
        let authors = orm::assert_queries!(&db, 2, root.prefetch(Author::first_book()).all(&db)?);
        assert_as_lazy(
            &authors,
            |author| (**author.first_book()).clone(),
            |author| Author::first_book().of(author).one(&db),
        );
        assert!(authors.iter().all(|author| author.first_book().id == author.first_book_id));
    }
    Ok(())
}

#[test]
fn a_has_many_gives_what_a_query_for_each_row_gives() -> Result<()> {
    let db = library();
    for root in roots(Book::id()) {
        let books = orm::assert_queries!(&db, 2, root.prefetch(Book::debuts()).all(&db)?);
        assert_as_lazy(&books, |book| book.debuts().to_vec(), |book| Book::debuts().of(book).all(&db));
    }
    let books = Book::query().prefetch(Book::debuts()).all(&db)?;
    assert_eq!(books.iter().map(|book| book.debuts().len()).collect::<Vec<_>>(), [3, 0, 0, 1, 1]);
    Ok(())
}

#[test]
fn a_one_to_one_belongs_to_gives_what_a_query_for_each_row_gives() -> Result<()> {
    let db = library();
    for root in roots(Film::id()) {
        let films = orm::assert_queries!(&db, 2, root.prefetch(Film::book()).all(&db)?);
        assert_as_lazy(&films, |film| (**film.book()).clone(), |film| Film::book().of(film).one(&db));
        assert!(films.iter().all(|film| film.book().id == film.book_id));
    }
    for root in roots(Bio::author_id()) {
        let bios = orm::assert_queries!(&db, 2, root.prefetch(Bio::author()).all(&db)?);
        assert!(bios.iter().all(|bio| bio.author().id == bio.author_id));
    }
    Ok(())
}

#[test]
fn a_has_one_gives_what_a_query_for_each_row_gives() -> Result<()> {
    let db = library();
    for root in roots(Book::id()) {
        let books = orm::assert_queries!(&db, 2, root.prefetch(Book::film()).all(&db)?);
        assert_as_lazy(&books, |book| book.film().as_deref().cloned(), |book| Book::film().of(book).first(&db));
    }
    let books = Book::query().prefetch(Book::film()).all(&db)?;
    let years: Vec<_> = books.iter().map(|book| book.film().as_ref().map(|film| film.year)).collect();
    assert_eq!(years, [None, Some(1943), None, Some(1996), None]);
    Ok(())
}

#[test]
fn a_has_one_without_a_row_is_loaded_as_none() -> Result<()> {
    let db = library();
    let authors = orm::assert_queries!(&db, 2, Author::query().prefetch(Author::bio()).all(&db)?);
    let bios: Vec<bool> = orm::assert_queries!(&db, 0, authors.iter().map(|author| author.bio().is_some()).collect());
    assert_eq!(bios, [true, false, true, false, false]);
    // A loaded relation without a row is `null`, and a relation that was not loaded is left out.
    let anne = serde_json::to_value(&authors[1]).expect("a loaded row serialises");
    assert_eq!(anne, serde_json::json!({ "id": 2, "name": "Anne", "first_book_id": 1, "bio": null }));
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_one(inbox: Inbox, foreign_key = user_name, references = name)]
#[has_many(letters: Letter, foreign_key = sender, references = name)]
struct User {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Inbox {
    #[model(primary_key)]
    #[belongs_to(user: User, references = name)]
    user_name: String,
    size: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Letter {
    id: i64,
    #[belongs_to(from: User, references = name)]
    sender: Option<String>,
}

/// Users whose names are in another order than their keys, so that a join on the wrong column would be visible.
fn post_office() -> Result<orm::Db> {
    let db = db();
    db.create_tables::<(User, Inbox, Letter)>()?;
    for name in ["Zoe", "Ann", "2", "1"] {
        NewUser { name: name.into() }.insert(&db)?;
    }
    for (user_name, size) in [("1", 10), ("Zoe", 30)] {
        Inbox { user_name: user_name.into(), size }.insert(&db)?;
    }
    for sender in [Some("Zoe"), None, Some("1"), Some("Zoe")] {
        NewLetter { sender: sender.map(str::to_owned) }.insert(&db)?;
    }
    Ok(db)
}

#[test]
fn a_primary_key_may_refer_to_another_unique_column() -> Result<()> {
    let db = post_office()?;
    for root in roots(User::id()) {
        let users = orm::assert_queries!(&db, 2, root.prefetch(User::inbox()).all(&db)?);
        assert_as_lazy(&users, |user| user.inbox().as_deref().cloned(), |user| User::inbox().of(user).first(&db));
    }
    for root in roots(Inbox::user_name()) {
        let inboxes = orm::assert_queries!(&db, 2, root.prefetch(Inbox::user()).all(&db)?);
        assert!(inboxes.iter().all(|inbox| inbox.user().name == inbox.user_name));
    }
    let users = User::query().prefetch(User::inbox()).all(&db)?;
    let sizes: Vec<_> = users.iter().map(|user| user.inbox().as_ref().map(|inbox| inbox.size)).collect();
    assert_eq!(sizes, [Some(30), None, None, Some(10)]);
    Ok(())
}

#[test]
fn a_foreign_key_may_refer_to_a_unique_text_column() -> Result<()> {
    let db = post_office()?;
    for root in roots(User::id()) {
        let users = orm::assert_queries!(&db, 2, root.prefetch(User::letters()).all(&db)?);
        assert_as_lazy(&users, |user| user.letters().to_vec(), |user| User::letters().of(user).all(&db));
    }
    let users = User::query().prefetch(User::letters()).all(&db)?;
    assert_eq!(users.iter().map(|user| user.letters().len()).collect::<Vec<_>>(), [2, 0, 0, 1]);
    let letters = orm::assert_queries!(&db, 2, Letter::query().prefetch(Letter::from()).all(&db)?);
    let names: Vec<_> = letters.iter().map(|letter| letter.from().as_ref().map(|user| user.name.clone())).collect();
    assert!(letters.iter().map(|letter| &letter.sender).eq(&names));
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(idols: Person, through = Liking, left = fan, right = idol)]
#[many_to_many(fans: Person, through = Liking, left = idol, right = fan)]
struct Person {
    #[model(primary_key)]
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(fan, idol))]
struct Liking {
    #[belongs_to(fan_row: Person)]
    fan: String,
    #[belongs_to(idol_row: Person)]
    idol: String,
}

#[test]
fn a_model_keyed_by_text_is_linked_to_itself_both_ways_at_once() -> Result<()> {
    let db = db();
    db.create_tables::<(Person, Liking)>()?;
    for name in ["c", "a", "b"] {
        Person { name: name.into() }.insert(&db)?;
    }
    // A ring: each user likes the next one, and `a` also likes itself.
    for (fan, idol) in [("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")] {
        Liking { fan: fan.into(), idol: idol.into() }.insert(&db)?;
    }
    for root in roots(Person::name()) {
        let people = root.prefetch(Person::idols()).prefetch(Person::fans());
        let people = orm::assert_queries!(&db, 3, people.all(&db)?);
        assert_as_lazy(&people, |person| person.idols().to_vec(), |person| Person::idols().of(person).all(&db));
        assert_as_lazy(&people, |person| person.fans().to_vec(), |person| Person::fans().of(person).all(&db));
    }
    let a = Person::query().prefetch(Person::idols()).prefetch(Person::fans()).find(&db, "a")?;
    assert_eq!(a.idols().iter().map(|idol| idol.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(a.fans().iter().map(|fan| fan.name.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(reports: Employee, foreign_key = boss_id)]
struct Employee {
    id: i64,
    name: String,
    #[belongs_to(boss: Employee)]
    boss_id: Option<i64>,
}

#[test]
fn a_nullable_foreign_key_to_its_own_table_leads_up_and_down() -> Result<()> {
    let db = db();
    db.create_tables::<(Employee,)>()?;
    for (name, boss_id) in [("Peg", None), ("Sal", Some(1)), ("Tom", Some(1)), ("Uma", Some(2)), ("Own", Some(5))] {
        NewEmployee { name: name.into(), boss_id }.insert(&db)?;
    }
    for root in roots(Employee::id()) {
        let query = root.prefetch(Employee::boss()).prefetch(Employee::reports());
        let employees = orm::assert_queries!(&db, 3, query.all(&db)?);
        assert_as_lazy(
            &employees,
            |employee| employee.boss().as_deref().cloned(),
            |employee| Employee::boss().of(employee).first(&db),
        );
        assert_as_lazy(
            &employees,
            |employee| employee.reports().to_vec(),
            |employee| Employee::reports().of(employee).all(&db),
        );
    }
    let peers = Employee::query().prefetch(Employee::boss().prefetch(Employee::reports()));
    let peers = orm::assert_queries!(&db, 3, peers.all(&db)?);
    let numbers: Vec<usize> =
        peers.iter().map(|employee| employee.boss().as_ref().map_or(0, |boss| boss.reports().len())).collect();
    assert_eq!(numbers, [0, 2, 2, 1, 1]);
    Ok(())
}

/// A room has no relation back to a house, in four relations to the same model.
#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(occupied: Room, through = "occupied_rooms")]
#[many_to_many(locked: Room, through = "locked_rooms")]
struct House {
    id: i64,
    #[belongs_to(kitchen: Room)]
    kitchen_id: i64,
    #[belongs_to(cellar: Room)]
    cellar_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Room {
    id: i64,
    name: String,
}

#[test]
fn relations_to_one_model_without_a_way_back_do_not_collide() -> Result<()> {
    let db = db();
    db.create_tables::<(House, Room)>()?;
    let names = ["kitchen", "cellar", "hall", "attic"];
    let rooms = names.map(|name| NewRoom { name: name.into() }.insert(&db).expect("a room is inserted"));
    let house = NewHouse { kitchen_id: 1, cellar_id: 2 }.insert(&db)?;
    House::occupied().link(&db, &house, [&rooms[0], &rooms[2]])?;
    House::locked().link(&db, &house, [&rooms[3]])?;

    let query = House::query()
        .prefetch(House::locked())
        .prefetch(House::kitchen())
        .prefetch(House::occupied())
        .prefetch(House::cellar());
    let house = orm::assert_queries!(&db, 5, query.one(&db)?);
    let names = |rooms: &orm::Many<Room>| rooms.iter().map(|room| room.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(house.occupied()), ["kitchen", "hall"]);
    assert_eq!(names(house.locked()), ["attic"]);
    assert_eq!((house.kitchen().name.as_str(), house.cellar().name.as_str()), ("kitchen", "cellar"));
    Ok(())
}
