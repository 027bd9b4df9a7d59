//! Rows that occur twice: a second row of a to-one relation is an error, and each link counts.

use orm::{Model, Polymorphic, Result, assert_queries, insert_many};

use crate::database::{Shared, db};
use crate::schemas::journal::{NewProfile, Profile, Writer, journal};
use crate::support::compare::assert_as_lazy;

struct First;

#[test]
fn a_has_one_with_two_rows_is_an_error() -> Result<()> {
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
    // A filter that leaves one row makes the relation valid.
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
fn a_belongs_to_with_two_rows_is_an_error_too() -> Result<()> {
    let file = Shared::new();
    file.run(
        "CREATE TABLE countries (id INTEGER PRIMARY KEY, code TEXT NOT NULL);
             CREATE TABLE parcels (id INTEGER PRIMARY KEY, code TEXT NOT NULL);
             INSERT INTO countries (code) VALUES ('de'), ('at'), ('at');
             INSERT INTO parcels (code) VALUES ('de'), ('at');",
    );
    let db = &file.open();
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

#[derive(Polymorphic, Clone, Debug, PartialEq)]
enum Sender {
    Country(Country),
    Fan(Fan),
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Letter {
    id: i64,
    kind: String,
    #[belongs_to(sender: Sender, tag = kind)]
    sender_id: i64,
}

#[test]
fn a_row_of_one_of_several_models_that_stands_twice_is_an_error_too() -> Result<()> {
    let file = Shared::new();
    file.run(
        "CREATE TABLE countries (id INTEGER NOT NULL, code TEXT NOT NULL);
             CREATE TABLE fans (id INTEGER PRIMARY KEY);
             CREATE TABLE letters (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, sender_id INTEGER NOT NULL);
             INSERT INTO countries VALUES (1, 'de'), (2, 'at'), (2, 'at');
             INSERT INTO fans VALUES (2);
             INSERT INTO letters VALUES (1, 'country', 1), (2, 'country', 2), (3, 'fan', 2);",
    );
    let db = &file.open();
    let senders = |id| Letter::query().filter(Letter::id().eq(id)).prefetch(Letter::sender()).one(db);
    assert_eq!(**senders(1)?.sender(), Sender::Country(Country { id: 1, code: "de".into() }));
    assert_eq!(**senders(3)?.sender(), Sender::Fan(Fan { id: 2 }));
    let error = senders(2).expect_err("two countries have the key");
    assert!(error.is_more_than_one(), "{error}");
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

/// A link with another column, which may occur twice.
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
fn links_that_stand_twice_count_twice_and_keep_what_they_hold() -> Result<()> {
    let db = db();
    db.create_tables::<(Fan, Song, Listen)>()?;
    insert_many(&db, [NewFan {}, NewFan {}])?;
    insert_many(&db, ["Zoom", "Air", "Map"].map(|title| NewSong { title: title.into() }))?;
    for (fan_id, song_id, minute) in [(1, 1, 5), (1, 2, 6), (1, 1, 7), (2, 1, 8), (2, 3, 9)] {
        NewListen { fan_id, song_id, minute }.insert(&db)?;
    }
    let titles = |songs: &[Song]| songs.iter().map(|song| song.title.clone()).collect::<Vec<_>>();
    // Each link counts, as in a join. The order is that of the targets, not that of the links.
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
    // The columns of the links are read through the join model.
    let listens = Fan::listens().order_by(Listen::minute().desc()).prefetch(Listen::song());
    let fans = assert_queries!(&db, 3, Fan::query().prefetch(listens).all(&db)?);
    let found: Vec<_> = fans[0].listens().iter().map(|it| (it.minute, it.song().title.as_str())).collect();
    assert_eq!(found, [(7, "Zoom"), (6, "Air"), (5, "Zoom")]);
    let fans = Fan::query().prefetch(Fan::songs().count().named(First)).prefetch(Fan::songs().limit(2)).all(&db)?;
    assert_eq!((*fans[0].named(First), titles(&fans[0].songs().to_vec())), (3, vec!["Zoom".into(), "Zoom".into()]));
    Ok(())
}
