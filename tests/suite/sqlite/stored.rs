//! Stored forms of values for which SQLite has no type. In each form, every comparison, order, page and relation has
//! the same result as in Rust.

use orm::value::{DateTime, Decimal, Time, Timestamp};
use orm::{Model, Result, TrustedSql, insert_many, sql, upsert};

use super::database::db;

/// Date-times around a few seconds, with and without fractions, and far from them.
fn moments() -> Vec<DateTime> {
    let fractions = [0, 500_000_000, 120_000_000, 123_000_000, 123_456_000, 1_000, 999_999_000];
    let seconds = [1_710_498_029, 1_710_498_030, 1_710_547_200, -14_182_940, 253_402_300_799, 0];
    let all = seconds.iter().flat_map(|&second| fractions.iter().map(move |&part| DateTime::new(second, part)));
    all.map(|at| at.expect("a date-time")).collect()
}

/// The values to compare with: the same ones, and timestamps that no form can express.
fn bounds() -> Vec<DateTime> {
    let finer = moments().into_iter().map(|at| DateTime::new(at.seconds(), at.nanoseconds() + 1).expect("a date-time"));
    moments().into_iter().chain(finer).collect()
}

fn decimals() -> Vec<Decimal> {
    ["19.9", "0.1", "-5", "100", "12345678.9", "0", "-0.25", "0.07", "3"].map(ParseDecimal::parse_decimal).into()
}

trait ParseDecimal {
    fn parse_decimal(&self) -> Decimal;
}

impl ParseDecimal for str {
    fn parse_decimal(&self) -> Decimal {
        Decimal::parse(self).expect("a decimal")
    }
}

/// Truncates a date-time to steps of this number of nanoseconds.
fn cut(at: DateTime, step: u32) -> DateTime {
    DateTime::new(at.seconds(), at.nanoseconds() - at.nanoseconds() % step).expect("a date-time")
}

/// A test for each form: a model whose field is stored in it, the values, the stored text of the first two, and the
/// stored values.
macro_rules! forms {
    ($($name:ident: $type:ty, ($($form:tt)*), $values:expr, $bounds:expr, $kept:expr, $stored:expr;)*) => {$(
        #[test]
        #[expect(clippy::too_many_lines, reason = "one set of rows goes through everything that uses a form")]
        fn $name() -> Result<()> {
            #[derive(Model, Clone, Debug, PartialEq)]
            #[model(table = "events", index(at))]
            #[has_many(entries: Entry, foreign_key = event_at, references = at)]
            struct Event {
                id: i64,
                #[model(stored = $($form)*)]
                at: $type,
                #[model(stored = $($form)*)]
                maybe: Option<$type>,
            }
            /// Refers to an event by its timestamp.
            #[derive(Model, Clone, Debug, PartialEq)]
            #[model(table = "entries")]
            struct Entry {
                id: i64,
                #[model(stored = $($form)*)]
                event_at: $type,
            }
            /// The timestamp is the key.
            #[derive(Model, Clone, Debug, PartialEq)]
            #[model(table = "days")]
            struct Day {
                #[model(primary_key, stored = $($form)*)]
                at: $type,
                note: String,
            }

            let db = db();
            db.create_tables::<(Event, Entry, Day)>()?;
            assert_eq!(db.check::<(Event, Entry, Day)>()?, []);
            let values: Vec<$type> = $values;
            let bounds: Vec<$type> = $bounds;
            let kept: fn($type) -> $type = $kept;
            let written = insert_many(&db, values.iter().map(|&at| NewEvent { at, maybe: Some(at) }))?;
            NewEvent { at: values[0], maybe: None }.insert(&db)?;

            // The returned value is the stored one in its form.
            let found: Vec<$type> = written.iter().map(|event| event.at).collect();
            assert_eq!(found, values.iter().map(|&at| kept(at)).collect::<Vec<_>>());
            let stored = sql("SELECT quote(at) FROM events ORDER BY id LIMIT 2").tuples::<(String,)>(&db)?;
            let stored: Vec<&str> = stored.iter().map(|(text,)| text.as_str()).collect();
            assert_eq!(stored, $stored);
            let rows = Event::query().order_by(Event::id().asc()).all(&db)?;
            assert_eq!(&rows[..written.len()], &written[..]);

            let ids = |condition| -> Result<Vec<i64>> {
                Event::query().filter(condition).order_by(Event::id().asc()).select(Event::id()).all(&db)
            };
            let expected = |holds: &dyn Fn($type) -> bool| -> Vec<i64> {
                rows.iter().filter(|event| holds(event.at)).map(|event| event.id).collect()
            };
            for &bound in &bounds {
                assert_eq!(ids(Event::at().eq(bound))?, expected(&|at| at == bound), "= {bound:?}");
                assert_eq!(ids(Event::at().ne(bound))?, expected(&|at| at != bound), "<> {bound:?}");
                assert_eq!(ids(Event::at().lt(bound))?, expected(&|at| at < bound), "< {bound:?}");
                assert_eq!(ids(Event::at().le(bound))?, expected(&|at| at <= bound), "<= {bound:?}");
                assert_eq!(ids(Event::at().gt(bound))?, expected(&|at| at > bound), "> {bound:?}");
                assert_eq!(ids(Event::at().ge(bound))?, expected(&|at| at >= bound), ">= {bound:?}");
                let (least, greatest) = (bound.min(bounds[3]), bound.max(bounds[3]));
                assert_eq!(
                    ids(Event::at().between(least, greatest))?,
                    expected(&|at| least <= at && at <= greatest),
                    "between {least:?} and {greatest:?}"
                );
                assert_eq!(ids(Event::at().in_([bound, values[1]]))?, expected(&|at| at == bound || at == values[1]));
                let not_null = |id: &i64| rows.iter().any(|event| event.id == *id && event.maybe.is_some());
                let mut differs = expected(&|at| at != bound);
                differs.retain(not_null);
                assert_eq!(ids(!Event::maybe().eq(bound))?, differs, "NULL is neither equal nor different");
            }
            assert_eq!(ids(Event::at().eq(Event::maybe()))?, written.iter().map(|event| event.id).collect::<Vec<_>>());

            // Orders, and pages through them in both directions.
            let mut sorted = rows.clone();
            sorted.sort_by(|left, right| left.at.cmp(&right.at).then(left.id.cmp(&right.id)));
            assert_eq!(Event::query().order_by(Event::at().asc()).all(&db)?, sorted);
            let mut paged = Vec::new();
            let mut after = None;
            loop {
                let page = Event::query().order_by(Event::at().asc()).page(5).after(after).read(&db)?;
                after = page.next;
                paged.extend(page.rows);
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(paged, sorted);
            sorted.sort_by(|left, right| right.at.cmp(&left.at).then(right.id.cmp(&left.id)));
            assert_eq!(Event::query().order_by(Event::at().desc()).all(&db)?, sorted);

            // Values computed from rows, and groups of them.
            assert_eq!(Event::query().min(&db, Event::at())?, rows.iter().map(|event| event.at).min());
            assert_eq!(Event::query().max(&db, Event::at())?, rows.iter().map(|event| event.at).max());
            let mut distinct: Vec<$type> = rows.iter().map(|event| event.at).collect();
            distinct.sort();
            distinct.dedup();
            let found = Event::query().select(Event::at()).distinct().order_by(Event::at().asc()).all(&db)?;
            assert_eq!(found, distinct);
            let groups = Event::query().group_by(Event::at()).select((Event::at(), orm::count())).all(&db)?;
            assert_eq!(groups.len(), distinct.len());
            assert_eq!(groups.iter().map(|(_, number)| number).sum::<u64>(), rows.len() as u64);

            // Relations by the timestamp, and the timestamp as a key.
            for event in &distinct {
                NewEntry { event_at: *event }.insert(&db)?;
            }
            for event in Event::query().prefetch(Event::entries()).all(&db)? {
                let entries: Vec<$type> = event.entries().iter().map(|entry| entry.event_at).collect();
                assert_eq!(entries, [event.at]);
                assert_eq!(Event::entries().of(&event).count(&db)?, 1);
            }
            assert_eq!(Event::query().filter(Event::entries().any(Entry::event_at().eq(distinct[0]))).count(&db)?, {
                rows.iter().filter(|event| event.at == distinct[0]).count() as u64
            });
            for &at in &distinct {
                Day { at, note: "new".into() }.insert(&db)?;
            }
            assert_eq!(Day::find(&db, distinct[1])?.at, distinct[1]);
            let again = Day { at: distinct[1], note: "again".into() };
            assert!(again.insert(&db).unwrap_err().is_unique_violation());
            let upserted = upsert(&db, NewDay { at: distinct[1], note: "upserted".into() }, Day::at(), Day::note())?;
            assert_eq!((upserted.at, Day::query().count(&db)?), (distinct[1], distinct.len() as u64));
            again.update(&db)?;
            assert_eq!(Day::find(&db, distinct[1])?, again);

            // Updates write the form, too.
            let event = rows[1].clone().edit(&db, |event| event.maybe = Some(values[0]))?;
            assert_eq!(event.maybe, Some(kept(values[0])));
            Event::all_rows().update(&db, (Event::at().set(values[1]), Event::maybe().set(Event::at())))?;
            assert_eq!(Event::query().filter(Event::at().eq(kept(values[1]))).count(&db)?, rows.len() as u64);
            let forms = "SELECT count(DISTINCT quote(at)), count(*) - count(maybe) FROM events";
            assert_eq!(sql(forms).tuples::<(i64, i64)>(&db)?, [(1, 0)]);
            Ok(())
        }
    )*};
}

fn timestamps(all: Vec<DateTime>) -> Vec<Timestamp> {
    all.into_iter().map(Timestamp).collect()
}

fn times() -> Vec<Time> {
    moments().into_iter().map(DateTime::time).collect()
}

fn finer_times() -> Vec<Time> {
    bounds().into_iter().map(DateTime::time).collect()
}

#[cfg(feature = "uuid-1")]
fn uuids() -> Vec<uuid::Uuid> {
    [0x550e_8400_e29b_41d4_a716_4466_5544_0000, 0, u128::MAX, 0x1234_5678_9012_3456_7890_1234_5678_9012]
        .map(uuid::Uuid::from_u128)
        .into()
}

const MICROSECOND: u32 = 1_000;
const MILLISECOND: u32 = 1_000_000;
const SECOND: u32 = 1_000_000_000;

forms! {
    date_times_as_sqlite_writes_them: DateTime, (sqlite), moments(), bounds(), |at| cut(at, MICROSECOND),
        ["'2024-03-15 10:20:29'", "'2024-03-15 10:20:29.5'"];
    date_times_natively: DateTime, (native), moments(), bounds(), |at| cut(at, MICROSECOND),
        ["'2024-03-15 10:20:29'", "'2024-03-15 10:20:29.5'"];
    instants_in_iso_8601: Timestamp, (iso8601), timestamps(moments()), timestamps(bounds()), |at| at,
        ["'2024-03-15T10:20:29Z'", "'2024-03-15T10:20:29.5Z'"];
    instants_in_iso_8601_with_milliseconds: Timestamp, (iso8601(fraction = 3)),
        timestamps(moments()), timestamps(bounds()), |Timestamp(at)| Timestamp(cut(at, MILLISECOND)),
        ["'2024-03-15T10:20:29.000Z'", "'2024-03-15T10:20:29.500Z'"];
    instants_with_an_offset_and_as_many_digits_as_needed: Timestamp, (iso8601(fraction = auto_si, offset = "+00:00")),
        timestamps(moments()), timestamps(bounds()), |at| at,
        ["'2024-03-15T10:20:29+00:00'", "'2024-03-15T10:20:29.500+00:00'"];
    instants_with_six_digits_or_none: Timestamp, (sqlite(fraction = optional(6))),
        timestamps(moments()), timestamps(bounds()), |at| at,
        ["'2024-03-15 10:20:29'", "'2024-03-15 10:20:29.500000'"];
    instants_with_six_digits_and_an_offset: Timestamp, (sqlite(fraction = 6, offset = " +00:00")),
        timestamps(moments()), timestamps(bounds()), |at| at,
        ["'2024-03-15 10:20:29.000000 +00:00'", "'2024-03-15 10:20:29.500000 +00:00'"];
    date_times_with_one_digit_at_least: DateTime, (sqlite(fraction = at_least(1))), moments(), bounds(), |at| at,
        ["'2024-03-15 10:20:29.0'", "'2024-03-15 10:20:29.5'"];
    date_times_without_a_fraction: DateTime, (sqlite(fraction = none)), moments(), bounds(), |at| cut(at, SECOND),
        ["'2024-03-15 10:20:29'", "'2024-03-15 10:20:29'"];
    instants_as_unix_seconds: Timestamp, (unix_seconds), timestamps(moments()), timestamps(bounds()),
        |Timestamp(at)| Timestamp(cut(at, SECOND)), ["1710498029", "1710498029"];
    instants_as_unix_milliseconds: Timestamp, (unix_milliseconds), timestamps(moments()), timestamps(bounds()),
        |Timestamp(at)| Timestamp(cut(at, MILLISECOND)), ["1710498029000", "1710498029500"];
    instants_as_real_unix_milliseconds: Timestamp, (unix_milliseconds(real)), timestamps(moments()), timestamps(bounds()),
        |Timestamp(at)| Timestamp(cut(at, MILLISECOND)), ["1710498029000.0", "1710498029500.0"];
    date_times_as_unix_microseconds: DateTime, (unix_microseconds), moments(), bounds(), |at| at,
        ["1710498029000000", "1710498029500000"];
    date_times_as_julian_days: DateTime, (julian_day), moments(), bounds(), |at| cut(at, MILLISECOND),
        ["2460384.9308912037", "2460384.9308969909"];
    date_times_in_mixed_forms: DateTime, (mixed), moments(), bounds(), |at| at,
        ["'2024-03-15 10:20:29'", "'2024-03-15 10:20:29.5'"];
    times_of_day_natively: Time, (sqlite), times(), finer_times(), |at| at, ["'10:20:29'", "'10:20:29.5'"];
    times_of_day_after_a_date: Time, (sqlite(dated, fraction = optional(6))), times(), finer_times(), |at| at,
        ["'2000-01-01 10:20:29'", "'2000-01-01 10:20:29.500000'"];
    decimals_natively: Decimal, (native), decimals(), decimals(), |number| number, ["'19.9'", "'0.1'"];
    decimals_as_numbers: Decimal, (numeric), decimals(), finer_decimals(), |number| number, ["19.9", "0.1"];
    decimals_of_two_digits: Decimal, (fixed(2)), decimals(), finer_decimals(), |number| number, ["'19.90'", "'0.10'"];
    decimals_in_cents: Decimal, (minor_units(2)), decimals(), finer_decimals(), |number| number, ["1990", "10"];
    decimals_in_mixed_forms: Decimal, (mixed), decimals(), finer_decimals(), |number| number, ["'19.9'", "'0.1'"];
}

#[cfg(feature = "uuid-1")]
forms! {
    uuids_as_bytes: uuid::Uuid, (native), uuids(), uuids(), |id| id,
        ["X'550E8400E29B41D4A716446655440000'", "X'00000000000000000000000000000000'"];
    uuids_with_hyphens: uuid::Uuid, (hyphenated), uuids(), uuids(), |id| id,
        ["'550e8400-e29b-41d4-a716-446655440000'", "'00000000-0000-0000-0000-000000000000'"];
    uuids_of_digits_alone: uuid::Uuid, (simple), uuids(), uuids(), |id| id,
        ["'550e8400e29b41d4a716446655440000'", "'00000000000000000000000000000000'"];
    uuids_in_braces: uuid::Uuid, (braced(upper)), uuids(), uuids(), |id| id,
        ["'{550E8400-E29B-41D4-A716-446655440000}'", "'{00000000-0000-0000-0000-000000000000}'"];
}

/// Numbers that do not fit into a column of cents, and a number that no floating-point number equals.
fn finer_decimals() -> Vec<Decimal> {
    let finer = [
        "19.901",
        "19.899",
        "-5.001",
        "0.099999999999999999999",
        "100.00000000000000000001",
        "-0.2500000000000000000001",
    ];
    decimals().into_iter().chain(finer.map(ParseDecimal::parse_decimal)).collect()
}

/// Booleans have no order that a test with many values could check.
macro_rules! booleans {
    ($($name:ident: ($($form:tt)*), $stored:expr;)*) => {$(
        #[test]
        fn $name() -> Result<()> {
            #[derive(Model, Clone, Debug, PartialEq)]
            #[model(table = "posts", index(published))]
            struct Post {
                id: i64,
                #[model(stored = $($form)*)]
                published: bool,
                #[model(stored = $($form)*, db_default = true)]
                visible: bool,
                #[model(stored = $($form)*)]
                featured: Option<bool>,
            }
            let db = db();
            db.create_tables::<Post>()?;
            assert_eq!(db.check::<Post>()?, []);
            let flags = [(true, None), (false, Some(true)), (true, Some(false))];
            let written = insert_many(
                &db,
                flags.map(|(published, featured)| NewPost { published, visible: None, featured }),
            )?;
            let found: Vec<_> = written.iter().map(|post| (post.published, post.visible, post.featured)).collect();
            assert_eq!(found, flags.map(|(published, featured)| (published, true, featured)));
            let stored = sql("SELECT quote(published), quote(visible), quote(featured) FROM posts ORDER BY id LIMIT 2");
            let stored: Vec<(String, String, String)> = stored.tuples(&db)?;
            let [yes, no] = $stored;
            assert_eq!(stored, [(yes, yes, "NULL"), (no, yes, yes)].map(|(a, b, c)| (a.into(), b.into(), c.into())));

            let ids = |condition| Post::query().filter(condition).select(Post::id()).all(&db);
            assert_eq!(ids(Post::published().eq(true))?, [1, 3]);
            assert_eq!(ids(Post::published().ne(true))?, [2]);
            assert_eq!(ids(Post::published().in_([false]))?, [2]);
            assert_eq!(ids(Post::featured().eq(Post::published()))?, Vec::<i64>::new());
            assert_eq!(ids(!Post::featured().eq(true))?, [3]);
            assert_eq!(ids(Post::featured().eq(None))?, [1]);
            assert_eq!(Post::query().order_by(Post::published().asc()).select(Post::id()).all(&db)?, [2, 1, 3]);
            assert_eq!(Post::query().min(&db, Post::published())?, Some(false));
            assert_eq!(Post::query().select((Post::published(), Post::featured())).all(&db)?, flags);
            assert_eq!(Post::rows_where(Post::published().ne(true)).delete(&db)?, 1);
            assert_eq!(ids(Post::published().eq(true))?, [1, 3]);
            Ok(())
        }
    )*};
}

booleans! {
    booleans_as_integers: (native), ["1", "0"];
    booleans_as_letters: (t_f), ["'t'", "'f'"];
    booleans_as_words: (true_false), ["'true'", "'false'"];
    booleans_as_capitals: (y_n), ["'Y'", "'N'"];
    booleans_as_words_that_sort_the_other_way: (words("an", "aus")), ["'an'", "'aus'"];
    booleans_in_mixed_forms: (mixed), ["1", "0"];
}

/// An index can be used if the form sorts like its values. It cannot be used if a function has to read the values.
#[test]
fn an_index_on_the_column_serves() -> Result<()> {
    #[derive(Model)]
    #[model(table = "events", stored(unix_milliseconds, minor_units(2)))]
    struct Event {
        id: i64,
        #[model(index)]
        at: Timestamp,
        #[model(index)]
        price: Decimal,
        #[model(index, stored = iso8601)]
        iso: Timestamp,
    }
    let db = db();
    db.create_tables::<Event>()?;
    let at = Timestamp(moments()[0]);
    let plan = |condition| -> Result<String> {
        let recording = db.record();
        Event::query().filter(condition).count(&db)?;
        // The plan does not depend on the values.
        let text = recording.statements().concat().replace("?1", "1").replace("?2", "1");
        let rows = sql(TrustedSql(format!("EXPLAIN QUERY PLAN {text}"))).tuples::<(i64, i64, i64, String)>(&db)?;
        Ok(rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("; "))
    };
    for condition in [Event::at().eq(at), Event::at().gt(at), Event::at().between(at, at)] {
        assert!(plan(condition)?.contains("SEARCH"), "the index of unix milliseconds");
    }
    assert!(plan(Event::price().lt("19.905".parse_decimal()))?.contains("SEARCH"));
    assert!(plan(Event::iso().eq(at))?.contains("SEARCH"), "equality needs no order");
    assert!(plan(Event::iso().gt(at))?.contains("SCAN"), "a `Z` after a fraction of any length does not sort");
    Ok(())
}

#[test]
fn a_struct_gives_its_fields_forms_and_a_field_its_own() -> Result<()> {
    #[derive(Model, Clone, Debug, PartialEq)]
    #[model(table = "events", stored(unix_seconds, t_f, minor_units(2)))]
    struct Event {
        id: i64,
        title: String,
        at: Timestamp,
        #[model(stored = iso8601(fraction = 3))]
        ended: Option<DateTime>,
        done: bool,
        #[model(stored = native)]
        seen: bool,
        price: Decimal,
    }
    let db = db();
    db.create_tables::<Event>()?;
    let moment = DateTime::new(1_710_498_030, 0).expect("a moment");
    NewEvent {
        title: "x".into(),
        at: Timestamp(moment),
        ended: Some(moment),
        done: true,
        seen: true,
        price: "1.5".parse_decimal(),
    }
    .insert(&db)?;
    let stored =
        sql("SELECT at, ended, done, seen, price FROM events").tuples::<(i64, String, String, i64, i64)>(&db)?;
    assert_eq!(stored, [(1_710_498_030, "2024-03-15T10:20:30.000".into(), "t".into(), 1, 150)]);
    Ok(())
}

#[test]
fn the_moment_of_a_write_has_the_form_of_its_column() -> Result<()> {
    #[derive(Model)]
    struct Login {
        id: i64,
        #[model(created_at, stored = unix_seconds)]
        first: Timestamp,
        #[model(updated_at, stored = iso8601(fraction = 3, offset = "+00:00"))]
        last: Timestamp,
    }
    let db = db();
    db.create_tables::<Login>()?;
    let before = Timestamp::now();
    let login = NewLogin { first: None, last: None }.insert(&db)?;
    assert_eq!(login.first.0.seconds(), login.last.0.seconds());
    assert!(login.first.0.nanoseconds() == 0 && login.last.0.nanoseconds() % 1_000_000 == 0);
    Login::all_rows().update(&db, Login::id().set(login.id))?;
    let after = Timestamp::now();
    let stored: Vec<(i64, String)> = sql("SELECT first, last FROM logins").tuples(&db)?;
    assert!((before.0.seconds()..=after.0.seconds()).contains(&stored[0].0), "{stored:?}");
    assert!(stored[0].1.len() == "2024-03-15T10:20:30.123+00:00".len() && stored[0].1.ends_with("+00:00"));
    assert_eq!(Login::query().filter(Login::last().le(after) & Login::first().le(before)).count(&db)?, 1);
    Ok(())
}
