//! How many round trips a query makes: as many as it has levels, not relations.

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

/// Four relations side by side, and one below one of them.
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
        // What is sent without waiting for an answer arrives meanwhile.
        thread::sleep(Duration::from_millis(20));
        Ok((proxy.trips() - trips, took))
    };

    // The first time each statement is prepared, those of a level together.
    let (first, took_first) = trips_of(&|| load(&db))?;
    let (trips, took) = trips_of(&|| load(&db))?;
    let (_, _) = trips_of(&|| Book::query().count(&db).map(|_| 0))?;
    let (one, took_one) = trips_of(&|| Book::query().count(&db).map(|_| 0))?;
    println!("1 ms between program and server:");
    println!("  a count:                                {one} round trip, {took_one:?}");
    println!("  five relations on two levels, prepared: {trips} round trips, {took:?}");
    println!("  the same for the first time:            {first} round trips, {took_first:?}");
    assert_eq!(one, 1);
    // The books, their four relations, and the notes of the chapters. The beginning of the transaction travels with the
    // books, and its end, which is the fourth, is not waited for.
    assert_eq!(trips, 4);
    assert_eq!(first, 7);
    Ok(())
}
