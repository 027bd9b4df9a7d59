//! Many-to-many relations filtered and ordered by the rows of their join model, and loaded with them.

use orm::{Db, Model, Result, assert_queries, insert_many};

use crate::database::{Shared, db, either};
use crate::schemas::blog::{Author, Comment, Company, Filing, Post, Topic, blog, titles};

/// The titles of each topic's posts.
fn by_topic<E: orm::signature::Extent>(
    db: &Db,
    relation: orm::Relation<Topic, Post, orm::ToMany, 0, Post, E>,
) -> Result<Vec<Vec<String>>> {
    let found = assert_queries!(db, 2, Topic::query().prefetch(relation.named(Loaded)).all(db)?);
    Ok(found.iter().map(|topic| topic.named(Loaded).iter().map(|post| post.title.clone()).collect()).collect())
}

struct Loaded;
struct Count;

#[test]
fn a_relation_is_filtered_by_its_links() -> Result<()> {
    let db = blog()?;
    let heavy = || Topic::posts().filter_link(Filing::weight().ge(4));
    assert_eq!(by_topic(&db, heavy())?, [vec!["Red"], vec!["Tin"], vec![]]);
    assert_eq!(by_topic(&db, heavy().filter(Post::title().ne("Tin")))?, [vec!["Red"], vec![], vec![]]);
    let unweighted = Topic::posts().filter_link(Filing::weight().is_null() | Filing::since().lt(70));
    assert_eq!(by_topic(&db, unweighted)?, [vec![], vec!["Red", "Tin"], vec![]]);
    let few = || Topic::query().filter(Topic::id().le(2));
    let topics = assert_queries!(&db, 2, few().prefetch(heavy()).all(&db)?);
    assert_eq!(topics.iter().map(|topic| titles(topic.posts())).collect::<Vec<_>>(), [vec!["Red"], vec!["Tin"]]);
    let topics = assert_queries!(&db, 2, few().prefetch(heavy().limit(1)).all(&db)?);
    assert_eq!(topics.iter().map(|topic| titles(topic.posts())).collect::<Vec<_>>(), [vec!["Red"], vec!["Tin"]]);
    let news = Topic::find(&db, 1)?;
    assert_eq!(titles(&assert_queries!(&db, 1, heavy().of(&news).all(&db)?)), ["Red"]);
    assert_eq!(heavy().of(&news).count(&db)?, 1);
    let topics = assert_queries!(&db, 1, orm::prefetch(&db, vec![news], heavy())?);
    assert_eq!(titles(topics[0].posts()), ["Red"]);
    let optional = Topic::posts().filter_link(None::<orm::Condition<Filing>>);
    assert_eq!(by_topic(&db, optional)?, [vec!["Red", "Sun"], vec!["Red", "Tin"], vec![]]);
    Ok(())
}

#[test]
fn a_relation_is_ordered_by_its_links() -> Result<()> {
    let db = blog()?;
    let latest = || Topic::posts().order_by_link(Filing::since().desc());
    assert_eq!(by_topic(&db, latest())?, [vec!["Red", "Sun"], vec!["Tin", "Red"], vec![]]);
    let lightest = || Topic::posts().order_by_link(Filing::weight().asc());
    assert_eq!(by_topic(&db, lightest())?, [vec!["Sun", "Red"], vec!["Red", "Tin"], vec![]], "NULL is less");
    let last = Topic::posts().order_by_link(Filing::weight().asc().nulls_last());
    assert_eq!(by_topic(&db, last)?, [vec!["Sun", "Red"], vec!["Tin", "Red"], vec![]]);
    let both = Topic::posts().order_by(Post::author_id().desc()).order_by_link(Filing::since().asc());
    assert_eq!(by_topic(&db, both)?, [vec!["Red", "Sun"], vec!["Tin", "Red"], vec![]]);
    let computed = Topic::posts().order_by_link((Filing::since().mul(-1).asc(), Filing::weight().asc()));
    assert_eq!(by_topic(&db, computed)?, [vec!["Red", "Sun"], vec!["Tin", "Red"], vec![]]);
    assert_eq!(by_topic(&db, latest().limit(1))?, [vec!["Red"], vec!["Tin"], vec![]]);
    assert_eq!(by_topic(&db, latest().offset(1))?, [vec!["Sun"], vec!["Red"], vec![]]);
    let long = Topic::find(&db, 2)?;
    assert_eq!(titles(&latest().of(&long).all(&db)?), ["Tin", "Red"]);
    let query = lightest().of(&long).filter(Post::title().ne("x"));
    let page = assert_queries!(&db, 1, query.clone().page(1).read(&db)?);
    assert_eq!(titles(&page.rows), ["Red"]);
    let page = assert_queries!(&db, 1, query.clone().page(1).after(page.next).read(&db)?);
    assert_eq!((titles(&page.rows), page.next), (vec!["Tin"], None));
    let other = lightest().of(&long).page(1).read(&db)?.next;
    assert!(latest().of(&long).page(1).after(other).read(&db).unwrap_err().is_bad_cursor());
    Ok(())
}

#[test]
fn conditions_and_aggregates_of_a_relation_see_its_links() -> Result<()> {
    let db = blog()?;
    let found = |condition| -> Result<Vec<String>> { Post::query().filter(condition).select(Post::title()).all(&db) };
    let heavy = || Post::topics().filter_link(Filing::weight().gt(2));
    assert_eq!(found(heavy().exists())?, ["Red", "Tin"]);
    assert_eq!(found(heavy().any(Topic::name().eq("long")))?, ["Tin"]);
    assert_eq!(found(heavy().none(Topic::name().eq("long")))?, ["Red", "Sun", "Sea"]);
    assert_eq!(found(heavy().count().eq(0))?, ["Sun", "Sea"]);
    let latest = || Post::topics().order_by_link(Filing::since().desc()).limit(1);
    assert_eq!(found(latest().any(Topic::name().eq("news")))?, ["Red", "Sun"]);
    let posts = assert_queries!(&db, 2, Post::query().prefetch(heavy().count().named(Count)).all(&db)?);
    assert_eq!(posts.iter().map(|post| *post.named(Count)).collect::<Vec<_>>(), [1, 0, 1, 0]);
    let titles: Vec<String> = Post::query().order_by(heavy().count().desc()).select(Post::title()).all(&db)?;
    assert_eq!(titles, ["Tin", "Red", "Sea", "Sun"]);
    let of_news = Post::topics().filter_link(Filing::topic().value(Topic::name()).eq("news"));
    assert_eq!(found(of_news.clone().exists())?, ["Red", "Sun"], "a link has relations too");
    let posts = assert_queries!(&db, 2, Post::query().prefetch(of_news).all(&db)?);
    assert_eq!(posts.iter().map(|post| post.topics().len()).collect::<Vec<_>>(), [1, 1, 0, 0]);
    let commented = Post::topics().filter_link(Filing::post().has(Post::comments().count().gt(1)));
    assert_eq!(found(commented.exists())?, ["Red", "Tin"]);
    Ok(())
}

#[test]
fn rows_come_with_their_links() -> Result<()> {
    let db = blog()?;
    let posts = assert_queries!(&db, 2, Post::query().prefetch(Post::topics().with_link()).all(&db)?);
    let linked = |post: usize| -> Vec<(&str, Option<i32>, i64)> {
        posts[post].topics().iter().map(|topic| (&*topic.name, topic.link().weight, topic.link().since)).collect()
    };
    assert_eq!(linked(0), [("news", Some(4), 100), ("long", None, 50)]);
    assert_eq!(linked(1), [("news", Some(2), 70)]);
    assert_eq!(linked(3), []);
    let (topic, filing) = posts[2].topics()[0].clone().into_parts();
    assert_eq!((topic.id, filing), (2, Filing { post_id: 3, topic_id: 2, weight: Some(5), since: 60 }));

    let query = || Topic::posts().order_by_link(Filing::since().desc()).with_link();
    let topics = Topic::query().prefetch(query().limit(1).filter(Post::id().gt(0)));
    let topics = assert_queries!(&db, 2, topics.all(&db)?);
    assert_eq!(topics[0].posts()[0].link().since, 100);
    let news = Topic::find(&db, 1)?;
    let posts = assert_queries!(&db, 1, query().of(&news).all(&db)?);
    assert_eq!(posts.iter().map(|post| (post.id, post.link().since)).collect::<Vec<_>>(), [(1, 100), (2, 70)]);
    let page = query().of(&news).page(1).read(&db)?;
    let rest = query().of(&news).page(1).after(page.next).read(&db)?;
    assert_eq!((page.rows[0].link().since, rest.rows[0].link().since), (100, 70));
    Ok(())
}

#[test]
fn rows_with_links_hold_relations_of_their_own() -> Result<()> {
    let db = blog()?;
    let query = Topic::query()
        .prefetch(Topic::posts().with_link().prefetch(Post::author()).prefetch(Post::comments().count().named(Count)));
    let topics = assert_queries!(&db, 4, query.all(&db)?);
    let post = &topics[1].posts()[1];
    assert_eq!(
        (&*post.title, &*post.author().name, *post.named(Count), post.link().weight),
        ("Tin", "Ann", 2, Some(5))
    );
    let query = Topic::query().prefetch(Topic::posts().with_link().prefetch(Post::author().joined()).named(Loaded));
    let topics = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(topics[0].named(Loaded)[1].author().name, "Zoe");
    let json = serde_json::to_value(topics[0].named(Loaded)[1].link().since).expect("a number");
    assert_eq!(json, 70);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[model(primary_key(country, number))]
#[many_to_many(
    clubs: Club,
    through = Pass,
    left = (person_country, person_number),
    right = club_name,
    tag(kind = "person")
)]
struct Person {
    country: String,
    number: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(people: Person, through = Pass, left = club_name, right = (person_country, person_number), tag(kind = "person"))]
struct Club {
    #[model(primary_key)]
    name: String,
}

/// A link with a tag and a separate key, which may occur twice.
#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
struct Pass {
    id: i64,
    person_country: String,
    person_number: i64,
    club_name: String,
    kind: String,
    level: Option<i32>,
}

fn clubs() -> Result<Db> {
    let db = db();
    db.create_tables::<(Person, Club, Pass)>()?;
    for (country, number, name) in [("a", 1, "Ann"), ("a", 2, "Bob"), ("b", 1, "Cid")] {
        Person { country: country.into(), number, name: name.into() }.insert(&db)?;
    }
    for name in ["golf", "chess"] {
        Club { name: name.into() }.insert(&db)?;
    }
    let passes = [
        ("a", 1, "golf", "person", Some(3)),
        ("a", 1, "golf", "person", Some(1)),
        ("a", 1, "chess", "person", None),
        ("a", 1, "chess", "dog", Some(9)),
        ("b", 1, "golf", "person", Some(2)),
    ];
    let new = |(country, person_number, club, kind, level): (&str, i64, &str, &str, _)| NewPass {
        person_country: country.into(),
        person_number,
        club_name: club.into(),
        kind: kind.into(),
        level,
    };
    insert_many(&db, passes.map(new))?;
    Ok(db)
}

#[test]
fn links_may_have_a_tag_stand_twice_and_hold_keys_of_several_columns() -> Result<()> {
    type Level = (String, Option<i32>);

    let db = clubs()?;
    let levels = |relation: orm::Relation<Person, Club, orm::ToMany, 0>| -> Result<Vec<Vec<Level>>> {
        let people = assert_queries!(&db, 2, Person::query().prefetch(relation.with_link()).all(&db)?);
        let of = |club: &orm::Linked<Club, Pass>| (club.name.clone(), club.link().level);
        Ok(people.iter().map(|person| person.clubs().iter().map(of).collect()).collect())
    };
    let row = |name: &str, level| (name.to_owned(), level);
    let by_level = Person::clubs().order_by_link(Pass::level().desc());
    assert_eq!(
        levels(by_level)?,
        [vec![row("golf", Some(3)), row("golf", Some(1)), row("chess", None)], vec![], vec![row("golf", Some(2))]]
    );
    let in_order_of_their_keys = [vec![row("chess", None), row("golf", Some(3)), row("golf", Some(1))], vec![]];
    assert_eq!(levels(Person::clubs())?[..2], in_order_of_their_keys);
    let ann = Person::find(&db, ("a".to_owned(), 1))?;
    let mut cursor = None;
    for level in [None, Some(3), Some(1)] {
        let page = Person::clubs().with_link().of(&ann).page(1).after(cursor).read(&db)?;
        assert_eq!(page.rows[0].link().level, level, "no page loses a link that stands twice");
        cursor = page.next;
    }
    let high = || Person::clubs().filter_link(Pass::level().ge(2));
    let people = assert_queries!(&db, 2, Person::query().prefetch(high()).all(&db)?);
    assert_eq!(people.iter().map(|person| person.clubs().len()).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!(Person::query().filter(high().any(Club::name().eq("chess"))).count(&db)?, 0, "a dog's pass is no link");
    let golf = Club::find(&db, "golf")?;
    let members = Club::people().order_by_link((Pass::level().asc(), Pass::id().asc())).with_link();
    let members = members.of(&golf).all(&db)?;
    assert_eq!(
        members.iter().map(|it| (&*it.name, it.link().level)).collect::<Vec<_>>(),
        [("Ann", Some(1)), ("Cid", Some(2)), ("Ann", Some(3))]
    );
    let text = serde_json::to_string(&members[1]).expect("a row of text and numbers");
    assert_eq!(
        text,
        r#"{"country":"b","number":1,"name":"Cid","link":{"id":5,"person_country":"b","person_number":1,"club_name":"golf","kind":"person","level":2}}"#
    );
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(roads: Town, through = Road, left = start, right = end)]
struct Town {
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Road {
    id: i64,
    start: i64,
    end: i64,
    length: i64,
}

#[test]
fn a_tree_follows_the_links_that_meet_a_condition() -> Result<()> {
    let db = db();
    db.create_tables::<(Town, Road)>()?;
    insert_many(&db, (0..5).map(|_| NewTown {}))?;
    let roads = [(1, 2, 5), (1, 3, 1), (2, 4, 9), (3, 4, 2), (3, 2, 4), (4, 1, 3), (4, 5, 4)];
    insert_many(&db, roads.map(|(start, end, length)| NewRoad { start, end, length }))?;
    let reached = |roads: orm::Relation<Town, Town, orm::ToMany, 0, Town, orm::Part>| -> Result<Vec<i64>> {
        let towns = Town::query().filter(Town::id().eq(1)).prefetch(roads.to_any_depth()).all(&db)?;
        Ok(towns[0].roads().walk().map(|(_, town)| town.id).collect())
    };
    let short = || Town::roads().filter_link(Road::length().lt(5));
    assert_eq!(reached(short())?, [3, 2, 4, 5], "a cycle ends where it began");
    assert_eq!(reached(short().order_by_link(Road::length().asc()))?, [3, 4, 5, 2]);
    assert_eq!(reached(Town::roads().order_by_link(Road::length().desc()).limit(1))?, [2, 4, 5]);
    let error = Town::query().prefetch(Town::roads().with_link().to_any_depth()).all(&db).unwrap_err();
    let message = "a node of the tree of `Town.roads` is reached by any number of links; leave out `with_link`";
    assert_eq!((error.to_string().as_str(), error.is_invalid()), (message, true));
    Ok(())
}

#[test]
fn links_are_asked_about_within_the_statement() -> Result<()> {
    let file = Shared::new();
    let db = file.open();
    db.create_tables::<(Company, Author, Post, Comment, Topic, Filing)>()?;
    let ids = insert_many(&db, [crate::schemas::blog::NewTopic { name: "x".into() }])?;
    let recording = db.record();
    Topic::query().filter(Topic::id().gt(0)).prefetch(Topic::posts().filter_link(Filing::weight().ge(4))).all(&db)?;
    Topic::query().filter(Topic::id().gt(0)).prefetch(Topic::posts().order_by_link(Filing::since().desc())).all(&db)?;
    Topic::posts().filter_link(Filing::since().lt(9)).with_link().of(&ids[0]).all(&db)?;
    let statements = recording.statements();
    let filtered = either(r#"WHERE t1."weight" >= ?2 UNION ALL"#, r#"= ANY($1::bigint[]) AND t1."weight" >= $2"#);
    assert!(statements[1].contains(filtered), "{}", statements[1]);
    assert!(statements[3].ends_with(r#"ORDER BY t1."since" DESC, t0."id" DESC"#), "{}", statements[3]);
    let (key, since) = either(("?1", "?2"), ("$1", "$2"));
    let joined = format!(
        r#"SELECT t0."id", t0."title", t0."author_id", t0."editor_id", t1."post_id", t1."topic_id", t1."weight", t1."since" FROM "posts" AS t0 JOIN "filings" AS t1 ON t1."post_id" = t0."id" WHERE t1."topic_id" = {key} AND t1."since" < {since} ORDER BY t1."post_id""#
    );
    assert_eq!(statements[4], joined);
    let plan = file.query_plan(&joined.replace("$2", "9").replace("$1", "1")).join("\n");
    let search = either("SEARCH t1 USING", "Index Scan using filings__topic_id");
    assert!(plan.contains(search), "{plan}");
    Ok(())
}
