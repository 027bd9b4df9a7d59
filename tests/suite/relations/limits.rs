//! Limits and offsets of a relation, which apply to each parent.

use orm::{Model, Result, assert_queries, insert_many};

use crate::database::Shared;
use crate::schemas::town::{
    Club, House, Membership, NewClub, NewHouse, NewPerson, NewRoom, Person, Room, empty_town, names, town,
};
use crate::support::compare::assert_as_lazy;

/// Five persons in six clubs; each person is in the clubs whose number is at least the person's.
fn crowd() -> Result<orm::Db> {
    let db = empty_town();
    insert_many(&db, (1..=5).map(|person| NewPerson { name: format!("P{}", 6 - person) }))?;
    NewHouse { name: "Hall".into(), owner_id: None, main_room_id: None }.insert(&db)?;
    insert_many(&db, (1..=6).map(|club| NewClub { name: format!("C{}", 7 - club), seat_id: 1 }))?;
    for club_id in 1..=6 {
        for person_id in 1..=club_id.min(5) {
            Membership { person_id, club_id, since: 2000 }.insert(&db)?;
        }
    }
    Ok(db)
}

#[test]
fn a_limit_counts_for_each_parent_of_a_many_to_many() -> Result<()> {
    let db = crowd()?;
    for limit in [0, 1, 2, 3, 99] {
        let clubs = Person::clubs().limit(limit);
        let persons = assert_queries!(&db, 2, Person::query().prefetch(clubs.clone()).all(&db)?);
        assert_as_lazy(&persons, |row| row.clubs().to_vec(), |row| clubs.clone().of(row).all(&db));
        let most = usize::try_from(limit).expect("small");
        assert!(persons.iter().all(|row| row.clubs().len() == most.min(7 - usize::try_from(row.id).expect("small"))));
    }
    let persons = Person::query().prefetch(Person::clubs().limit(2)).all(&db)?;
    assert_eq!(names(persons[2].clubs()), ["C4", "C3"], "the first two by key");
    Ok(())
}

#[test]
fn an_offset_and_a_limit_count_for_each_parent_on_the_other_side() -> Result<()> {
    let db = crowd()?;
    for (offset, limit) in [(0, 2), (1, 1), (1, 3), (4, 2), (5, 1), (1, u64::MAX), (u64::MAX, 1), (u64::MAX, u64::MAX)]
    {
        let members = Club::members().order_by(Person::name().asc()).offset(offset).limit(limit);
        let clubs = assert_queries!(&db, 2, Club::query().prefetch(members.clone()).all(&db)?);
        assert_as_lazy(&clubs, |row| row.members().to_vec(), |row| members.clone().of(row).all(&db));
        if offset == u64::MAX {
            assert!(clubs.iter().all(|club| club.members().is_empty()));
        }
    }
    let members = Club::members().order_by(Person::name().asc()).offset(1).limit(2);
    let clubs = Club::query().prefetch(members).all(&db)?;
    assert_eq!(names(clubs[5].members()), ["P2", "P3"]);
    assert!(clubs[0].members().is_empty(), "its only member is skipped");
    Ok(())
}

#[test]
fn a_limit_of_a_has_many_follows_an_order_of_its_own() -> Result<()> {
    let db = town();
    insert_many(
        &db,
        (0..20_u8).map(|n| NewRoom { name: format!("R{:02}", n * 7 % 20), house_id: i64::from(n % 3) + 1 }),
    )?;
    let orders = [Room::name().asc(), Room::name().desc(), Room::id().desc()];
    for order in orders {
        let rooms = House::rooms().filter(Room::name().starts_with("R")).order_by(order).limit(3);
        let houses = assert_queries!(&db, 2, House::query().prefetch(rooms.clone()).all(&db)?);
        assert_as_lazy(&houses, |row| row.rooms().to_vec(), |row| rooms.clone().of(row).all(&db));
        assert_eq!(houses.iter().map(|row| row.rooms().len()).collect::<Vec<_>>(), [3, 3, 3, 0]);
    }
    // With relations below, and with a limit there too.
    let houses = Person::houses().order_by(House::name().asc()).limit(1);
    let houses = houses.prefetch(House::rooms().order_by(Room::name().desc()).limit(2));
    let persons = assert_queries!(&db, 3, Person::query().prefetch(houses).all(&db)?);
    assert_eq!(names(persons[0].houses()), ["Elm"]);
    assert_eq!(persons[0].houses()[0].rooms().len(), 2);
    Ok(())
}

#[test]
fn a_limit_in_reverse_order_takes_the_last_rows() -> Result<()> {
    let db = crowd()?;
    // The default order is by key. In reverse order, the limit takes the last rows.
    let last = Person::clubs().order_by(Club::id().desc()).limit(2);
    let persons = assert_queries!(&db, 2, Person::query().prefetch(last.clone()).all(&db)?);
    assert_as_lazy(&persons, |row| row.clubs().to_vec(), |row| last.clone().of(row).all(&db));
    assert_eq!(persons[1].clubs().iter().map(|club| club.id).collect::<Vec<_>>(), [6, 5]);
    Ok(())
}

#[test]
fn a_limit_without_an_order_takes_the_first_by_key() -> Result<()> {
    let db = crowd()?;
    // On other databases the members are arbitrary. Here the primary key breaks every tie, so that each run returns the
    // same.
    let persons = assert_queries!(&db, 2, Person::query().prefetch(Person::clubs().limit(3)).all(&db)?);
    for person in &persons {
        let ids: Vec<i64> = person.clubs().iter().map(|club| club.id).collect();
        assert_eq!(ids, (person.id..=6).take(3).collect::<Vec<_>>());
    }
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(posts: Post)]
struct Blog {
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(blog_id, number))]
struct Post {
    #[belongs_to(blog: Blog)]
    blog_id: i64,
    number: i64,
    rank: Option<i64>,
}

#[test]
fn a_limit_needs_no_window_function_where_an_index_serves() -> Result<()> {
    let db = empty_town();
    db.create_tables::<(Blog, Post)>()?;
    for id in 1..=4 {
        Blog { id }.insert(&db)?;
        for number in 0..id * 2 {
            Post { blog_id: id, number, rank: (number % 3 > 0).then_some(number % 3) }.insert(&db)?;
        }
    }
    for (limit, offset) in [(0, 0), (1, 0), (2, 1), (3, 0), (u64::MAX, 3), (9, u64::MAX)] {
        // NULLs first, then ties, which the key breaks.
        let posts = Blog::posts().order_by(Post::rank().asc()).limit(limit).offset(offset);
        let query = Blog::query().prefetch(posts.clone());
        let blogs = assert_queries!(&db, 2, query.all(&db)?);
        assert_as_lazy(&blogs, |row| row.posts().to_vec(), |row| posts.clone().of(row).all(&db));
        let plan = query.plan(&db)?.to_string();
        assert!(!plan.contains("OVER") && plan.contains("LIMIT"), "{plan}");
    }
    // Where no index begins with the key, a window function numbers the rows, with the same result. An index that
    // begins with an expression, or covers a part of the table, cannot be used.
    let file = Shared::new();
    file.run(
        "CREATE TABLE blogs (id INTEGER PRIMARY KEY);
             CREATE TABLE posts (number INTEGER, blog_id INTEGER, rank INTEGER, PRIMARY KEY (number, blog_id));
             CREATE INDEX by_expression ON posts (abs(rank), blog_id);
             CREATE INDEX of_a_part ON posts (blog_id) WHERE rank > 1;",
    );
    let unindexed = file.open();
    for blog in Blog::query().prefetch(Blog::posts()).all(&db)? {
        blog.insert(&unindexed)?;
        for post in blog.posts() {
            post.insert(&unindexed)?;
        }
    }
    let posts = Blog::posts().order_by(Post::rank().desc()).filter(Post::number().ne(4)).limit(2).offset(1);
    let query = Blog::query().prefetch(posts);
    let plan = query.plan(&unindexed)?.to_string();
    assert!(plan.contains("row_number() OVER"), "{plan}");
    assert_eq!(query.all(&unindexed)?, query.all(&db)?);
    Ok(())
}
