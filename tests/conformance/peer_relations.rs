//! Cases B3, B15 to B37 and B39: which rows a relation leads to, in which order, and what becomes of them.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use orm::{Condition, Db, Many, Model, Part, Result, assert_queries, insert_many};

use super::support::{FileDb, assert_as_lazy, db};

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(written: Article, foreign_key = author_id)]
#[has_many(edited: Article, foreign_key = editor_id)]
#[has_one(profile: Profile)]
struct Writer {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(tags: Tag, through = "article_tags", left = "article_id", right = "tag_id")]
struct Article {
    id: i64,
    title: String,
    #[belongs_to(author: Writer)]
    author_id: i64,
    #[belongs_to(editor: Writer)]
    editor_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(articles: Article, through = "article_tags", left = "tag_id", right = "article_id")]
struct Tag {
    id: i64,
    label: String,
}

/// Nothing keeps two profiles from being those of one writer, nor a profile from being nobody's.
#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
struct Profile {
    id: i64,
    writer_id: Option<i64>,
    text: Option<String>,
}

struct First;
struct Second;

/// Writers: 1 Ann, 2 Bob, 3 Cid. Articles, by author and editor: 1 Red (Ann, Bob), 2 Tin (Ann, nobody), 3 Sun (Bob, Ann),
/// 4 Sea (Ann, Ann). Tags: 1 new: Red, Sun; 2 long: Red, Sea; 3 odd: none.
fn journal() -> Result<Db> {
    let db = db();
    fill(&db)?;
    Ok(db)
}

fn fill(db: &Db) -> Result<()> {
    db.create_tables::<(Writer, Article, Tag, Profile)>()?;
    insert_many(db, ["Ann", "Bob", "Cid"].map(|name| NewWriter { name: name.into() }))?;
    let articles = [("Red", 1, Some(2)), ("Tin", 1, None), ("Sun", 2, Some(1)), ("Sea", 1, Some(1))];
    let new = articles.map(|(title, author_id, editor_id)| NewArticle { title: title.into(), author_id, editor_id });
    let [red, _, sun, sea] = &insert_many(db, new)?[..] else { panic!("four were inserted") };
    let tags = insert_many(db, ["new", "long", "odd"].map(|label| NewTag { label: label.into() }))?;
    Tag::articles().link(db, &tags[0], [red, sun])?;
    Tag::articles().link(db, &tags[1], [sea, red])
}

fn titles<'a>(articles: impl IntoIterator<Item = &'a Article>) -> Vec<&'a str> {
    articles.into_iter().map(|article| article.title.as_str()).collect()
}

fn labels<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> Vec<&'a str> {
    tags.into_iter().map(|tag| tag.label.as_str()).collect()
}

fn writers(db: &Db, condition: Condition<Writer>) -> Result<Vec<String>> {
    Ok(Writer::query().filter(condition).all(db)?.into_iter().map(|writer| writer.name).collect())
}

#[test]
fn peer_b03_a_condition_of_the_relation_holds_however_it_is_loaded() -> Result<()> {
    let db = journal()?;
    let short = || Writer::written().filter(Article::title().starts_with("S"));
    let expected: [&[&str]; 3] = [&["Sea"], &["Sun"], &[]];
    for query in [Writer::query(), Writer::query().filter(Writer::id().gt(0))] {
        let rows = assert_queries!(&db, 2, query.prefetch(short()).all(&db)?);
        assert_eq!(rows.iter().map(|row| titles(row.written())).collect::<Vec<_>>(), expected);
    }
    let all = Writer::query().all(&db)?;
    let rows = assert_queries!(&db, 1, orm::prefetch(&db, all, short())?);
    assert_eq!(rows.iter().map(|row| titles(row.written())).collect::<Vec<_>>(), expected);
    assert_as_lazy(&rows, |row| row.written().to_vec(), |row| short().of(row).all(&db));
    let rows = Writer::query().prefetch(short().limit(9).named(First)).prefetch(short().count().named(Second));
    for (row, expected) in rows.all(&db)?.iter().zip(expected) {
        assert_eq!(titles(row.named(First)), expected);
        assert_eq!(*row.named(Second), expected.len() as u64);
    }
    assert_eq!(writers(&db, short().count().eq(1))?, ["Ann", "Bob"]);
    let chunks: Vec<Vec<_>> = Writer::query().prefetch(short()).chunks(&db).of_size(1).collect::<Result<_>>()?;
    assert_eq!(chunks.iter().flatten().map(|row| titles(row.written())).collect::<Vec<_>>(), expected);
    Ok(())
}

#[test]
fn peer_b15_two_relations_to_one_model() -> Result<()> {
    let db = journal()?;
    let query = Writer::query().prefetch(Writer::written()).prefetch(Writer::edited());
    let rows = assert_queries!(&db, 3, query.all(&db)?);
    let found: Vec<_> = rows.iter().map(|row| (titles(row.written()), titles(row.edited()))).collect();
    assert_eq!(found, [(vec!["Red", "Tin", "Sea"], vec!["Sun", "Sea"]), (vec!["Sun"], vec!["Red"]), (vec![], vec![])]);
    let people = || Article::query().prefetch(Article::author()).prefetch(Article::editor());
    let joined = Article::query().prefetch(Article::author().joined()).prefetch(Article::editor().joined());
    // The same two persons write and edit: the two statements are equal, and one is sent.
    let articles = assert_queries!(&db, 2, people().all(&db)?);
    assert_eq!(articles, assert_queries!(&db, 1, joined.all(&db)?));
    for article in &articles {
        assert_eq!(article.author().id, article.author_id);
        assert_eq!(article.editor().as_ref().map(|editor| editor.id), article.editor_id);
    }
    // From both at once, and back by the other one.
    let query = Writer::query()
        .prefetch(Writer::written().prefetch(Article::editor()))
        .prefetch(Writer::edited().prefetch(Article::author()));
    let rows = assert_queries!(&db, 4, query.all(&db)?);
    assert_eq!(rows[0].written()[0].editor().as_ref().map(|editor| editor.name.as_str()), Some("Bob"));
    assert_eq!(rows[0].edited()[0].author().name, "Bob");
    let both = Writer::written().any(Article::title().eq("Red")) & Writer::edited().any(Article::title().eq("Sea"));
    assert_eq!(writers(&db, both)?, ["Ann"]);
    Ok(())
}

#[test]
fn peer_b16_two_paths_with_one_beginning() -> Result<()> {
    let db = journal()?;
    let written = Writer::written().prefetch(Article::editor()).prefetch(Article::tags());
    let rows = assert_queries!(&db, 4, Writer::query().prefetch(written).all(&db)?);
    let red = &rows[0].written()[0];
    assert_eq!(red.editor().as_ref().map(|editor| editor.name.as_str()), Some("Bob"));
    assert_eq!(labels(red.tags()), ["new", "long"]);
    // Written apart, each under its name: the level they share is asked for once, and neither overwrites the other.
    let query = Writer::query()
        .prefetch(Writer::written().prefetch(Article::editor()).named(First))
        .prefetch(Writer::written().prefetch(Article::tags()).named(Second));
    let rows = assert_queries!(&db, 4, query.all(&db)?);
    assert_eq!(rows[0].named(First)[0].editor().as_ref().map(|editor| editor.name.as_str()), Some("Bob"));
    assert_eq!(labels(rows[0].named(Second)[0].tags()), ["new", "long"]);
    Ok(())
}

#[test]
fn peer_b17_repeated_filters_are_anded() -> Result<()> {
    let db = journal()?;
    let ann = Writer::find(&db, 1)?;
    let relation = || Writer::written().filter(Article::title().contains("e")).filter(Article::editor_id().eq(Some(1)));
    assert_eq!(titles(&relation().of(&ann).all(&db)?), ["Sea"]);
    let rows = Writer::query().prefetch(relation()).filter(Writer::id().lt(3)).filter(Writer::name().ne("Bob"));
    let rows = assert_queries!(&db, 2, rows.all(&db)?);
    assert_eq!(rows.len(), 1);
    assert_eq!(titles(rows[0].written()), ["Sea"]);
    assert_eq!(titles(&relation().of(&ann).filter(Article::id().gt(4)).all(&db)?), [] as [&str; 0]);
    Ok(())
}

#[test]
fn peer_b18_the_type_tells_some_from_all() -> Result<()> {
    let db = journal()?;
    let all = Writer::query().prefetch(Writer::written()).find(&db, 1)?;
    let _: &Many<Article> = all.written();
    for narrowed in
        [Writer::written().filter(Article::id().gt(0)), Writer::written().limit(1_000), Writer::written().offset(0)]
    {
        let some = Writer::query().prefetch(narrowed.order_by(Article::id().asc())).find(&db, 1)?;
        let part: &Many<Article, Part> = some.written();
        // That the rows happen to be all is not what the type promises.
        assert_eq!(part.to_vec(), all.written().to_vec());
    }
    Ok(())
}

#[test]
fn peer_b19_a_limit_is_for_each_parent() -> Result<()> {
    let db = journal()?;
    for query in [Writer::query(), Writer::query().filter(Writer::id().gt(0))] {
        let latest = Writer::written().order_by(Article::id().desc()).limit(1);
        let rows = assert_queries!(&db, 2, query.prefetch(latest).all(&db)?);
        assert_eq!(
            rows.iter().map(|row| titles(row.written())).collect::<Vec<_>>(),
            [vec!["Sea"], vec!["Sun"], vec![]]
        );
    }
    let tags = Tag::query().prefetch(Tag::articles().order_by(Article::title().desc()).limit(1)).all(&db)?;
    assert_eq!(tags.iter().map(|tag| titles(tag.articles())).collect::<Vec<_>>(), [vec!["Sun"], vec!["Sea"], vec![]]);
    Ok(())
}

#[test]
fn peer_b20_a_limit_on_parents_counts_parents() -> Result<()> {
    let db = journal()?;
    let query = Writer::query()
        .filter(Writer::written().exists() & Writer::written().any(Article::tags().exists()))
        .prefetch(Writer::written().prefetch(Article::tags()))
        .limit(2);
    let rows = assert_queries!(&db, 3, query.all(&db)?);
    assert_eq!(rows.iter().map(|row| row.written().len()).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(query.count(&db)?, 2);
    assert_eq!(query.clone().limit(1).offset(1).all(&db)?, rows[1..]);
    let articles = Article::query().prefetch(Article::author().joined()).prefetch(Article::tags()).limit(2).offset(1);
    let articles = assert_queries!(&db, 2, articles.all(&db)?);
    assert_eq!(articles.iter().map(|article| article.id).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(Writer::query().filter(Writer::written().any(Article::id().gt(0))).count(&db)?, 2);
    Ok(())
}

#[test]
fn peer_b21_orders_are_kept_and_ties_broken_by_key() -> Result<()> {
    let db = journal()?;
    // In an order that is neither that of keys nor of insertion, with ties.
    for (id, title, author_id) in [(90, "Tin", 2), (80, "Red", 2), (70, "Tin", 2), (60, "Red", 2)] {
        Article { id, title: title.into(), author_id, editor_id: Some(3) }.insert(&db)?;
    }
    let ids = |articles: Vec<&Article>| articles.into_iter().map(|article| article.id).collect::<Vec<_>>();
    let orders = || {
        [
            (Writer::written(), vec![3, 60, 70, 80, 90]),
            (Writer::written().order_by(Article::title().asc()), vec![60, 80, 3, 70, 90]),
            (Writer::written().order_by(Article::title().desc()), vec![90, 70, 3, 80, 60]),
            (Writer::written().order_by((Article::title().desc(), Article::id().asc())), vec![70, 90, 3, 60, 80]),
            (Writer::written().order_by(Article::editor_id().desc()), vec![90, 80, 70, 60, 3]),
        ]
    };
    for (relation, expected) in orders() {
        let rows = Writer::query().order_by(Writer::name().desc()).prefetch(relation.clone()).all(&db)?;
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(ids(rows[1].written().iter().collect()), expected);
        assert_as_lazy(&rows, |row| row.written().to_vec(), |row| relation.clone().of(row).all(&db));
        let backwards: Vec<Writer> = rows.into_iter().rev().map(WriterLoaded::into_inner).collect();
        let again = orm::prefetch(&db, backwards, relation)?;
        assert_eq!(again.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(ids(again[1].written().iter().collect()), expected);
    }
    Ok(())
}

#[test]
fn peer_b22_a_has_one_with_two_rows_is_an_error() -> Result<()> {
    let db = journal()?;
    for (writer_id, text) in [(Some(1), "one"), (Some(2), "two"), (Some(1), "three"), (None, "four")] {
        NewProfile { writer_id, text: Some(text.into()) }.insert(&db)?;
    }
    let rows = Writer::query().all(&db)?;
    let errors = [
        Writer::query().prefetch(Writer::profile()).all(&db).err(),
        Writer::query().prefetch(Writer::profile().joined()).all(&db).err(),
        Writer::query().filter(Writer::id().lt(2)).prefetch(Writer::profile()).all(&db).err(),
        Writer::query().prefetch(Writer::profile().filter(Profile::id().gt(0))).first(&db).err(),
        orm::prefetch(&db, rows, Writer::profile()).err(),
    ];
    for error in errors {
        let error = error.expect("Ann has two profiles");
        assert!(error.is_more_than_one());
        assert_eq!(
            error.to_string(),
            "`Writer.profile`: `Writer` 1 has more than one `Profile`; \
             make the relation a `has_many`, or its foreign key unique"
        );
    }
    // A filter that leaves one makes it one.
    let first = Writer::profile().filter(Profile::text().ne(Some("three".to_owned())));
    let rows = Writer::query().prefetch(first).all(&db)?;
    let texts: Vec<_> = rows.iter().map(|row| row.profile().as_ref().and_then(|it| it.text.as_deref())).collect();
    assert_eq!(texts, [Some("one"), Some("two"), None]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Country {
    id: i64,
    code: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(country: Country, foreign_key = code, references = code)]
struct Parcel {
    id: i64,
    code: String,
}

#[test]
fn peer_b22_a_belongs_to_with_two_rows_is_an_error_too() -> Result<()> {
    let file = FileDb::new();
    file.raw()
        .execute_batch(
            "CREATE TABLE countries (id INTEGER PRIMARY KEY, code TEXT NOT NULL);
             CREATE TABLE parcels (id INTEGER PRIMARY KEY, code TEXT NOT NULL);
             INSERT INTO countries (code) VALUES ('de'), ('at'), ('at');
             INSERT INTO parcels (code) VALUES ('de'), ('at');",
        )
        .expect("the tables are made");
    let db = &file.db;
    let known = Parcel::query().filter(Parcel::id().eq(1));
    assert_eq!(known.clone().prefetch(Parcel::country()).one(db)?.country().id, 1);
    assert_eq!(known.prefetch(Parcel::country().joined()).one(db)?.country().id, 1);
    for error in [
        Parcel::query().prefetch(Parcel::country()).all(db).err(),
        // A join would return the parcel twice.
        Parcel::query().prefetch(Parcel::country().joined()).all(db).err(),
    ] {
        let error = error.expect("two countries have the code");
        assert!(error.is_more_than_one(), "{error}");
    }
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(listens: Listen)]
#[many_to_many(songs: Song, through = Listen)]
struct Fan {
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Song {
    id: i64,
    title: String,
}

/// A link with something to say, which may stand twice.
#[derive(Model, Clone, Debug, PartialEq)]
struct Listen {
    id: i64,
    #[belongs_to(fan: Fan)]
    fan_id: i64,
    #[belongs_to(song: Song)]
    song_id: i64,
    minute: i64,
}

#[test]
fn peer_b23_links_that_stand_twice_and_what_links_hold() -> Result<()> {
    let db = db();
    db.create_tables::<(Fan, Song, Listen)>()?;
    insert_many(&db, [NewFan {}, NewFan {}])?;
    insert_many(&db, ["Zoom", "Air", "Map"].map(|title| NewSong { title: title.into() }))?;
    for (fan_id, song_id, minute) in [(1, 1, 5), (1, 2, 6), (1, 1, 7), (2, 1, 8), (2, 3, 9)] {
        NewListen { fan_id, song_id, minute }.insert(&db)?;
    }
    let titles = |songs: &[Song]| songs.iter().map(|song| song.title.clone()).collect::<Vec<_>>();
    // Each link counts, as in a join; the order is the target's, not that of the links.
    for query in [Fan::query(), Fan::query().filter(Fan::id().gt(0))] {
        let fans = assert_queries!(&db, 2, query.clone().prefetch(Fan::songs()).all(&db)?);
        assert_eq!(titles(&fans[0].songs().to_vec()), ["Zoom", "Zoom", "Air"]);
        assert_as_lazy(&fans, |row| row.songs().to_vec(), |row| Fan::songs().of(row).all(&db));
        assert!(std::ptr::eq(&raw const fans[0].songs()[0], &raw const fans[1].songs()[0]), "one row in memory");
        let by_title = Fan::songs().order_by(Song::title().asc());
        let fans = assert_queries!(&db, 2, query.prefetch(by_title.clone()).all(&db)?);
        assert_eq!(titles(&fans[0].songs().to_vec()), ["Air", "Zoom", "Zoom"]);
        assert_eq!(titles(&fans[1].songs().to_vec()), ["Map", "Zoom"]);
        assert_as_lazy(&fans, |row| row.songs().to_vec(), |row| by_title.clone().of(row).all(&db));
    }
    // What the links hold is read over their own model.
    let listens = Fan::listens().order_by(Listen::minute().desc()).prefetch(Listen::song());
    let fans = assert_queries!(&db, 3, Fan::query().prefetch(listens).all(&db)?);
    let found: Vec<_> = fans[0].listens().iter().map(|it| (it.minute, it.song().title.as_str())).collect();
    assert_eq!(found, [(7, "Zoom"), (6, "Air"), (5, "Zoom")]);
    let fans = Fan::query().prefetch(Fan::songs().count().named(First)).prefetch(Fan::songs().limit(2)).all(&db)?;
    assert_eq!((*fans[0].named(First), titles(&fans[0].songs().to_vec())), (3, vec!["Zoom".into(), "Zoom".into()]));
    Ok(())
}

#[test]
fn peer_b24_links_are_taken_from_their_owner_alone() -> Result<()> {
    let db = journal()?;
    let tags = Tag::query().all(&db)?;
    let [red, sun, sea] = [1, 3, 4].map(|id| Article::find(&db, id).expect("it is there"));
    let found = || -> Result<Vec<Vec<i64>>> {
        let tags = Tag::query().prefetch(Tag::articles()).all(&db)?;
        Ok(tags.iter().map(|tag| tag.articles().iter().map(|article| article.id).collect()).collect())
    };
    assert_eq!(found()?, [vec![1, 3], vec![1, 4], vec![]]);
    Tag::articles().unlink(&db, &tags[0], [&red, &sea])?;
    assert_eq!(found()?, [vec![3], vec![1, 4], vec![]], "Sea is not of the first tag, and stays with the second");
    Tag::articles().set(&db, &tags[0], [&sea, &red])?;
    assert_eq!(found()?, [vec![1, 4], vec![1, 4], vec![]]);
    Tag::articles().clear(&db, &tags[1])?;
    assert_eq!(found()?, [vec![1, 4], vec![], vec![]]);
    Article::tags().unlink(&db, &sea, &tags)?;
    assert_eq!(found()?, [vec![1], vec![], vec![]]);
    Tag::articles().link(&db, &tags[2], [&sun, &sun])?;
    assert_eq!(found()?, [vec![1], vec![], vec![3]]);
    // Foreign keys likewise: a row of another parent is left alone.
    let [ann, bob] = [1, 2].map(|id| Writer::find(&db, id).expect("it is there"));
    Writer::edited().unlink(&db, &ann, [&red])?;
    assert_eq!(Article::find(&db, 1)?.editor_id, Some(2));
    Writer::edited().clear(&db, &bob)?;
    assert_eq!(Article::find(&db, 1)?.editor_id, None);
    assert_eq!(titles(&Writer::edited().of(&ann).all(&db)?), ["Sun", "Sea"]);
    Ok(())
}

#[test]
fn peer_b25_empty_tables_and_leaves() -> Result<()> {
    let db = db();
    db.create_tables::<(Writer, Article, Tag, Profile)>()?;
    let query = Writer::query()
        .prefetch(Writer::written().prefetch(Article::tags().prefetch(Tag::articles())).prefetch(Article::editor()))
        .prefetch(Writer::profile());
    assert!(assert_queries!(&db, 1, query.all(&db)?).is_empty());
    insert_many(&db, ["Ann", "Bob"].map(|name| NewWriter { name: name.into() }))?;
    let rows = assert_queries!(&db, 3, query.all(&db)?);
    assert!(rows.len() == 2 && rows.iter().all(|row| row.written().is_empty() && row.profile().is_none()));
    NewArticle { title: "Red".into(), author_id: 2, editor_id: None }.insert(&db)?;
    let rows = assert_queries!(&db, 4, query.all(&db)?);
    assert!(rows[0].written().is_empty() && rows[1].written()[0].tags().is_empty());
    assert!(rows[1].written()[0].editor().is_none());
    Ok(())
}

#[test]
fn peer_b26_a_relation_below_one_that_is_missing() -> Result<()> {
    let db = journal()?;
    for (writer_id, text) in [(2, Some("b")), (3, None)] {
        NewProfile { writer_id: Some(writer_id), text: text.map(Into::into) }.insert(&db)?;
    }
    let editors = || Article::editor().prefetch(Writer::profile()).prefetch(Writer::edited());
    let articles = assert_queries!(&db, 4, Article::query().prefetch(editors()).all(&db)?);
    let found: Vec<_> = articles
        .iter()
        .map(|article| article.editor().as_ref().map(|it| (it.profile().is_some(), it.edited().len())))
        .collect();
    assert_eq!(found, [Some((true, 1)), None, Some((false, 2)), Some((false, 2))]);
    assert_eq!(assert_queries!(&db, 3, Article::query().prefetch(editors().joined()).all(&db)?), articles);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Note {
    id: i64,
    text: Option<String>,
    weight: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Page {
    id: i64,
    #[belongs_to(note: Note)]
    note_id: Option<i64>,
}

#[test]
fn peer_b27_a_row_of_nulls_is_a_row() -> Result<()> {
    let db = db();
    db.create_tables::<(Note, Page)>()?;
    let note = NewNote { text: None, weight: None }.insert(&db)?;
    insert_many(&db, [Some(note.id), None].map(|note_id| NewPage { note_id }))?;
    let separate = assert_queries!(&db, 2, Page::query().prefetch(Page::note()).all(&db)?);
    let joined = assert_queries!(&db, 1, Page::query().prefetch(Page::note().joined()).all(&db)?);
    assert_eq!(joined, separate);
    assert_eq!(joined[0].note().as_deref(), Some(&note));
    assert!(joined[1].note().is_none());
    Ok(())
}

#[test]
fn peer_b28_alternatives_are_bracketed() -> Result<()> {
    let db = journal()?;
    let either = || Article::title().eq("Red") | Article::title().eq("Sun");
    let expected: [&[&str]; 3] = [&["Red"], &["Sun"], &[]];
    // In each form that the statement of a relation takes: whole tables, keys, limits, a join table, one parent.
    for query in [Writer::query(), Writer::query().filter(Writer::id().eq(1) | Writer::id().ne(1))] {
        let written = || Writer::written().filter(either());
        let query = query.prefetch(written()).prefetch(written().limit(5).named(First));
        for (row, expected) in query.prefetch(written().count().named(Second)).all(&db)?.iter().zip(expected) {
            assert_eq!(titles(row.written()), expected);
            assert_eq!(titles(row.named(First)), expected);
            assert_eq!(*row.named(Second), expected.len() as u64);
        }
    }
    for query in [Tag::query(), Tag::query().filter(Tag::id().gt(0))] {
        let both = query.prefetch(Tag::articles().filter(either()));
        let both = both.prefetch(Tag::articles().filter(either()).limit(5).named(First)).all(&db)?;
        assert_eq!(both.iter().map(|tag| tag.articles().len()).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(both.iter().map(|tag| tag.named(First).len()).collect::<Vec<_>>(), [2, 1, 0]);
    }
    let bob = Writer::find(&db, 2)?;
    assert_eq!(titles(&Writer::written().filter(either()).of(&bob).all(&db)?), ["Sun"]);
    assert_eq!(writers(&db, Writer::written().any(either()) & Writer::id().eq(2))?, ["Bob"]);
    assert_eq!(writers(&db, Writer::written().any(either() & Article::author_id().eq(1)))?, ["Ann"]);
    let author = Article::author().filter(Writer::id().eq(1) | Writer::id().eq(3)).joined();
    let articles = Article::query().filter(either()).prefetch(author).all(&db)?;
    assert_eq!(articles.iter().map(|article| article.author().is_some()).collect::<Vec<_>>(), [true, false]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(reports: Employee, foreign_key = boss_id)]
struct Employee {
    id: i64,
    name: String,
    #[belongs_to(boss: Employee)]
    boss_id: Option<i64>,
}

/// 1 Eva leads 2 Max and 3 Ida; Max leads 4 Ole. 5 Pia leads herself; 6 Rex and 7 Sam lead each other.
fn company() -> Result<Db> {
    let db = db();
    db.create_tables::<Employee>()?;
    let bosses = [("Eva", None), ("Max", Some(1)), ("Ida", Some(1)), ("Ole", Some(2)), ("Pia", None), ("Rex", None)];
    insert_many(&db, bosses.map(|(name, boss_id)| NewEmployee { name: name.into(), boss_id }))?;
    NewEmployee { name: "Sam".into(), boss_id: Some(6) }.insert(&db)?;
    for (id, boss) in [(5, 5), (6, 7)] {
        Employee { boss_id: Some(boss), ..Employee::find(&db, id)? }.update(&db)?;
    }
    Ok(db)
}

#[test]
fn peer_b29_chains_over_one_table_keep_their_roles_apart() -> Result<()> {
    let db = company()?;
    let found = |condition| -> Result<Vec<String>> {
        Ok(Employee::query().filter(condition).all(&db)?.into_iter().map(|employee| employee.name).collect())
    };
    let eva = || Employee::name().eq("Eva");
    assert_eq!(found(Employee::boss().has(eva()))?, ["Max", "Ida"]);
    assert_eq!(found(Employee::boss().has(Employee::boss().has(eva())))?, ["Ole"]);
    assert_eq!(found(Employee::boss().has(Employee::reports().any(Employee::name().eq("Ida"))))?, ["Max", "Ida"]);
    assert_eq!(found(Employee::reports().any(Employee::reports().any(Employee::name().eq("Ole"))))?, ["Eva"]);
    assert_eq!(
        found(Employee::reports().any(Employee::boss().has(Employee::boss().has(Employee::id().eq(7)))))?,
        ["Rex"]
    );
    let query = Employee::query().prefetch(Employee::boss().prefetch(Employee::boss().prefetch(Employee::reports())));
    let rows = assert_queries!(&db, 4, query.all(&db)?);
    let grand = rows[3].boss().as_ref().and_then(|boss| boss.boss().as_ref());
    assert_eq!(grand.map(|grand| (grand.name.as_str(), grand.reports().len())), Some(("Eva", 2)));
    Ok(())
}

#[test]
fn peer_b30_pages_are_the_same_with_relations_and_without() -> Result<()> {
    let db = journal()?;
    // NULLs and ties in the order, in both directions.
    insert_many(
        &db,
        (0..13_i64).map(|n| NewArticle {
            title: format!("T{}", n % 3),
            author_id: n % 3 + 1,
            editor_id: (n % 4 > 0).then_some(n % 3 + 1),
        }),
    )?;
    let orders = || {
        let query = Article::query;
        [
            query(),
            query().order_by(Article::editor_id().asc()),
            query().order_by((Article::editor_id().desc(), Article::title().asc())),
            query().order_by(Article::editor_id().desc().nulls_first()),
            query().order_by((Article::title().desc(), Article::editor_id().asc().nulls_last())),
            query().filter(Article::tags().none(Tag::id().eq(1))).limit(9).offset(2),
        ]
    };
    for plain in orders() {
        let expected = plain.all(&db)?;
        let with = plain.clone().prefetch(Article::tags()).prefetch(Article::editor().joined());
        assert_eq!(with.all(&db)?.into_iter().map(ArticleLoaded::into_inner).collect::<Vec<_>>(), expected);
        for size in [1, 2, 5, 100] {
            let chunks: Vec<Vec<_>> = with.chunks(&db).of_size(size).collect::<Result<_>>()?;
            let rows: Vec<_> = chunks.into_iter().flatten().collect();
            assert_as_lazy(&rows, |row| row.tags().to_vec(), |row| Article::tags().of(row).all(&db));
            assert_eq!(rows.into_iter().map(ArticleLoaded::into_inner).collect::<Vec<_>>(), expected);
        }
        let mut paged = Vec::new();
        for page in 0..4 {
            let page = Article::query().order_by(Article::editor_id().asc()).limit(5).offset(page * 5);
            paged.extend(page.prefetch(Article::tags()).all(&db)?.into_iter().map(|row| row.id));
        }
        assert_eq!(paged.len(), 17);
        paged.sort_unstable();
        paged.dedup();
        assert_eq!(paged.len(), 17, "no row is on two pages");
    }
    Ok(())
}

/// Whether the observer of the next test panics.
static ARMED: AtomicBool = AtomicBool::new(false);

#[test]
fn peer_b31_a_panic_leaves_the_database_in_order() -> Result<()> {
    let file = FileDb::new();
    let memory = journal()?;
    fill(&file.db)?;
    for db in [&memory, &file.db] {
        let panics = |work: &dyn Fn()| assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
        let works = || -> Result<()> {
            let rows = assert_queries!(db, 2, Writer::query().prefetch(Writer::written()).all(db)?);
            assert_eq!(rows[0].written().len(), 3);
            db.transaction(|tx| NewTag { label: "more".into() }.insert(tx).map(drop))
        };
        panics(&|| {
            let loader = orm::batch(Writer::id(), |_: &[i64]| -> Result<HashMap<i64, u8>> { panic!("in a loader") });
            let _ = Writer::query().prefetch(loader.named(First)).all(db);
        });
        works()?;
        panics(&|| {
            let _ = db.transaction(|tx| -> Result<()> {
                Tag { id: 77, label: "lost".into() }.insert(tx)?;
                panic!("in a transaction")
            });
        });
        assert!(Tag::find(db, 77).is_err_and(|error| error.is_not_found()));
        works()?;
        db.on_statement(|event| assert!(!ARMED.load(Ordering::Relaxed) || !event.sql.contains("articles")));
        ARMED.store(true, Ordering::Relaxed);
        panics(&|| {
            let _ = Writer::query().prefetch(Writer::written()).all(db);
        });
        ARMED.store(false, Ordering::Relaxed);
        works()?;
    }
    Ok(())
}

fn json(row: &impl serde::Serialize) -> String {
    serde_json::to_string(row).expect("rows serialise")
}

#[test]
fn peer_b33_not_loaded_none_and_empty_serialise_apart() -> Result<()> {
    let db = journal()?;
    let plain = Writer::find(&db, 3)?;
    assert_eq!(json(&plain), r#"{"id":3,"name":"Cid"}"#);
    let empty = Writer::query().prefetch(Writer::written()).prefetch(Writer::profile()).find(&db, 3)?;
    assert_eq!(json(&empty), r#"{"id":3,"name":"Cid","written":[],"profile":null}"#);
    let query = Article::query().prefetch(Article::editor().prefetch(Writer::profile())).prefetch(Article::tags());
    assert_eq!(
        json(&query.find(&db, 1)?),
        r#"{"id":1,"title":"Red","author_id":1,"editor_id":2,"tags":[{"id":1,"label":"new"},{"id":2,"label":"long"}],"editor":{"id":2,"name":"Bob","profile":null}}"#
    );
    let named = Writer::query().prefetch(Writer::written().count().named(First)).find(&db, 3)?;
    assert_eq!(json(&named), r#"{"id":3,"name":"Cid","first":0}"#);
    Ok(())
}

#[test]
fn peer_b34_what_is_read_after_a_change_shows_it() -> Result<()> {
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
    // Within a transaction, its own changes show.
    let tx = db.begin()?;
    Tag::articles().clear(&tx, &now)?;
    let inside = Tag::query().prefetch(Tag::articles()).find(&tx, 1)?;
    assert!(inside.articles().is_empty());
    tx.rollback()?;
    assert_eq!(load()?, now);
    Ok(())
}

#[test]
fn peer_b35_a_model_that_refers_to_itself() -> Result<()> {
    let db = company()?;
    let query = Employee::query().prefetch(Employee::boss()).prefetch(Employee::reports());
    for query in [query.clone(), query.filter(Employee::id().gt(0))] {
        let rows = assert_queries!(&db, 3, query.all(&db)?);
        let bosses: Vec<_> = rows.iter().map(|row| row.boss().as_ref().map(|boss| boss.id)).collect();
        assert_eq!(bosses, [None, Some(1), Some(1), Some(2), Some(5), Some(7), Some(6)]);
        let reports = rows.iter().map(|row| row.reports().iter().map(|report| report.id).collect::<Vec<_>>());
        assert_eq!(reports.collect::<Vec<_>>(), [vec![2, 3], vec![4], vec![], vec![], vec![5], vec![7], vec![6]]);
    }
    // A circle is followed as far as it is written, and to any depth until it closes.
    let twice = Employee::reports().prefetch(Employee::reports());
    let rex = assert_queries!(&db, 3, Employee::query().prefetch(twice).find(&db, 6)?);
    assert_eq!(rex.reports()[0].reports()[0].id, 6);
    let query = Employee::query().prefetch(Employee::reports().to_any_depth());
    let rex = assert_queries!(&db, 3, query.find(&db, 6)?);
    assert_eq!(rex.reports().walk().count(), 1, "Sam; Rex does not stand below himself");
    let eva = assert_queries!(&db, 4, query.find(&db, 1)?);
    let walked: Vec<_> = eva.reports().walk().map(|(depth, row)| (depth, row.name.as_str())).collect();
    assert_eq!(walked.iter().map(|(_, name)| *name).collect::<Vec<_>>(), ["Max", "Ole", "Ida"]);
    let pia = assert_queries!(&db, 2, query.find(&db, 5)?);
    assert!(pia.reports().is_empty() && pia.reports().walk().next().is_none());
    let roots = Employee::query().filter(Employee::boss_id().is_null()).prefetch(Employee::boss()).all(&db)?;
    assert!(roots.len() == 1 && roots[0].boss().is_none());
    Ok(())
}

#[test]
fn peer_b36_nothing_is_loaded_unless_it_is_written() -> Result<()> {
    let db = company()?;
    // There are no relations that load themselves, so no circle of them can arise when a program is built.
    assert_queries!(&db, 1, Employee::query().all(&db)?);
    let row: Employee = assert_queries!(&db, 1, Employee::find(&db, 1)?);
    let once: EmployeeLoaded<Many<Employee>> =
        assert_queries!(&db, 1, orm::prefetch_one(&db, row, Employee::reports())?);
    assert_eq!(once.reports().len(), 2);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(sticks: Stick)]
#[many_to_many(colours: Colour, through = "bundle_colours", left = "bundle", right = "colour")]
struct Bundle {
    id: i64,
}

/// Refers to a bundle without the database knowing.
#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(notches: Notch)]
struct Stick {
    id: i64,
    bundle_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Notch {
    id: i64,
    stick_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Colour {
    id: i64,
}

#[test]
fn peer_b37_children_whose_parent_is_not_there() -> Result<()> {
    let file = FileDb::new();
    let db = &file.db;
    file.raw()
        .execute_batch(
            "CREATE TABLE bundles (id INTEGER PRIMARY KEY);
             CREATE TABLE sticks (id INTEGER PRIMARY KEY, bundle_id INTEGER NOT NULL);
             CREATE TABLE notches (id INTEGER PRIMARY KEY, stick_id INTEGER NOT NULL);
             CREATE TABLE colours (id INTEGER PRIMARY KEY);
             CREATE TABLE bundle_colours (bundle INTEGER, colour INTEGER);
             INSERT INTO bundles VALUES (1), (2), (3);
             INSERT INTO sticks VALUES (1, 1), (2, 99), (3, 3), (4, -1), (5, 1);
             INSERT INTO notches VALUES (1, 1), (2, 2), (3, 4), (4, 5), (5, 77);
             INSERT INTO colours VALUES (1), (2);
             INSERT INTO bundle_colours VALUES (1, 1), (99, 2), (2, 77), (3, 2), (NULL, 1), (3, NULL);",
        )
        .expect("the tables are made");
    for query in [Bundle::query(), Bundle::query().filter(Bundle::id().gt(0)), Bundle::query().limit(2)] {
        let query = query.prefetch(Bundle::sticks().prefetch(Stick::notches())).prefetch(Bundle::colours());
        let rows = assert_queries!(db, 4, query.all(db)?);
        let found: Vec<_> = rows
            .iter()
            .map(|row| {
                let sticks = row.sticks().iter().map(|stick| (stick.id, stick.notches().len()));
                let colours = row.colours().iter().map(|colour| colour.id);
                (row.id, sticks.collect::<Vec<_>>(), colours.collect::<Vec<_>>())
            })
            .collect();
        let expected = [(1, vec![(1, 1), (5, 1)], vec![1]), (2, vec![], vec![]), (3, vec![(3, 0)], vec![2])];
        assert_eq!(found, expected[..rows.len()]);
        assert!(rows.len() >= 2);
        assert_as_lazy(&rows, |row| row.colours().to_vec(), |row| Bundle::colours().of(row).all(db));
    }
    Ok(())
}

#[test]
fn peer_b39_a_relation_twice_in_one_condition() -> Result<()> {
    let db = journal()?;
    let titled = |title: &str| Writer::written().any(Article::title().eq(title));
    // Two conditions may be met by two rows; one condition, by one.
    assert_eq!(writers(&db, titled("Red") & titled("Tin"))?, ["Ann"]);
    assert_eq!(writers(&db, Writer::written().any(Article::title().eq("Red") & Article::title().eq("Tin")))?, [""; 0]);
    assert_eq!(writers(&db, titled("Red") | titled("Sun"))?, ["Ann", "Bob"]);
    assert_eq!(writers(&db, titled("Red") & !titled("Sun"))?, ["Ann"]);
    assert_eq!(writers(&db, !titled("Red") & !titled("Sun"))?, ["Cid"]);
    let tagged = |label: &str| Article::tags().any(Tag::label().eq(label));
    let both = Article::query().filter(tagged("new") & tagged("long")).prefetch(Article::tags()).all(&db)?;
    assert_eq!(both.len(), 1);
    assert_eq!(labels(both[0].tags()), ["new", "long"], "the condition does not narrow what is loaded");
    assert_eq!(writers(&db, Writer::written().count().gt(1) & Writer::written().count().lt(4))?, ["Ann"]);
    Ok(())
}
