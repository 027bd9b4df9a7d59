//! Django's rows 57, 61 and 62: rows that no query of ours read, writers in between, and lists of keys of any length.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use orm::{Db, Model, Result, StatementKind};

use super::library::{Address, Author, AuthorLoaded, Book, NewAddress, NewReview, Review, library, library_file};
use super::support::{FileDb, assert_as_lazy, db, either};

#[test]
fn django_057_rows_from_raw_sql() -> Result<()> {
    let db = library();
    // A relation is a value, made before the statement or after it.
    let books = Author::books().order_by(Book::title().desc()).prefetch(Book::reviews());
    let text = either(
        r#"SELECT "name", *, 1 AS "more" FROM "authors" WHERE "id" <> ?1 ORDER BY length("name"), "id" DESC"#,
        r#"SELECT "name", *, 1 AS "more" FROM "authors" WHERE "id" <> $1 ORDER BY length(authors."name"), "id" DESC"#,
    );
    let authors: Vec<Author> = orm::assert_queries!(&db, 1, orm::sql(text).bind(2).rows(&db)?);
    let authors = orm::assert_queries!(&db, 2, orm::prefetch(&db, authors, books)?);
    let authors = orm::assert_queries!(&db, 1, orm::prefetch(&db, authors, Author::bio())?);
    assert_eq!(authors.iter().map(|author| author.id).collect::<Vec<_>>(), [5, 4, 3, 1], "in the order of the rows");
    assert_as_lazy(
        &authors,
        |author| author.books().iter().map(|book| Book::clone(book)).collect::<Vec<_>>(),
        |author| Author::books().order_by(Book::title().desc()).of(author).all(&db),
    );
    assert_as_lazy(&authors, |author| author.bio().as_deref().cloned(), |author| Author::bio().of(author).first(&db));
    assert_eq!(authors[3].books().iter().map(|book| book.reviews().len()).collect::<Vec<_>>(), [0, 3]);
    Ok(())
}

#[test]
fn django_057_rows_that_other_code_read() -> Result<()> {
    let file = library_file();
    let read = file.read(r#"SELECT "id", "title" FROM "books" ORDER BY "title""#);
    let books: Vec<Book> = read.into_iter().map(|(id, title)| Book { id, title }).collect();
    let books = orm::assert_queries!(&file.db, 1, orm::prefetch(&file.db, books, Book::authors())?);
    assert_eq!(books.iter().map(|book| book.authors().len()).collect::<Vec<_>>(), [0, 1, 1, 3, 1]);
    assert_as_lazy(&books, |book| book.authors().to_vec(), |book| Book::authors().of(book).all(&file.db));
    Ok(())
}

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

fn meddled_with(file: &FileDb) -> Arc<AtomicBool> {
    let other = file.another();
    after_the_first_statement(&file.db, move || meddle(&other).expect("the other writer does not wait"))
}

#[test]
fn django_061_root_and_relations_see_one_state() -> Result<()> {
    for filter in [Author::id().is_not_null(), Author::id().le(3)] {
        let file = library_file();
        let query = Author::query()
            .filter(filter)
            .prefetch(Author::books().prefetch(Book::reviews()))
            .prefetch(Author::addresses());
        let before = query.all(&file.db)?;
        let meddled = meddled_with(&file);
        let during = query.all(&file.db)?;
        assert!(meddled.load(Ordering::SeqCst), "the other writer came in between");
        let after = query.all(&file.db)?;
        assert_eq!(before, during);
        assert_ne!(before, after);
        assert!(after[0].books().is_empty());
        assert_eq!(after[0].addresses().len(), 3);
    }
    Ok(())
}

#[test]
fn django_061_queries_of_a_read_transaction_see_one_state() -> Result<()> {
    let file = library_file();
    let query = Author::query().prefetch(Author::books()).prefetch(Author::addresses().order_by(Address::id().desc()));
    let before = query.all(&file.db)?;
    let meddled = meddled_with(&file);
    let tx = file.db.begin_read()?;
    let authors = Author::query().all(&tx)?;
    assert!(meddled.load(Ordering::SeqCst), "the other writer came in between");
    // The N+1 way and completing rows in memory stay whole too.
    assert_as_lazy(&before, |author| author.books().to_vec(), |author| Author::books().of(author).all(&tx));
    let authors = orm::prefetch(&tx, authors, Author::books())?;
    assert!(authors.iter().map(AuthorLoaded::books).eq(before.iter().map(AuthorLoaded::books)));
    tx.commit()?;
    assert_ne!(query.all(&file.db)?, before);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(block, number))]
#[has_many(lines: Line, foreign_key = (page_block, page_number))]
struct Page {
    block: String,
    number: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(page: Page, foreign_key = (page_block, page_number))]
struct Line {
    id: i64,
    page_block: String,
    page_number: i64,
    #[belongs_to(tag: Tag)]
    tag_name: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(lines: Line, foreign_key = tag_name)]
#[many_to_many(likes: Tag, through = "tag_likes", left = "tag", right = "other")]
struct Tag {
    #[model(primary_key)]
    name: String,
}

/// More than a statement can have parameters, on SQLite (32,766) and PostgreSQL (65,535).
const MANY: i64 = 70_000;

/// So many pages, tags and lines, each line on its page with its tag, and each tag liking itself.
fn book(pages: i64) -> Result<Db> {
    let db = db();
    db.create_tables::<(Page, Tag, Line)>()?;
    orm::insert_many(&db, (0..pages).map(|number| NewPage { block: block(number), number }))?;
    orm::insert_many(&db, (0..pages).map(|number| NewTag { name: format!("tag {number}") }))?;
    let line =
        |number| NewLine { page_block: block(number), page_number: number, tag_name: Some(format!("tag {number}")) };
    orm::insert_many(&db, (0..pages).map(line))?;
    db.transaction(|tx| {
        (0..pages).step_by(7).try_for_each(|number| {
            let tag = Tag { name: format!("tag {number}") };
            Tag::likes().link(tx, &tag, [&tag])
        })
    })?;
    Ok(db)
}

fn block(number: i64) -> String {
    format!("block {}", number % 10)
}

#[test]
fn django_062_keys_of_any_number_travel_in_one_statement() -> Result<()> {
    let db = book(MANY)?;
    let rows = usize::try_from(MANY).expect("a small number");
    for (only, expected) in [(1, 1), (MANY, rows)] {
        // Text keys, composite keys and a join table, each by keys and not as a whole table.
        let lines = Line::query()
            .filter(Line::id().le(only))
            .prefetch(Line::tag().prefetch(Tag::lines()).prefetch(Tag::likes()))
            .prefetch(Line::page().prefetch(Page::lines()));
        let lines = orm::assert_queries!(&db, 6, lines.all(&db)?);
        assert_eq!(lines.len(), expected);
        for line in &lines {
            let tag = line.tag().as_ref().expect("each line has a tag");
            assert_eq!(Some(&tag.name), line.tag_name.as_ref());
            assert_eq!(tag.lines().iter().map(|line| line.id).collect::<Vec<_>>(), [line.id]);
            assert_eq!(tag.likes().len(), usize::from((line.id - 1) % 7 == 0));
            assert_eq!(line.page().lines().iter().map(|line| line.id).collect::<Vec<_>>(), [line.id]);
        }
    }
    Ok(())
}

#[test]
fn django_062_lists_of_any_length_are_one_parameter() -> Result<()> {
    let db = book(10)?;
    let ids = |number: i64| Line::query().filter(Line::id().in_((1..=number).rev())).prefetch(Line::page());
    let recording = db.record();
    assert_eq!(ids(3).all(&db)?.len(), 3);
    assert_eq!(ids(MANY).all(&db)?.len(), 10);
    let texts = recording.statements();
    assert_eq!((texts.len(), &texts[..2]), (4, &texts[2..]), "the text does not depend on the number");
    Ok(())
}
