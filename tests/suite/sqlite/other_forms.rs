//! Columns in another form than their fields declare: they are read if the values determine their meaning. A statement
//! that would compare or write them is refused with the attribute to write. `check` reports the same.

use std::net::IpAddr;

#[cfg(feature = "uuid-1")]
use orm::upsert;
use orm::value::{DateTime, Decimal, Timestamp};
use orm::{Db, Error, Model, Result, assert_queries, bulk_insert, sql};

use crate::database::{Shared as File, db};

fn at(text: &str) -> DateTime {
    let (date, time) = text.split_once(' ').expect("a date and a time");
    let (date, time) = (orm::value::Date::parse(date), orm::value::Time::parse(time));
    DateTime::of(date.expect("a date"), time.expect("a time"))
}

/// A table that another program wrote.
fn left(statements: &[&'static str]) -> Result<Db> {
    let db = db();
    for statement in statements {
        sql(*statement).execute(&db)?;
    }
    Ok(db)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>, column: &str, attribute: &str) {
    let error = result.expect_err("the column holds another form");
    assert!(error.is_other_form(), "{error}");
    assert_eq!(error.column(), Some(column));
    assert!(error.to_string().contains(attribute), "{error}");
}

#[test]
fn what_current_timestamp_wrote_is_compared_as_it_is() -> Result<()> {
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: DateTime,
    }
    let db = left(&[
        "CREATE TABLE events (id INTEGER PRIMARY KEY, at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP)",
        "INSERT INTO events VALUES (1, '2024-04-30 12:34:56'), (2, '2024-05-01 05:59:59'), (3, '2024-05-01 06:00:00'), \
         (4, '2024-05-01 12:34:56')",
    ])?;
    assert_eq!(Event::rows_where(Event::at().lt(at("2024-05-01 06:00:00"))).delete(&db)?, 2);
    let left: Vec<i64> = Event::query().select(Event::id()).all(&db)?;
    assert_eq!(left, [3, 4]);
    assert_eq!(db.check::<Event>()?, []);
    Ok(())
}

#[test]
fn date_times_with_a_t_are_read_and_not_compared() -> Result<()> {
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: DateTime,
    }
    let db = left(&[
        "CREATE TABLE events (id INTEGER PRIMARY KEY, at DATETIME NOT NULL)",
        "INSERT INTO events VALUES (1, '2024-05-01T05:59:59'), (2, '2024-05-01T12:34:56.500')",
    ])?;
    assert_eq!(Event::query().all(&db)?[1].at, at("2024-05-01 12:34:56.5"));
    let bound = at("2024-05-01 06:00:00");
    let attribute = "#[model(stored = iso8601(fraction = auto_si))]";
    refused(Event::rows_where(Event::at().lt(bound)).delete(&db), "at", attribute);
    refused(Event::query().filter(Event::at().eq(bound)).all(&db), "at", attribute);
    let returned = Event::query().select(Event::at());
    refused(Event::query().filter(!Event::at().in_(returned)).all(&db), "at", attribute);
    refused(Event::query().order_by(Event::at().asc()).all(&db), "at", attribute);
    refused(Event::query().max(&db, Event::at()), "at", attribute);
    refused(NewEvent { at: bound }.insert(&db), "at", attribute);
    refused(bulk_insert(&db, [NewEvent { at: bound }]), "at", attribute);
    refused(Event::all_rows().update(&db, Event::at().set(bound)), "at", attribute);
    let event = Event::find(&db, 1)?;
    refused(event.edit(&db, |event| event.at = bound), "at", attribute);
    assert_eq!(Event::query().count(&db)?, 2);
    let found: Vec<String> = db.check::<Event>()?.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].contains(attribute), "{found:?}");
    Ok(())
}

#[test]
fn booleans_as_letters_are_not_compared_as_integers() -> Result<()> {
    #[derive(Model, Debug)]
    struct Post {
        id: i64,
        published: bool,
    }
    let db = left(&[
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, published BOOLEAN)",
        "INSERT INTO posts VALUES (1, 't'), (2, 'f'), (3, 't')",
    ])?;
    assert_eq!(Post::query().all(&db)?.iter().filter(|post| post.published).count(), 2);
    refused(Post::rows_where(Post::published().ne(true)).delete(&db), "published", "#[model(stored = t_f)]");
    refused(Post::query().filter(Post::published().eq(true)).all(&db), "published", "#[model(stored = t_f)]");
    assert_eq!(Post::query().count(&db)?, 3);
    Ok(())
}

#[cfg(feature = "uuid-1")]
#[test]
fn uuids_as_text_are_not_looked_up_as_bytes() -> Result<()> {
    #[derive(Model, Debug)]
    #[has_many(posts: Post)]
    struct User {
        #[model(primary_key)]
        id: uuid::Uuid,
        name: String,
    }
    #[derive(Model, Debug)]
    struct Post {
        id: i64,
        #[belongs_to(user: User)]
        user_id: uuid::Uuid,
    }
    for (text, attribute) in [
        ("550e8400-e29b-41d4-a716-446655440000", "#[model(stored = hyphenated)]"),
        ("550e8400e29b41d4a716446655440000", "#[model(stored = simple)]"),
    ] {
        let db = left(&[
            "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL)",
            "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users)",
        ])?;
        sql("INSERT INTO users VALUES (?1, 'ada')").bind(text).execute(&db)?;
        sql("INSERT INTO posts VALUES (1, ?1)").bind(text).execute(&db)?;
        let id = uuid::Uuid::parse_str(text).expect("a uuid");
        assert_eq!(User::query().all(&db)?[0].id, id);
        refused(User::find(&db, id), "id", attribute);
        refused(User::query().prefetch(User::posts()).all(&db), "user_id", attribute);
        refused(upsert(&db, NewUser { id, name: "eve".into() }, User::id(), User::name()), "id", attribute);
        assert_eq!(User::query().count(&db)?, 1);
    }
    Ok(())
}

#[test]
fn numbers_do_not_tell_their_unit() -> Result<()> {
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: Timestamp,
    }
    let db = left(&[
        "CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER)",
        "INSERT INTO events VALUES (1, 1710498030)",
    ])?;
    let now = Timestamp(at("2024-03-15 10:20:30"));
    refused(Event::query().filter(Event::at().lt(now)).all(&db), "at", "unix_milliseconds");
    let error = Event::query().all(&db).unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("#[model(stored = unix_seconds)]"), "{error}");
    Ok(())
}

#[test]
fn several_forms_in_one_column_are_mixed() -> Result<()> {
    #[derive(Model, Debug)]
    struct Price {
        id: i64,
        amount: Decimal,
    }
    #[derive(Model, Debug)]
    #[model(table = "prices")]
    struct MixedPrice {
        id: i64,
        #[model(stored = mixed)]
        amount: Decimal,
    }
    let db = left(&[
        "CREATE TABLE prices (id INTEGER PRIMARY KEY, amount)",
        "INSERT INTO prices VALUES (1, '19.90'), (2, 5), (3, -0.5), (4, '5.00')",
    ])?;
    let five = Decimal::new(5, 0);
    refused(Price::query().filter(Price::amount().eq(five)).all(&db), "amount", "#[model(stored = mixed)]");
    let ids = |condition| MixedPrice::query().filter(condition).select(MixedPrice::id()).all(&db);
    assert_eq!(ids(MixedPrice::amount().eq(five))?, [2, 4]);
    assert_eq!(ids(MixedPrice::amount().gt(Decimal::ZERO))?, [1, 2, 4]);
    assert_eq!(
        MixedPrice::query().order_by(MixedPrice::amount().asc()).select(MixedPrice::id()).all(&db)?,
        [3, 2, 4, 1]
    );
    assert_eq!(MixedPrice::query().sum(&db, MixedPrice::amount())?, Some(Decimal::new(294, 1)));
    let groups = MixedPrice::query().group_by(MixedPrice::amount()).select((MixedPrice::amount(), orm::count()));
    assert_eq!(groups.all(&db)?.len(), 3);
    let distinct = MixedPrice::query().select(MixedPrice::amount()).distinct();
    assert_eq!((distinct.all(&db)?.len(), distinct.count(&db)?), (3, 3));
    Ok(())
}

/// An address has one text in a column of this library, and several in columns of other programs.
#[test]
fn ip_addresses_in_several_forms_are_mixed() -> Result<()> {
    #[derive(Model, Debug)]
    struct Host {
        id: i64,
        address: IpAddr,
    }
    #[derive(Model, Debug)]
    #[model(table = "hosts")]
    struct MixedHost {
        id: i64,
        #[model(stored = mixed)]
        address: IpAddr,
    }
    let db = left(&[
        "CREATE TABLE hosts (id INTEGER PRIMARY KEY, address TEXT NOT NULL)",
        "INSERT INTO hosts VALUES (1, 'FE80:0::1'), (2, '10.0.0.10/32'), (3, '10.0.0.9'), (4, 'fe80::1')",
    ])?;
    let address: IpAddr = "fe80::1".parse().expect("an address");
    refused(Host::query().filter(Host::address().eq(address)).all(&db), "address", "#[model(stored = mixed)]");
    let addresses: Vec<IpAddr> = Host::query().select(Host::address()).all(&db)?;
    assert_eq!((addresses[0], addresses[3]), (address, address));
    let ids = |condition| MixedHost::query().filter(condition).select(MixedHost::id()).all(&db);
    assert_eq!(ids(MixedHost::address().eq(address))?, [1, 4]);
    assert_eq!(ids(MixedHost::address().lt(address))?, [2, 3]);
    let ordered = MixedHost::query().order_by(MixedHost::address().asc()).select(MixedHost::id());
    assert_eq!(ordered.all(&db)?, [3, 2, 1, 4]);
    Ok(())
}

#[test]
fn a_value_in_no_form_is_said_to_be_one() -> Result<()> {
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: Option<DateTime>,
    }
    let db = left(&[
        "CREATE TABLE events (id INTEGER PRIMARY KEY, at DATETIME)",
        "INSERT INTO events VALUES (1, NULL), (2, '2024-05-01 06:00:00'), (3, '')",
    ])?;
    let found = Event::query().filter(Event::at().gt(at("2024-05-01 00:00:00"))).count(&db);
    refused(found, "at", "not a date and time in any known form");
    Ok(())
}

#[test]
fn the_look_at_a_table_is_bounded_counted_apart_and_done_once() -> Result<()> {
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: DateTime,
    }
    let file = File::new();
    let bound = at("2024-05-01 06:00:00");
    let statements = "CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT NOT NULL);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO events SELECT i, CASE i WHEN 2500 THEN '2024-05-01T05:00:00' ELSE '2024-05-01 05:00:00' END FROM n;";
    file.raw().execute_batch(statements).expect("the table is filled");

    // One value among thousands is only found if all rows are read.
    let db = file.open();
    let query = Event::query().filter(Event::at().lt(bound));
    assert_queries!(&db, 1, { assert_eq!(query.count(&db)?, 4_999) });
    let whole = Db::sqlite().sampled_rows(u64::MAX).open(file.path())?;
    refused(query.count(&whole), "at", "#[model(stored = mixed)]");
    // At the end of the table it is found. A table is checked once.
    file.raw().execute_batch("INSERT INTO events VALUES (6000, '2024-05-01T05:00:00')").expect("a row is inserted");
    assert_eq!(query.count(&db)?, 4_999);
    refused(query.count(&file.open()), "at", "#[model(stored = mixed)]");
    let unchecked = Db::sqlite().sampled_rows(0).open(file.path())?;
    assert_eq!(query.count(&unchecked)?, 4_999);
    Ok(())
}

#[test]
fn a_table_without_rows_is_looked_at_again() -> Result<()> {
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: DateTime,
    }
    let db = left(&["CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT)"])?;
    let query = Event::query().filter(Event::at().lt(at("2024-05-01 06:00:00")));
    assert_eq!(query.count(&db)?, 0);
    sql("INSERT INTO events VALUES (1, '2024-05-01T05:00:00')").execute(&db)?;
    refused(query.count(&db), "at", "iso8601");
    Ok(())
}

#[test]
fn a_view_and_a_table_without_rowids_are_looked_at_too() -> Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "recent")]
    struct Recent {
        id: i64,
        at: DateTime,
    }
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: DateTime,
    }
    let db = left(&[
        "CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT) WITHOUT ROWID",
        "INSERT INTO events VALUES (1, '2024-05-01T05:00:00')",
        "CREATE VIEW recent AS SELECT * FROM events",
    ])?;
    refused(Event::query().filter(Event::at().lt(at("2024-05-01 06:00:00"))).count(&db), "at", "iso8601");
    refused(Recent::query().filter(Recent::at().lt(at("2024-05-01 06:00:00"))).count(&db), "at", "iso8601");
    Ok(())
}

#[test]
fn an_error_shows_no_value() -> Result<()> {
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: DateTime,
    }
    let db =
        left(&["CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT)", "INSERT INTO events VALUES (1, 'a secret')"])?;
    let shown = |error: Error| format!("{error} {error:?}");
    let error = Event::query().filter(Event::at().lt(at("2024-05-01 06:00:00"))).count(&db).unwrap_err();
    assert!(!shown(error).contains("a secret"));
    Ok(())
}

/// The column of a subquery is compared too, and so are those of a union.
#[test]
fn what_a_query_within_a_statement_returns_is_looked_at() -> Result<()> {
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: DateTime,
    }
    #[derive(Model, Debug)]
    struct Visit {
        id: i64,
        since: DateTime,
    }
    let db = left(&[
        "CREATE TABLE events (id INTEGER PRIMARY KEY, at DATETIME NOT NULL)",
        "INSERT INTO events VALUES (1, '2024-05-01 12:34:56')",
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, since DATETIME NOT NULL)",
        "INSERT INTO visits VALUES (1, '2024-05-01T12:34:56')",
    ])?;
    let visits = Visit::query().select(Visit::since());
    refused(Event::query().filter(Event::at().in_(visits.clone())).all(&db), "since", "#[model(stored = iso8601");
    refused(Event::rows_where(!Event::at().in_(visits.clone())).delete(&db), "since", "#[model(stored = iso8601");
    let union = Event::query().select(Event::at()).union(visits);
    refused(union.all(&db), "since", "#[model(stored = iso8601");
    refused(union.count(&db), "since", "#[model(stored = iso8601");
    assert_eq!(Event::query().count(&db)?, 1);
    Ok(())
}
