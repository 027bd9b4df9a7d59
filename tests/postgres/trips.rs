//! The number of round trips of a query, which is its number of levels, not of relations; and the number of statements.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, Model};

use crate::proxy::Proxy;
use crate::server;

#[derive(Model)]
#[has_many(chapters: Chapter)]
#[has_many(reviews: Review)]
#[has_many(editions: Edition)]
#[has_many(quotes: Quote)]
struct Book {
    id: i64,
    title: String,
}

macro_rules! part {
    ($name:ident) => {
        #[derive(Model)]
        struct $name {
            id: i64,
            text: String,
            #[belongs_to(book: Book)]
            book_id: i64,
        }
    };
}

part!(Review);
part!(Edition);
part!(Quote);

#[derive(Model)]
#[has_many(notes: Note)]
struct Chapter {
    id: i64,
    text: String,
    #[belongs_to(book: Book)]
    book_id: i64,
}

#[derive(Model)]
struct Note {
    id: i64,
    text: String,
    #[belongs_to(chapter: Chapter)]
    chapter_id: i64,
}

fn library(url: &str) -> Result<(), Error> {
    let db = Db::connect(url)?;
    db.create_tables::<(Book, Chapter, Review, Edition, Quote, Note)>()?;
    for number in 0..10 {
        let book = NewBook { title: format!("{number}") }.insert(&db)?;
        let (book_id, text) = (book.id, String::from("text"));
        let chapter = NewChapter { text: text.clone(), book_id }.insert(&db)?;
        NewNote { text: text.clone(), chapter_id: chapter.id }.insert(&db)?;
        NewReview { text: text.clone(), book_id }.insert(&db)?;
        NewEdition { text: text.clone(), book_id }.insert(&db)?;
        NewQuote { text, book_id }.insert(&db)?;
    }
    Ok(())
}

/// Four relations next to each other, and one below one of them.
fn load(db: &Db) -> Result<usize, Error> {
    let books = Book::query()
        .prefetch(Book::chapters().prefetch(Chapter::notes()))
        .prefetch(Book::reviews())
        .prefetch(Book::editions())
        .prefetch(Book::quotes())
        .all(db)?;
    Ok(books.iter().map(|book| book.chapters().len() + book.reviews().len()).sum())
}

#[test]
fn a_query_makes_as_many_round_trips_as_it_has_levels() -> Result<(), Error> {
    let url = server::schema();
    library(&url)?;
    let proxy = Proxy::with_delay(Duration::from_millis(1));
    let db = Db::postgres().connections(1).connect(&proxy.url(&url))?;
    let trips_of = |work: &dyn Fn() -> Result<usize, Error>| -> Result<(u64, Duration), Error> {
        let (trips, began) = (proxy.trips(), Instant::now());
        work()?;
        let took = began.elapsed();
        // Data that is sent without waiting for an answer arrives in the meantime.
        thread::sleep(Duration::from_millis(20));
        Ok((proxy.trips() - trips, took))
    };

    // The first run prepares each statement, those of a level together, and reads the indexes.
    let (first, took_first) = trips_of(&|| load(&db))?;
    let (trips, took) = trips_of(&|| load(&db))?;
    let (_, _) = trips_of(&|| Book::query().count(&db).map(|_| 0))?;
    let (one, took_one) = trips_of(&|| Book::query().count(&db).map(|_| 0))?;
    println!("1 ms between program and server:");
    println!("  a count:                                {one} round trip, {took_one:?}");
    println!("  five relations on two levels, prepared: {trips} round trips, {took:?}");
    println!("  the same for the first time:            {first} round trips, {took_first:?}");
    assert_eq!(one, 1);
    // The books, their four relations, and the notes of the chapters. The beginning of the transaction is sent with the
    // books, and its end with the notes.
    assert_eq!(trips, 3);
    assert_eq!(first, 8);
    Ok(())
}

#[derive(Model, Debug)]
struct Loan {
    id: i64,
    reader: String,
    days: u8,
    #[model(db_default = sql("1"))]
    copies: i64,
}

/// A write that returns a row is one round trip, unless reading the row could fail: then it must be possible to roll it
/// back after the row has arrived.
#[test]
fn a_row_that_can_be_read_for_certain_is_written_in_one_round_trip() -> Result<(), Error> {
    let url = server::schema();
    let proxy = Proxy::start();
    let db = Db::postgres().connections(1).connect(&proxy.url(&url))?;
    db.create_tables::<(Book, Loan)>()?;
    let trips_of = |work: &dyn Fn() -> Result<(), Error>| -> Result<u64, Error> {
        // The first run prepares statements and reads the table's definition.
        work()?;
        let before = proxy.trips();
        work()?;
        Ok(proxy.trips() - before)
    };
    let insert = || NewBook { title: "new".into() }.insert(&db).map(|_| ());
    assert_eq!(trips_of(&insert)?, 1);
    let book = Book::find(&db, 1)?;
    let edit = || book.edit(&db, |book| book.title.push('!')).map(|_| ());
    assert_eq!(trips_of(&edit)?, 1);

    // The sent values can be read, and so can any number in a column of numbers.
    let lend = |copies| move |db: &Db| NewLoan { reader: "Ada".into(), days: 14, copies }.insert(db);
    assert_eq!(trips_of(&|| lend(None)(&db).map(|_| ()))?, 1);
    // Some numbers do not fit into a `u8`, and another program may have written the returned row.
    let loan = lend(Some(2))(&db)?;
    assert_eq!(trips_of(&|| loan.edit(&db, |loan| loan.reader.push('!')).map(|_| ()))?, 3);
    assert_eq!(trips_of(&|| loan.edit(&db, |loan| loan.days += 1).map(|_| ()))?, 1);

    // A trigger may change the row in any way.
    orm::sql("CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$").execute(&db)?;
    orm::sql("CREATE TRIGGER keep BEFORE INSERT ON books FOR EACH ROW EXECUTE FUNCTION keep()").execute(&db)?;
    assert_eq!(trips_of(&insert)?, 3);
    Ok(())
}

/// Observers receive each statement that the server executes, and no other.
#[test]
fn there_are_as_many_events_as_statements_on_the_wire() -> Result<(), Error> {
    let url = server::schema();
    library(&url)?;
    let proxy = Proxy::start();
    let db = Db::postgres().connections(1).connect(&format!("{}&sslmode=disable", proxy.url(&url)))?;
    Book::query().count(&db)?;
    let (told, before) = (Arc::new(AtomicU64::new(0)), proxy.executed());
    let counted = Arc::clone(&told);
    db.on_statement(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    load(&db)?;
    load(&db)?;
    db.transaction(|transaction| {
        NewBook { title: "new".into() }.insert(transaction)?;
        let part = transaction.transaction(|part| Book { id: 1, title: "twice".into() }.insert(part));
        assert!(part.is_err_and(|error| error.is_unique_violation()));
        Book::query().chunks(transaction).of_size(3).try_for_each(|chunk| chunk.map(|_| ()))
    })?;
    drop(db.begin()?);
    let wrong = orm::sql("SELECT title FROM books").tuples::<(i64,)>(&db);
    assert!(wrong.is_err_and(|error| error.is_decode()));
    // Data that is sent without waiting for an answer arrives in the meantime.
    Book::query().count(&db)?;
    let told = told.load(Ordering::SeqCst);
    assert!(told > 20, "{told}");
    assert_eq!(proxy.executed() - before, told);
    Ok(())
}
