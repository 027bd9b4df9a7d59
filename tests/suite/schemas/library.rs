//! The library: authors, their books, bios and addresses, which many of the tests read.

use orm::{Db, Model, Result};

use crate::database::{Shared, db};

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(books: Book, through = Authorship)]
#[has_many(addresses: Address)]
#[has_one(bio: Bio)]
pub(crate) struct Author {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[belongs_to(first_book: Book)]
    pub(crate) first_book_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(authors: Author, through = Authorship)]
#[many_to_many(readers: Reader, through = "readings")]
#[has_many(debuts: Author, foreign_key = first_book_id)]
#[has_many(reviews: Review)]
#[has_one(film: Film)]
pub(crate) struct Book {
    pub(crate) id: i64,
    pub(crate) title: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(author_id, book_id))]
pub(crate) struct Authorship {
    #[belongs_to(author: Author)]
    pub(crate) author_id: i64,
    #[belongs_to(book: Book)]
    pub(crate) book_id: i64,
}

/// One-to-one: the author's key is the primary key.
#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Bio {
    #[model(primary_key)]
    #[belongs_to(author: Author)]
    pub(crate) author_id: i64,
    pub(crate) text: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Address {
    pub(crate) id: i64,
    #[belongs_to(author: Author)]
    pub(crate) author_id: i64,
    pub(crate) city: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Review {
    pub(crate) id: i64,
    #[belongs_to(book: Book)]
    pub(crate) book_id: Option<i64>,
    pub(crate) stars: i64,
}

/// One-to-one: a book has at most one film.
#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Film {
    pub(crate) id: i64,
    pub(crate) year: i64,
    #[model(unique)]
    #[belongs_to(book: Book)]
    pub(crate) book_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(books: Book, through = "readings")]
pub(crate) struct Reader {
    pub(crate) id: i64,
    pub(crate) name: String,
}

/// The library in memory: see [`fill`].
pub(crate) fn library() -> Db {
    filled(db())
}

/// The library, where other connections can read it.
pub(crate) fn library_in(file: &Shared) -> Db {
    filled(file.open())
}

fn filled(db: Db) -> Db {
    create(&db).and_then(|()| fill(&db)).expect("the rows are inserted");
    db
}

/// The library's tables, without rows.
pub(crate) fn create(db: &Db) -> Result<()> {
    db.create_tables::<(Author, Book, Authorship, Bio, Address, Review, Film, Reader)>()
}

/// Books: 1 Poems, 2 Jane Eyre, 3 Wuthering Heights, 4 Emma, 5 Beowulf (without an author).
/// Authors and their books: 1 Charlotte: 1, 2; 2 Anne: 1; 3 Emily: 1, 3; 4 Jane: 4; 5 Nemo: none.
/// Bios of 1 and 3; addresses of 1 (twice), 3 and 4; reviews of books 2 (three times), 4, and of none; films of 2 and 4.
/// Readers: 1 Amy read books 1 and 4, 2 Ben read book 1, 3 Cid read book 5, 4 Dot read none.
fn fill(db: &Db) -> Result<()> {
    for title in ["Poems", "Jane Eyre", "Wuthering Heights", "Emma", "Beowulf"] {
        NewBook { title: title.into() }.insert(db)?;
    }
    for (name, first_book_id) in [("Charlotte", 1), ("Anne", 1), ("Emily", 1), ("Jane", 4), ("Nemo", 5)] {
        NewAuthor { name: name.into(), first_book_id }.insert(db)?;
    }
    for (author_id, book_id) in [(3, 3), (1, 2), (4, 4), (3, 1), (2, 1), (1, 1)] {
        Authorship { author_id, book_id }.insert(db)?;
    }
    for (author_id, text) in [(3, "A moor."), (1, "A school.")] {
        Bio { author_id, text: text.into() }.insert(db)?;
    }
    for (author_id, city) in [(3, "Haworth"), (1, "Haworth"), (4, "Steventon"), (1, "Brussels")] {
        NewAddress { author_id, city: city.into() }.insert(db)?;
    }
    for (book_id, stars) in [(Some(2), 5), (Some(4), 3), (None, 1), (Some(2), 4), (Some(2), 5)] {
        NewReview { book_id, stars }.insert(db)?;
    }
    for (year, book_id) in [(1996, 4), (1943, 2)] {
        NewFilm { year, book_id }.insert(db)?;
    }
    for (name, books) in [("Amy", vec![4, 1]), ("Ben", vec![1]), ("Cid", vec![5]), ("Dot", vec![])] {
        let reader = NewReader { name: name.into() }.insert(db)?;
        let books = Book::query().filter(Book::id().in_(books)).all(db)?;
        Reader::books().link(db, &reader, books)?;
    }
    Ok(())
}
