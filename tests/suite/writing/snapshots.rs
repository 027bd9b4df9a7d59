//! Snapshots: a query with its relations, and a read transaction, see one state of the database while others write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use orm::{Db, Model, Result, StatementKind};

use crate::database::Shared;
use crate::schemas::library::{Address, Author, AuthorLoaded, Book, NewAddress, NewReview, Review, library_in};
use crate::support::compare::assert_as_lazy;

/// Calls a function once, when the first statement that reads or writes rows has run.
fn after_the_first_statement(db: &Db, work: impl Fn() + Send + Sync + 'static) -> Arc<AtomicBool> {
    let done = Arc::new(AtomicBool::new(false));
    let is_done = Arc::clone(&done);
    db.on_statement(move |event| {
        if event.kind == StatementKind::Query && !is_done.swap(true, Ordering::SeqCst) {
            work();
        }
    });
    done
}

/// Another writer takes Charlotte's books, moves her home and has her book reviewed.
fn meddle(other: &Db) -> Result<()> {
    let charlotte = Author::find(other, 1)?;
    Author::books().clear(other, &charlotte)?;
    NewAddress { author_id: 1, city: "Roe Head".into() }.insert(other)?;
    NewReview { book_id: Some(2), stars: 1 }.insert(other)?;
    Review { id: 1, book_id: None, stars: 0 }.update(other)
}

fn meddled_with(file: &Shared, db: &Db) -> Arc<AtomicBool> {
    let other = file.open();
    after_the_first_statement(db, move || meddle(&other).expect("the other writer does not wait"))
}

#[test]
fn a_query_and_its_relations_see_one_state_while_others_write() -> Result<()> {
    for filter in [Author::id().is_not_null(), Author::id().le(3)] {
        let file = Shared::new();
        let db = library_in(&file);
        let query = Author::query()
            .filter(filter)
            .prefetch(Author::books().prefetch(Book::reviews()))
            .prefetch(Author::addresses());
        let before = query.all(&db)?;
        let meddled = meddled_with(&file, &db);
        let during = query.all(&db)?;
        assert!(meddled.load(Ordering::SeqCst), "the other writer came in between");
        let after = query.all(&db)?;
        assert_eq!(before, during);
        assert_ne!(before, after);
        assert!(after[0].books().is_empty());
        assert_eq!(after[0].addresses().len(), 3);
    }
    Ok(())
}

#[test]
fn rows_by_keys_and_their_relations_see_one_state_while_others_write() -> Result<()> {
    let file = Shared::new();
    let db = library_in(&file);
    let query = Author::query().prefetch(Author::books());
    let before = query.find_many(&db, [2, 1])?;
    let meddled = meddled_with(&file, &db);
    assert_eq!(query.find_many(&db, [2, 1])?, before);
    assert!(meddled.load(Ordering::SeqCst), "the other writer came in between");
    assert_ne!(query.find_many(&db, [2, 1])?, before);
    Ok(())
}

#[test]
fn queries_of_a_read_transaction_see_one_state() -> Result<()> {
    let file = Shared::new();
    let db = library_in(&file);
    let query = Author::query().prefetch(Author::books()).prefetch(Author::addresses().order_by(Address::id().desc()));
    let before = query.all(&db)?;
    let meddled = meddled_with(&file, &db);
    let tx = db.begin_read()?;
    let authors = Author::query().all(&tx)?;
    assert!(meddled.load(Ordering::SeqCst), "the other writer came in between");
    // The N+1 way and completing rows in memory stay whole too.
    assert_as_lazy(&before, |author| author.books().to_vec(), |author| Author::books().of(author).all(&tx));
    let authors = orm::prefetch(&tx, authors, Author::books())?;
    assert!(authors.iter().map(AuthorLoaded::books).eq(before.iter().map(AuthorLoaded::books)));
    tx.commit()?;
    assert_ne!(query.all(&db)?, before);
    Ok(())
}
