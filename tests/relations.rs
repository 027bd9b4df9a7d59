//! Relations loaded in other ways than one statement of their own: joined, limited for each parent, to any depth,
//! computed, onto rows in memory, in chunks; and written.
#![expect(missing_docs, reason = "the models and names of a test explain themselves")]

use std::collections::HashMap;

use orm::{Db, Model, ResultExt, assert_queries};

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(albums: Album)]
pub struct Artist {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(tags: Tag, through = "album_tags", left = "album_id", right = "tag_id")]
pub struct Album {
    id: i64,
    title: String,
    year: Option<i32>,
    #[belongs_to(artist: Artist)]
    artist_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(albums: Album, through = "album_tags", left = "tag_id", right = "album_id")]
pub struct Tag {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(reports: Employee, foreign_key = boss_id)]
pub struct Employee {
    id: i64,
    name: String,
    #[belongs_to(boss: Employee)]
    boss_id: Option<i64>,
}

struct Count;
struct Oldest;
struct Any;
struct Latest;
struct Length;

/// Three artists: with three albums, with one, with none; and an album of nobody.
fn music() -> orm::Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Artist, Album, Tag, Employee)>()?;
    orm::insert_many(&db, ["Ada", "Ben", "Cleo"].map(|name| NewArtist { name: name.into() }))?;
    let albums = [(Some(1), "One", Some(1990)), (Some(1), "Two", Some(1980)), (Some(2), "Solo", None)];
    let more = [(Some(1), "Three", Some(2000)), (None, "Lost", Some(1970))];
    let albums = albums.into_iter().chain(more);
    orm::insert_many(&db, albums.map(|(artist_id, title, year)| NewAlbum { title: title.into(), year, artist_id }))?;
    orm::insert_many(&db, ["rock", "folk"].map(|name| NewTag { name: name.into() }))?;
    Ok(db)
}

fn titles<'a>(albums: impl IntoIterator<Item = &'a Album>) -> Vec<&'a str> {
    albums.into_iter().map(|album| album.title.as_str()).collect()
}

#[test]
fn a_limit_counts_for_each_parent_and_reads_only_what_it_returns() -> orm::Result<()> {
    let db = music()?;
    let query = Artist::query().prefetch(Artist::albums().order_by(Album::year().desc()).limit(2));
    let artists = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(titles(artists[0].albums()), ["Three", "One"]);
    assert_eq!(titles(artists[1].albums()), ["Solo"]);
    assert!(artists[2].albums().is_empty());
    let plan = query.plan(&db).to_string();
    assert!(plan.contains("a limited look-up for each key"), "{plan}");
    assert!(!plan.contains("row_number"), "{plan}");
    Ok(())
}

#[test]
fn a_limit_without_an_index_numbers_the_rows() -> orm::Result<()> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("plain.db");
    let raw = rusqlite::Connection::open(&path).expect("a database");
    raw.execute_batch(
        "CREATE TABLE artists (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
         CREATE TABLE albums (id INTEGER PRIMARY KEY, title TEXT NOT NULL, year INTEGER, artist_id INTEGER);
         INSERT INTO artists VALUES (1, 'Ada'), (2, 'Ben');
         INSERT INTO albums VALUES (1, 'a', 1, 1), (2, 'b', 2, 1), (3, 'c', 3, 2), (4, 'd', 4, 1);",
    )
    .expect("two tables");
    let db = Db::open(&path)?;
    let query = Artist::query().prefetch(Artist::albums().order_by(Album::year().desc()).limit(1).offset(1));
    let artists = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(titles(artists[0].albums()), ["b"]);
    assert!(artists[1].albums().is_empty());
    assert!(query.plan(&db).to_string().contains("row_number"));
    Ok(())
}

#[test]
fn a_to_one_relation_can_come_by_a_join() -> orm::Result<()> {
    let db = music()?;
    let joined = Album::query().prefetch(Album::artist().joined());
    let albums = assert_queries!(&db, 1, joined.all(&db)?);
    let separate = assert_queries!(&db, 2, Album::query().prefetch(Album::artist()).all(&db)?);
    assert_eq!(albums, separate);
    assert!(std::ptr::eq(
        &raw const **albums[0].artist().as_ref().expect("an artist"),
        &raw const **albums[1].artist().as_ref().expect("an artist"),
    ));
    assert!(albums[4].artist().is_none());
    Ok(())
}

#[test]
fn relations_go_on_below_a_join() -> orm::Result<()> {
    let db = music()?;
    let query = Album::query()
        .filter(Album::title().ne("Lost"))
        .order_by(Album::title().asc())
        .limit(3)
        .prefetch(Album::artist().prefetch(Artist::albums().order_by(Album::title().asc())).joined());
    let albums = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(titles(albums.iter().map(|album| &**album)), ["One", "Solo", "Three"]);
    let siblings = albums[0].artist().as_ref().expect("an artist").albums();
    assert_eq!(titles(siblings), ["One", "Three", "Two"]);
    Ok(())
}

#[test]
fn a_join_below_another_relation_comes_in_its_statement() -> orm::Result<()> {
    let db = music()?;
    let below = || Album::artist().prefetch(Artist::albums().count().named(Count)).joined();
    for root in [Artist::query(), Artist::query().filter(Artist::id().le(2))] {
        let query = root.prefetch(Artist::albums().order_by(Album::title().asc()).prefetch(below()));
        assert!(query.plan(&db).to_string().contains("by the join above"), "{}", query.plan(&db));
        let artists = assert_queries!(&db, 3, query.all(&db)?);
        let album = &artists[0].albums()[2];
        let artist = album.artist().as_ref().expect("an artist");
        assert_eq!((album.title.as_str(), artist.name.as_str(), *artist.named(Count)), ("Two", "Ada", 3));
    }
    let limited = Artist::query().prefetch(Artist::albums().limit(1).prefetch(Album::artist().joined()));
    assert!(!limited.plan(&db).to_string().contains("by the join above"));
    let artists = assert_queries!(&db, 3, limited.all(&db)?);
    assert_eq!(artists[1].albums()[0].artist().as_ref().map(|artist| artist.name.as_str()), Some("Ben"));
    Ok(())
}

#[test]
fn a_join_below_a_many_to_many_relation_repeats_no_row() -> orm::Result<()> {
    let db = music()?;
    let tags = Tag::query().all(&db)?;
    for album in Album::query().all(&db)? {
        Album::tags().link(&db, &album, &tags)?;
    }
    let query = Tag::query().prefetch(Tag::albums().prefetch(Album::artist().joined()));
    let tags = assert_queries!(&db, 2, query.all(&db)?);
    let artists = |tag: usize| -> Vec<Option<&str>> {
        let albums = tags[tag].albums().iter();
        albums.map(|album| album.artist().as_ref().map(|artist| artist.name.as_str())).collect()
    };
    assert_eq!(artists(0), [Some("Ada"), Some("Ada"), Some("Ben"), Some("Ada"), None]);
    assert_eq!(artists(0), artists(1));
    Ok(())
}

#[test]
fn values_are_computed_for_each_parent() -> orm::Result<()> {
    let db = music()?;
    let query = Artist::query()
        .prefetch(Artist::albums().count().named(Count))
        .prefetch(Artist::albums().min(Album::year()).named(Oldest))
        .prefetch(Artist::albums().presence().named(Any))
        .prefetch(Artist::albums().filter(Album::year().gt(1985)).named(Latest));
    let artists = assert_queries!(&db, 5, query.all(&db)?);
    let counts: Vec<u64> = artists.iter().map(|artist| *artist.named(Count)).collect();
    assert_eq!(counts, [3, 1, 0]);
    let oldest: Vec<Option<i32>> = artists.iter().map(|artist| *artist.named(Oldest)).collect();
    assert_eq!(oldest, [Some(1980), None, None]);
    let any: Vec<bool> = artists.iter().map(|artist| *artist.named(Any)).collect();
    assert_eq!(any, [true, true, false]);
    assert_eq!(titles(artists[0].named(Latest)), ["One", "Three"]);
    Ok(())
}

#[test]
fn parents_are_found_by_how_many_rows_they_have() -> orm::Result<()> {
    let db = music()?;
    let names = |query: orm::Query<Artist>| -> orm::Result<Vec<String>> {
        Ok(query.all(&db)?.into_iter().map(|artist| artist.name).collect())
    };
    assert_eq!(names(Artist::query().filter(Artist::albums().count().gt(1)))?, ["Ada"]);
    assert_eq!(names(Artist::query().filter(Artist::albums().count().eq(0)))?, ["Cleo"]);
    let recent = Artist::albums().filter(Album::year().ge(1990));
    assert_eq!(names(Artist::query().filter(recent.count().eq(2)))?, ["Ada"]);
    Ok(())
}

#[test]
fn a_batch_loader_is_called_once_with_the_distinct_keys() -> orm::Result<()> {
    let db = music()?;
    let lengths = |keys: &[i64]| -> Result<HashMap<i64, usize>, std::fmt::Error> {
        assert_eq!(keys, [1, 2]);
        Ok([(1, 10)].into())
    };
    let batch = |load| orm::batch(Artist::id(), load).named(Length);
    let query = Artist::query().filter(Artist::id().le(2)).prefetch(batch(lengths));
    let artists = assert_queries!(&db, 1, query.all(&db)?);
    assert_eq!(artists.iter().map(|artist| *artist.named(Length)).collect::<Vec<_>>(), [Some(10), None]);

    let broken = |_: &[i64]| -> Result<HashMap<i64, usize>, std::fmt::Error> { Err(std::fmt::Error) };
    let query = Artist::query().prefetch(orm::batch(Artist::id(), broken).named(Length));
    let error = query.all(&db).expect_err("the loader fails");
    assert!(std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<std::fmt::Error>), "{error}");
    Ok(())
}

#[test]
fn relations_are_loaded_onto_rows_in_memory() -> orm::Result<()> {
    let db = music()?;
    let artists = Artist::query().order_by(Artist::name().desc()).all(&db)?;
    let artists = assert_queries!(&db, 1, orm::prefetch(&db, artists, Artist::albums())?);
    assert_eq!(artists.iter().map(|artist| artist.albums().len()).collect::<Vec<_>>(), [0, 1, 3]);
    let artists = assert_queries!(&db, 1, orm::prefetch(&db, artists, Artist::albums().count().named(Count))?);
    assert_eq!(*artists[2].named(Count), 3);
    assert_eq!(artists[2].albums().len(), 3);
    let none: Vec<Artist> = Vec::new();
    assert!(assert_queries!(&db, 0, orm::prefetch(&db, none, Artist::albums())?).is_empty());
    let ada = orm::prefetch_one(&db, Artist::find(&db, 1)?, Artist::albums())?;
    assert_eq!(titles(ada.albums()), ["One", "Two", "Three"]);
    Ok(())
}

#[test]
fn chunks_together_are_the_whole_query() -> orm::Result<()> {
    let db = music()?;
    let query = Album::query().order_by((Album::year().desc(), Album::title().asc())).prefetch(Album::artist());
    let whole = query.all(&db)?;
    for size in 1..=6 {
        let chunks = query.chunks(&db).of_size(size).collect::<orm::Result<Vec<_>>>()?;
        assert!(chunks.iter().all(|chunk| chunk.len() as u64 <= size));
        assert_eq!(chunks.concat(), whole, "in chunks of {size}");
    }
    for (limit, offset) in [(3, 1), (10, 2), (2, 0), (0, 0)] {
        let query = query.clone().limit(limit).offset(offset);
        let chunks = query.chunks(&db).of_size(2).collect::<orm::Result<Vec<_>>>()?;
        assert_eq!(chunks.concat(), query.all(&db)?, "limit {limit}, offset {offset}");
    }
    let first = assert_queries!(&db, 2, query.chunks(&db).of_size(2).next()).expect("a chunk")?;
    assert_eq!(first.len(), 2);
    Ok(())
}

/// A chief with two reports, one of whom has one; two who are each other's boss; and one who is their own.
fn staff() -> orm::Result<Db> {
    let db = music()?;
    let staff = [(1, "Chief", None), (2, "Left", Some(1)), (3, "Right", Some(1)), (4, "Leaf", Some(2))];
    let circle = [(5, "Hen", Some(6)), (6, "Egg", Some(5)), (7, "Self", Some(7))];
    let employees = staff.into_iter().chain(circle).map(|(id, name, boss_id)| (id, name.to_owned(), boss_id));
    db.transaction(|tx| {
        for (id, name, _) in employees.clone() {
            Employee { id, name, boss_id: None }.insert(tx)?;
        }
        employees.clone().try_for_each(|(id, name, boss_id)| Employee { id, name, boss_id }.update(tx))
    })?;
    Ok(db)
}

#[test]
fn a_tree_is_loaded_to_any_depth() -> orm::Result<()> {
    let db = staff()?;
    let query = Employee::query()
        .filter(Employee::boss_id().is_null())
        .prefetch(Employee::reports().order_by(Employee::name().desc()).to_any_depth());
    // The chief, and the reports of each of four levels, of which the last has none.
    let chiefs = assert_queries!(&db, 4, query.all(&db)?);
    let [chief] = chiefs.as_slice() else { panic!("one chief") };
    let walked: Vec<(usize, &str)> =
        chief.reports().walk().iter().map(|(depth, employee)| (*depth, employee.name.as_str())).collect();
    assert_eq!(walked, [(1, "Right"), (1, "Left"), (2, "Leaf")]);
    let left = chief.reports().nodes().find(|node| node.name == "Left").expect("a report");
    let below: Vec<String> = left.children().map(|node| node.name.clone()).collect();
    assert_eq!(below, ["Leaf"]);
    let json = serde_json::to_value(chief).expect("a row that serialises");
    assert_eq!(json["reports"][1]["reports"][0]["name"], "Leaf");
    Ok(())
}

#[test]
fn a_cycle_ends() -> orm::Result<()> {
    let db = staff()?;
    let query = Employee::query().filter(Employee::id().ge(5)).prefetch(Employee::reports().to_any_depth());
    // Employees, and whom they have below them; whom these have is known then.
    let circle = assert_queries!(&db, 2, query.all(&db)?);
    let below = |at: usize| -> Vec<&str> {
        circle[at].reports().walk().iter().map(|(_, employee)| employee.name.as_str()).collect()
    };
    assert_eq!((below(0), below(1), below(2)), (vec!["Egg"], vec!["Hen"], vec![]));
    for employee in &circle {
        for node in employee.reports().nodes() {
            assert_eq!(node.children().count(), 0);
        }
    }
    Ok(())
}

/// From inside of a circle, and along bosses whom several share, no key is asked for twice.
#[test]
fn a_row_is_asked_for_what_is_below_it_once() -> orm::Result<()> {
    let db = staff()?;
    let hen = Employee::query().filter(Employee::name().eq("Hen")).prefetch(Employee::reports().to_any_depth());
    let hen = assert_queries!(&db, 3, hen.one(&db)?);
    assert_eq!(hen.reports().walk().len(), 1);
    let up = Employee::query().prefetch(Employee::boss().to_any_depth());
    let all = assert_queries!(&db, 2, up.all(&db)?);
    let depths: Vec<usize> = all.iter().map(|employee| employee.boss().walk().len()).collect();
    assert_eq!(depths, [0, 1, 1, 2, 1, 1, 0]);
    Ok(())
}

#[test]
fn a_given_depth_is_nested() -> orm::Result<()> {
    let db = staff()?;
    let query = Employee::query()
        .filter(Employee::id().eq(1))
        .prefetch(Employee::reports().prefetch(Employee::reports().prefetch(Employee::boss())));
    let chief = assert_queries!(&db, 4, query.one(&db)?);
    assert_eq!(chief.reports()[0].reports()[0].boss().as_ref().map(|boss| boss.name.as_str()), Some("Left"));
    Ok(())
}

#[test]
fn links_are_written_for_their_owner_alone() -> orm::Result<()> {
    let db = music()?;
    let (one, two) = (Album::find(&db, 1)?, Album::find(&db, 2)?);
    let tags = Tag::query().all(&db)?;
    let names = |album: &Album| -> orm::Result<Vec<String>> {
        Ok(Album::tags().of(album).all(&db)?.into_iter().map(|tag| tag.name).collect())
    };
    Album::tags().link(&db, &one, &tags)?;
    Album::tags().link(&db, &one, &tags)?;
    Album::tags().link(&db, &two, &tags)?;
    Album::tags().unlink(&db, &one, [&tags[0]])?;
    assert_eq!((names(&one)?, names(&two)?), (vec!["folk".to_owned()], vec!["rock".to_owned(), "folk".to_owned()]));
    Album::tags().set(&db, &one, [&tags[0]])?;
    assert_eq!((names(&one)?.len(), names(&two)?.len()), (1, 2));
    assert_eq!(names(&one)?, ["rock"]);
    Album::tags().clear(&db, &two)?;
    assert_eq!((names(&one)?.len(), names(&two)?.len()), (1, 0));
    let nobody = Tag { id: 99, name: String::new() };
    assert!(Album::tags().link(&db, &one, [&nobody]).is_err_and(|error| error.is_foreign_key_violation()));
    Ok(())
}

#[test]
fn has_many_rows_move_between_parents() -> orm::Result<()> {
    let db = music()?;
    let (ada, ben) = (Artist::find(&db, 1)?, Artist::find(&db, 2)?);
    let albums = Album::query().all(&db)?;
    Artist::albums().link(&db, &ben, [&albums[0], &albums[4]])?;
    let of = |artist: &Artist| -> orm::Result<Vec<i64>> {
        Ok(Artist::albums().of(artist).all(&db)?.into_iter().map(|album| album.id).collect())
    };
    assert_eq!((of(&ada)?, of(&ben)?), (vec![2, 4], vec![1, 3, 5]));
    Artist::albums().unlink(&db, &ada, [&albums[1], &albums[0]])?;
    assert_eq!((of(&ada)?, of(&ben)?), (vec![4], vec![1, 3, 5]));
    Artist::albums().set(&db, &ben, [&albums[2], &albums[3]])?;
    assert_eq!((of(&ada)?, of(&ben)?), (vec![], vec![3, 4]));
    let gone = Album { id: 77, title: String::new(), year: None, artist_id: None };
    assert!(Artist::albums().link(&db, &ada, [&gone]).is_err_and(|error| error.is_not_found()));
    assert_eq!(Album::find(&db, 77).optional()?, None);
    Ok(())
}

#[test]
fn equal_statements_of_a_level_are_sent_once() -> orm::Result<()> {
    let db = music()?;
    let query = Artist::query().prefetch(Artist::albums()).prefetch(Artist::albums().named(Latest));
    let artists = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(titles(artists[0].albums()), titles(artists[0].named(Latest)));
    Ok(())
}

#[test]
fn an_optional_column_is_compared_with_a_required_one() -> orm::Result<()> {
    let db = staff()?;
    let own_boss = Employee::query().filter(Employee::boss_id().eq(Employee::id()));
    assert_eq!(own_boss.one(&db)?.name, "Self");
    assert_eq!(Employee::query().filter(Employee::id().gt(Employee::boss_id())).count(&db)?, 4);
    Ok(())
}
