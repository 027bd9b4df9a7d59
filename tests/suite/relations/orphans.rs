//! Rows that refer to missing rows, where the database does not prevent it.

use orm::{Db, Model, Result};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(books: Book)]
#[has_one(desk: Desk)]
#[many_to_many(prizes: Prize, through = Award)]
struct Author {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(pages: Page)]
struct Book {
    id: i64,
    title: String,
    #[belongs_to(author: Author)]
    author_id: i64,
    #[belongs_to(editor: Author)]
    editor_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Page {
    id: i64,
    text: String,
    book_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Desk {
    id: i64,
    author_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(authors: Author, through = Award)]
struct Prize {
    id: i64,
}

/// A join model without a key over the pair, so that a link may occur twice.
#[derive(Model, Clone, Debug, PartialEq)]
struct Award {
    id: i64,
    author_id: i64,
    prize_id: i64,
}

/// The table of [`Book`] without its foreign keys.
#[derive(Model)]
#[model(table = "books")]
struct LooseBook {
    id: i64,
    title: String,
    author_id: i64,
    editor_id: Option<i64>,
}

/// Authors 1 and 3. Books 1, 2 and 3 of authors 1, 2 (missing) and 3; 3 is edited by the missing 2.
fn library() -> Result<Db> {
    let db = db();
    db.create_tables::<(Author, LooseBook, Page, Desk, Prize, Award)>()?;
    for id in [1, 3] {
        Author { id, name: format!("A{id}") }.insert(&db)?;
    }
    for (author_id, editor_id) in [(1, Some(1)), (2, None), (3, Some(2))] {
        NewLooseBook { title: format!("of {author_id}"), author_id, editor_id }.insert(&db)?;
    }
    Ok(db)
}

/// All authors, as a whole table and by their keys: the two must load the same.
fn queries() -> [orm::Query<Author>; 2] {
    [Author::query(), Author::query().filter(Author::id().gt(0))]
}

#[test]
fn an_orphan_belongs_to_no_parent() -> Result<()> {
    let db = library()?;
    for book_id in 1..=3 {
        NewPage { text: format!("of {book_id}"), book_id }.insert(&db)?;
    }
    for query in queries() {
        let authors = query.prefetch(Author::books().prefetch(Book::pages())).all(&db)?;
        let found: Vec<Vec<_>> = authors
            .iter()
            .map(|author| author.books().iter().map(|book| (book.id, book.pages()[0].book_id)).collect())
            .collect();
        assert_eq!(found, [vec![(1, 1)], vec![(3, 3)]]);
    }
    Ok(())
}

#[test]
fn a_key_that_is_null_belongs_to_no_parent() -> Result<()> {
    let db = library()?;
    for author_id in [None, Some(3), None, Some(99)] {
        NewDesk { author_id }.insert(&db)?;
    }
    for query in queries() {
        let authors = query.prefetch(Author::desk()).all(&db)?;
        let desks: Vec<_> = authors.iter().map(|author| author.desk().as_ref().map(|desk| desk.id)).collect();
        assert_eq!(desks, [None, Some(2)]);
    }
    Ok(())
}

#[test]
fn a_required_row_that_is_missing_is_an_error_that_names_the_owner() -> Result<()> {
    let db = library()?;
    for query in [Book::query(), Book::query().filter(Book::id().gt(0)), Book::query().filter(Book::id().eq(2))] {
        let error = query.prefetch(Book::author()).all(&db).unwrap_err();
        assert!(error.is_missing_related());
        assert_eq!(
            error.to_string(),
            "`Book.author`: `Book` 2 refers to a `Author` that does not exist; \
             fix the data, or make the key an `Option` to read such rows"
        );
    }
    let sound = Book::query().filter(Book::author().exists()).prefetch(Book::author()).all(&db)?;
    assert_eq!(sound.iter().map(|book| book.author().id).collect::<Vec<_>>(), [1, 3]);
    Ok(())
}

#[test]
fn an_optional_row_that_is_missing_is_none() -> Result<()> {
    let db = library()?;
    let books = Book::query().prefetch(Book::editor().prefetch(Author::books())).all(&db)?;
    let editors: Vec<_> = books.iter().map(|book| book.editor().as_ref().map(|editor| editor.id)).collect();
    assert_eq!(editors, [Some(1), None, None]);
    assert_eq!(Book::query().filter(Book::editor().exists()).count(&db)?, 1);
    Ok(())
}

#[test]
fn links_to_nothing_are_skipped_and_links_twice_count_twice() -> Result<()> {
    let db = library()?;
    for id in 1..=2 {
        Prize { id }.insert(&db)?;
    }
    for (author_id, prize_id) in [(1, 2), (1, 1), (1, 2), (1, 99), (99, 1), (3, 2)] {
        NewAward { author_id, prize_id }.insert(&db)?;
    }
    for query in queries() {
        let authors = query.prefetch(Author::prizes()).all(&db)?;
        let prizes: Vec<Vec<_>> =
            authors.iter().map(|author| author.prizes().iter().map(|prize| prize.id).collect()).collect();
        assert_eq!(prizes, [vec![1, 2, 2], vec![2]]);
        let of_first = authors[0].prizes();
        assert!(std::ptr::eq(&raw const of_first[1], &raw const of_first[2]), "the row itself stands once");
    }
    let first = Author::find(&db, 1)?;
    let alone: Vec<_> = Author::prizes().of(&first).all(&db)?.into_iter().map(|prize| prize.id).collect();
    assert_eq!(alone, [1, 2, 2], "as in the relation of one parent");
    let prizes = Prize::query().prefetch(Prize::authors()).all(&db)?;
    let authors: Vec<Vec<_>> =
        prizes.iter().map(|prize| prize.authors().iter().map(|author| author.id).collect()).collect();
    assert_eq!(authors, [vec![1], vec![1, 1, 3]]);
    Ok(())
}
