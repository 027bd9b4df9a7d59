//! Inserting what may exist.

use std::thread;

use orm::value::Timestamp;
use orm::{Db, Model, Result, Upsert, Upserted, assert_queries, excluded};

use crate::database::{Shared, db, either};
use crate::schemas::bank::{Account, NewAccount, balances, bank};
use crate::support::text::without_placeholders;

#[test]
fn a_row_that_exists_is_updated_or_skipped() -> Result<()> {
    let db = bank()?;
    let new = |owner: &str, balance| NewAccount { owner: owner.into(), balance, note: Some("new".into()) };
    let ada = orm::upsert(&db, new("Ada", 1), Account::owner(), Account::balance())?;
    assert_eq!(ada, Account { id: 1, owner: "Ada".into(), balance: 1, note: None });
    let dan = orm::upsert(&db, new("Dan", 2), Account::owner(), (Account::balance(), Account::note()))?;
    // PostgreSQL counts a key for the row that was there already, too.
    assert_eq!((dan.id, dan.note.as_deref()), (either(4, 5), Some("new")));
    assert_eq!(orm::insert_or_skip(&db, new("Ben", 9), Account::owner())?, None);
    assert_eq!(orm::insert_or_skip(&db, new("Eve", 9), Account::owner())?.map(|eve| eve.balance), Some(9));
    assert_eq!(balances(&db)?, [1, 50, 0, 2, 9]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Word {
    id: i64,
    #[model(unique)]
    text: String,
    count: i64,
    #[model(default = "none".to_owned(), db_default = "none")]
    note: String,
}

fn new(text: &str, count: i64) -> NewWord {
    NewWord { text: text.into(), count, note: None }
}

/// The words `a` and `b`, each of which was counted once.
fn words() -> Result<Db> {
    let db = db();
    words_in(&db)?;
    Ok(db)
}

fn words_in(db: &Db) -> Result<()> {
    db.create_tables::<Word>()?;
    orm::bulk_insert(db, [new("a", 1), new("b", 1)]).map(|_| ())
}

fn counted(rows: &[Word]) -> Vec<(&str, i64)> {
    rows.iter().map(|word| (word.text.as_str(), word.count)).collect()
}

fn all(db: &Db) -> Result<Vec<Word>> {
    Word::query().order_by(Word::text().asc()).all(db)
}

const COLUMNS: &str = r#""text", "count", "note""#;
const RETURNING: &str = r#"RETURNING "id", "text", "count", "note""#;

/// `INTO "words" …`, with the values of this number of rows.
fn into(rows: usize) -> String {
    let array = |column: &str| format!(r#"coalesce(?, ARRAY(SELECT x."{column}" FROM "words" AS x WHERE false))"#);
    let arrays = ["text", "count", "note"].map(|column| format!("unnest({})", array(column))).join(", ");
    let values = format!("VALUES {}", vec!["(?, ?, ?)"; rows].join(", "));
    let values = if rows > 1 { either(values, format!("SELECT {arrays}")) } else { values };
    format!(r#"INSERT INTO "words" ({COLUMNS}) {values}"#)
}

fn sent(recording: &orm::Recording) -> Vec<String> {
    recording.statements().iter().map(|text| without_placeholders(text)).collect()
}

#[test]
fn many_rows_are_inserted_or_updated_in_one_statement() -> Result<()> {
    let db = words()?;
    let recording = db.record();
    let rows = [new("c", 7), new("b", 8), new("d", 9)];
    let written = Upsert::of(rows, Word::text()).update(Word::count()).all(&db)?;
    let conflict = r#"ON CONFLICT ("text") DO UPDATE SET "count" = excluded."count""#;
    assert_eq!(sent(&recording), [format!("{} {conflict} {RETURNING}", into(3))]);
    assert_eq!(counted(&written), [("c", 7), ("b", 8), ("d", 9)], "as they were given");
    assert_eq!(counted(&all(&db)?), [("a", 1), ("b", 8), ("c", 7), ("d", 9)]);
    assert_eq!(written[1].id, 2);
    let none = assert_queries!(&db, 0, Upsert::of(Vec::<NewWord>::new(), Word::text()).all(&db)?);
    assert_eq!(none, []);
    Ok(())
}

#[test]
fn changes_are_computed_from_the_row_that_exists_and_the_new_one() -> Result<()> {
    let db = words()?;
    let recording = db.record();
    let counting = |rows: Vec<NewWord>| {
        Upsert::of(rows, Word::text()).set((Word::count().add(excluded(Word::count())), Word::note().set("again")))
    };
    let written = counting(vec![new("a", 5), new("c", 2)]).all(&db)?;
    let conflict = r#"ON CONFLICT ("text") DO UPDATE SET "count" = ("words"."count" + excluded."count"), "note" = ?"#;
    assert_eq!(sent(&recording), [format!("{} {conflict} {RETURNING}", into(2))]);
    assert_eq!(counted(&written), [("a", 6), ("c", 2)]);
    assert_eq!(written.iter().map(|word| word.note.as_str()).collect::<Vec<_>>(), ["again", "none"]);
    assert_eq!(counted(&counting(vec![new("a", 1)]).all(&db)?), [("a", 7)]);

    let rows = [new("a", 2), new("b", 3)];
    let product = excluded(Word::count()).mul(Word::count()).sub(1);
    assert_eq!(counted(&Upsert::of(rows, Word::text()).set(product).all(&db)?), [("a", 13), ("b", 2)]);
    let rows = [new("a", 2), new("b", 3)];
    let taken = Word::count().set(excluded(Word::count()).add(10));
    assert_eq!(counted(&Upsert::of(rows, Word::text()).set(taken).all(&db)?), [("a", 12), ("b", 13)]);
    Ok(())
}

#[test]
fn rows_that_exist_are_skipped_where_nothing_changes() -> Result<()> {
    let db = words()?;
    let recording = db.record();
    let rows = [new("b", 8), new("c", 7), new("c", 6), new("a", 5)];
    let written = Upsert::of(rows, Word::text()).all(&db)?;
    assert_eq!(sent(&recording), [format!(r#"{} ON CONFLICT ("text") DO NOTHING {RETURNING}"#, into(4))]);
    assert_eq!(counted(&written), [("c", 7)]);
    assert_eq!(counted(&all(&db)?), [("a", 1), ("b", 1), ("c", 7)]);
    Ok(())
}

fn described(outcomes: &[Upserted<Word>]) -> Vec<(char, &str, i64)> {
    let described = outcomes.iter().map(|outcome| {
        let (text, count) = outcome.row().map_or(("", 0), |word| (&*word.text, word.count));
        match outcome {
            Upserted::Inserted(_) => ('i', text, count),
            Upserted::Updated(_) => ('u', text, count),
            Upserted::Skipped => ('s', text, count),
        }
    });
    described.collect()
}

#[test]
fn it_is_told_which_rows_were_inserted_and_which_updated() -> Result<()> {
    let db = words()?;
    let counting = |rows: Vec<NewWord>| Upsert::of(rows, Word::text()).set(Word::count().add(excluded(Word::count())));
    let recording = db.record();
    let outcomes = counting(vec![new("c", 3), new("b", 2), new("d", 4), new("a", 1)]).outcomes(&db)?;
    assert_eq!(described(&outcomes), [('i', "c", 3), ('u', "b", 3), ('i', "d", 4), ('u', "a", 2)]);
    let inserting = either("DO NOTHING", r#"DO UPDATE SET "text" = excluded."text" WHERE 1 = 0"#);
    let updating = r#"DO UPDATE SET "count" = ("words"."count" + excluded."count")"#;
    let statement = |rows, action| format!(r#"{} ON CONFLICT ("text") {action} {RETURNING}"#, into(rows));
    assert_eq!(sent(&recording), [statement(4, inserting), statement(2, updating)]);

    let of = |rows| counting(rows).outcomes(&db);
    assert_eq!(
        described(&assert_queries!(&db, 1, of(vec![new("e", 1), new("f", 1)])?)),
        [('i', "e", 1), ('i', "f", 1)]
    );
    assert_eq!(
        described(&assert_queries!(&db, 2, of(vec![new("f", 1), new("e", 1)])?)),
        [('u', "f", 2), ('u', "e", 2)]
    );
    assert_eq!(described(&assert_queries!(&db, 1, of(vec![new("g", 1)])?)), [('i', "g", 1)]);
    assert_eq!(described(&assert_queries!(&db, 2, of(vec![new("g", 1)])?)), [('u', "g", 2)]);
    assert_eq!(assert_queries!(&db, 0, of(Vec::new())?), []);

    let rows = [new("h", 1), new("a", 9), new("h", 2), new("i", 1)];
    let skipping = assert_queries!(&db, 1, Upsert::of(rows, Word::text()).outcomes(&db)?);
    assert_eq!(described(&skipping), [('i', "h", 1), ('s', "", 0), ('s', "", 0), ('i', "i", 1)]);
    assert_eq!(counted(&all(&db)?)[0], ("a", 2));
    assert!(skipping[0].is_inserted() && !skipping[1].is_inserted());
    assert_eq!(skipping.into_iter().filter_map(Upserted::into_row).count(), 2);
    Ok(())
}

/// PostgreSQL would refuse it, and SQLite would update the row that it has inserted.
#[test]
fn a_key_that_is_given_twice_is_an_error_and_nothing_is_written() -> Result<()> {
    let db = words()?;
    let update = |rows: Vec<NewWord>| Upsert::of(rows, Word::text()).update(Word::count());
    let many = || (0..6_000).map(|at| new(&format!("word {}", at % 5_999), at)).collect::<Vec<_>>();
    for twice in [vec![new("c", 1), new("c", 2)], vec![new("a", 1), new("b", 3), new("a", 2)], many()] {
        let twice = || twice.iter().map(|word| new(&word.text, word.count)).collect();
        for error in [update(twice()).all(&db).unwrap_err(), update(twice()).outcomes(&db).unwrap_err()] {
            assert!(error.is_invalid(), "{error}");
            assert_eq!(
                error.to_string(),
                "two new rows have the same unique key in table `words` (`text`), and the second would change what the first \
                 wrote; give each key once"
            );
        }
        assert_eq!(counted(&all(&db)?), [("a", 1), ("b", 1)]);
    }
    let tx = db.begin()?;
    assert!(update(vec![new("c", 1), new("c", 2)]).all(&tx).unwrap_err().is_invalid());
    assert_eq!(update(vec![new("c", 1), new("d", 2)]).all(&tx)?.len(), 2, "the transaction goes on");
    tx.commit()?;
    assert_eq!(all(&db)?.len(), 4);
    Ok(())
}

#[test]
fn any_number_of_rows_is_written_in_few_statements() -> Result<()> {
    let db = words()?;
    let rows = || (0..6_000).map(|at| new(&format!("word {at}"), at)).chain([new("a", 1)]);
    let update = |rows: Vec<NewWord>| Upsert::of(rows, Word::text()).set(Word::count().add(excluded(Word::count())));
    let number = either(13, 2);
    let written = assert_queries!(&db, number, update(rows().collect()).all(&db)?);
    assert_eq!((written.len(), written[17].count, written[6_000].count), (6_001, 17, 2));
    let outcomes = assert_queries!(&db, 2 * number, update(rows().rev().collect()).outcomes(&db)?);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Upserted::Updated(_))));
    assert_eq!(outcomes[0].row().map(|word| word.count), Some(3));
    assert_eq!(Word::query().count(&db)?, 6_002);
    // Rows that set other columns need separate statements.
    let noted = |at| NewWord { note: Some("x".into()), ..new(&format!("word {at}"), 1) };
    let parted = vec![new("y", 1), noted(1), new("z", 1)];
    assert_eq!(assert_queries!(&db, either(1, 1), update(parted).all(&db)?).len(), 3);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Seat {
    id: i64,
    number: i64,
    guest: String,
    active: bool,
    left: Option<String>,
}

/// A seat has one guest who has not left.
fn seats(condition: &'static str) -> Result<Db> {
    let db = db();
    db.create_tables::<Seat>()?;
    orm::sql(orm::TrustedSql(format!("CREATE UNIQUE INDEX taken ON seats (number) WHERE {condition}"))).execute(&db)?;
    let seat = |number, guest: &str, left: Option<&str>| NewSeat {
        number,
        guest: guest.into(),
        active: left.is_none(),
        left: left.map(ToOwned::to_owned),
    };
    orm::bulk_insert(&db, [seat(1, "Ada", Some("early")), seat(1, "Ben", None), seat(2, "Cleo", None)])?;
    Ok(db)
}

fn guests(db: &Db) -> Result<Vec<(i64, String, bool)>> {
    let seats = Seat::query().order_by((Seat::number().asc(), Seat::guest().asc())).all(db)?;
    Ok(seats.into_iter().map(|seat| (seat.number, seat.guest, seat.active)).collect())
}

#[test]
fn a_unique_index_of_some_rows_is_named_by_its_condition() -> Result<()> {
    let conditions = [
        (r#""left" IS NULL"#, Seat::left().is_null(), r#""left" IS NULL"#),
        (r#""left" IS NULL AND guest <> 'it''s'"#, Seat::left().is_null() & Seat::guest().ne("it's"), "AND"),
        (
            either("active = 1", "active = true"),
            Seat::active().eq(true),
            either(r#""active" = 1"#, r#""active" = true"#),
        ),
        (
            "number IN (1, 2, 3)  AND \"left\" IS NULL",
            Seat::number().in_([1, 2, 3]) & Seat::left().is_null(),
            "IN (1, 2, 3)",
        ),
    ];
    for (declared, condition, shown) in conditions {
        let db = seats(declared)?;
        let recording = db.record();
        let seat = |number, guest: &str, left: Option<&str>| NewSeat {
            number,
            guest: guest.into(),
            active: left.is_none(),
            left: left.map(ToOwned::to_owned),
        };
        let rows = [seat(1, "Dan", None), seat(2, "Eve", Some("late")), seat(3, "Fay", None)];
        let written = Upsert::of(rows, Seat::number()).index_where(condition).update(Seat::guest()).outcomes(&db)?;
        assert_eq!(written.iter().map(Upserted::is_inserted).collect::<Vec<_>>(), [false, true, true], "{declared}");
        assert!(recording.statements()[1].contains(shown), "{:?}", recording.statements());
        let expected = [(1, "Ada", false), (1, "Dan", true), (2, "Cleo", true), (2, "Eve", false), (3, "Fay", true)];
        assert_eq!(guests(&db)?, expected.map(|(number, guest, active)| (number, guest.to_owned(), active)));
    }
    let db = seats(r#""left" IS NULL"#)?;
    let seat = || NewSeat { number: 1, guest: "Dan".into(), active: true, left: None };
    let refused = Upsert::of([seat()], Seat::number()).index_where(Seat::id().in_([1]).not_in_an_index()).all(&db);
    assert!(refused.unwrap_err().is_invalid());
    assert!(Upsert::of([seat()], Seat::number()).all(&db).is_err(), "no index has all rows");
    Ok(())
}

trait NotInAnIndex {
    fn not_in_an_index(self) -> Self;
}

impl NotInAnIndex for orm::Condition<Seat> {
    fn not_in_an_index(self) -> Self {
        self & Seat::guest().contains("x")
    }
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Page {
    id: i64,
    #[model(unique)]
    title: String,
    text: String,
    #[model(version)]
    version: i64,
    #[model(created_at)]
    written: Timestamp,
    #[model(updated_at)]
    changed: Timestamp,
}

#[test]
fn versions_count_up_and_moments_are_set() -> Result<()> {
    let db = db();
    db.create_tables::<Page>()?;
    let page = |title: &str| NewPage { title: title.into(), text: "new".into(), written: None, changed: None };
    let first = page("a").insert(&db)?;
    let write = || Upsert::of([page("a"), page("b")], Page::title()).update(Page::text());
    let written = write().all(&db)?;
    assert_eq!(written.iter().map(|page| page.version).collect::<Vec<_>>(), [2, 1]);
    assert!(written[0].written == first.written && written[0].changed > first.changed);
    let outcomes = write().outcomes(&db)?;
    let rows: Vec<&Page> = outcomes.iter().filter_map(Upserted::row).collect();
    assert_eq!(rows.iter().map(|page| page.version).collect::<Vec<_>>(), [3, 2]);
    assert!(rows[0].changed > written[0].changed);
    let moment = first.written;
    let set = Upsert::of([page("a"), page("b")], Page::title()).set(Page::changed().set(moment)).all(&db)?;
    assert_eq!((set[0].changed, set[0].version), (moment, 4));
    let skipped = Upsert::of([page("a"), page("c")], Page::title()).all(&db)?;
    assert_eq!((skipped.len(), Page::find(&db, 1)?.version), (1, 4));
    Ok(())
}

#[test]
fn what_cannot_be_changed_is_an_error_and_sends_nothing() -> Result<()> {
    let db = words()?;
    db.create_tables::<Page>()?;
    let rows = || Upsert::of([new("a", 1), new("b", 2)], Word::text());
    let page = || NewPage { title: "a".into(), text: "b".into(), written: None, changed: None };
    let pages = || Upsert::of([page()], Page::title());
    let errors = [
        (
            rows().update(Word::count()).set(Word::count().add(1)).all(&db).unwrap_err(),
            "`Word.count` is changed twice in one update",
        ),
        (
            rows().set(Word::id().set(7)).all(&db).unwrap_err(),
            "an upsert of several rows cannot change `Word.id`, the primary key that identifies them; leave it out of \
             the change, or upsert the rows one by one",
        ),
        (
            pages().update(Page::version()).all(&db).unwrap_err(),
            "`Page.version` is the version, which every update increments; leave it out of the change",
        ),
        (
            rows().update(Word::count()).index_where(Word::note().contains("x")).outcomes(&db).unwrap_err(),
            "the condition of an index compares columns with numbers, booleans, and texts without a backslash; write it as in the index itself",
        ),
    ];
    for (error, expected) in errors {
        assert!(error.is_invalid());
        assert_eq!(error.to_string(), expected);
    }
    let one = Upsert::of([new("a", 1)], Word::text()).set(Word::id().set(7)).all(&db)?;
    assert_eq!(one[0].id, 7, "one row is told by itself");
    Ok(())
}

/// The new row of an upsert is only available in its changes.
#[test]
fn excluded_stands_for_nothing_elsewhere() -> Result<()> {
    let db = words()?;
    let errors = [
        Word::query().filter(Word::count().eq(excluded(Word::count()))).all(&db).unwrap_err(),
        Word::query().order_by(excluded(Word::count()).asc()).all(&db).unwrap_err(),
        Word::query().select(excluded(Word::count())).all(&db).unwrap_err(),
        Word::all_rows().update(&db, Word::count().add(excluded(Word::count()))).unwrap_err(),
    ];
    for error in errors {
        assert!(error.is_encode(), "{error}");
        assert!(
            error.to_string().contains("`excluded` is the new row of an upsert, and means nothing elsewhere"),
            "{error}"
        );
    }
    assert_eq!(counted(&all(&db)?), [("a", 1), ("b", 1)]);
    Ok(())
}

#[test]
fn a_row_that_violates_another_constraint_leaves_nothing() -> Result<()> {
    let db = bank()?;
    let new = |owner: &str, balance| NewAccount { owner: owner.into(), balance, note: None };
    let overflow = Account::balance().add(excluded(Account::balance()));
    let rows = [new("Dan", 1), new("Ada", i64::MAX)];
    let error = Upsert::of(rows, Account::owner()).set(overflow).all(&db).unwrap_err();
    assert!(error.is_overflow() || error.is_decode() || error.is_encode(), "{error}");
    assert_eq!(balances(&db)?, [100, 50, 0]);
    let none = Upsert::of([new("Dan", 1)], Account::balance()).update(Account::note()).all(&db);
    assert!(none.is_err(), "no unique index has the column");
    assert_eq!(balances(&db)?, [100, 50, 0]);
    Ok(())
}

/// Each thread counts the same words, and each word is inserted by one of them.
#[test]
fn threads_that_write_the_same_rows_lose_none() -> Result<()> {
    let shared = Shared::new();
    let db = shared.open();
    db.create_tables::<Word>()?;
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let db = db.clone();
            thread::spawn(move || -> Result<usize> {
                let mut inserted = 0;
                for round in 0..20 {
                    let rows = (0..3).map(|at| new(&format!("word {}", (round / 2 + at) % 10), 1));
                    let counting = Upsert::of(rows, Word::text()).set(Word::count().add(excluded(Word::count())));
                    if (round + thread) % 4 == 0 {
                        counting.all(&db)?;
                    } else {
                        inserted += counting.outcomes(&db)?.iter().filter(|outcome| outcome.is_inserted()).count();
                    }
                }
                Ok(inserted)
            })
        })
        .collect();
    let mut inserted = 0;
    for thread in threads {
        inserted += thread.join().expect("the thread ends well")?;
    }
    let words = all(&db)?;
    assert_eq!(words.iter().map(|word| word.count).sum::<i64>(), 4 * 20 * 3);
    assert!(inserted <= words.len(), "none is inserted twice: {inserted} of {}", words.len());
    Ok(())
}
