//! Relations are loaded for rows that no query has read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use orm::{Model, Result, assert_queries};

use crate::database::{Shared, either};
use crate::schemas::library::{Author, Book, library, library_in};
use crate::schemas::town::{Person, town};
use crate::support::compare::assert_as_lazy;

#[test]
fn rows_from_raw_sql_are_given_their_relations() -> Result<()> {
    let db = library();
    // A relation is a value, created before the statement or after it.
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
fn rows_that_other_code_read_are_given_their_relations() -> Result<()> {
    let file = Shared::new();
    let db = library_in(&file);
    let read = file.read(r#"SELECT "id", "title" FROM "books" ORDER BY "title""#);
    let books: Vec<Book> = read.into_iter().map(|(id, title)| Book { id, title }).collect();
    let books = orm::assert_queries!(&db, 1, orm::prefetch(&db, books, Book::authors())?);
    assert_eq!(books.iter().map(|book| book.authors().len()).collect::<Vec<_>>(), [0, 1, 1, 3, 1]);
    assert_as_lazy(&books, |book| book.authors().to_vec(), |book| Book::authors().of(book).all(&db));
    Ok(())
}

#[test]
fn rows_in_memory_may_come_from_any_collection() -> Result<()> {
    let db = town();
    let rows = Person::query().all(&db)?;
    let expected = Person::query().prefetch(Person::clubs()).all(&db)?;
    let by_id: BTreeMap<i64, Person> = rows.iter().map(|row| (row.id, row.clone())).collect();
    let queue: VecDeque<Person> = rows.iter().cloned().collect();
    let ids: BTreeSet<i64> = by_id.keys().copied().collect();
    let sources: [Vec<Person>; 5] = [
        rows.clone(),
        by_id.into_values().collect(),
        queue.into(),
        rows[..].to_vec(),
        Person::query().filter(Person::id().in_(ids)).all(&db)?,
    ];
    for source in sources {
        assert_eq!(assert_queries!(&db, 1, orm::prefetch(&db, source, Person::clubs())?), expected);
    }
    // The rows have the given order, however often a row occurs.
    let [ann, bob, ..] = &rows[..] else { panic!("there are four") };
    let twice = vec![bob.clone(), ann.clone(), bob.clone()];
    let twice = assert_queries!(&db, 1, orm::prefetch(&db, twice, Person::clubs())?);
    let found: Vec<_> = twice.iter().map(|person| (person.id, person.clubs().len())).collect();
    assert_eq!(found, [(2, 2), (1, 3), (2, 2)]);
    let one = assert_queries!(&db, 1, orm::prefetch_one(&db, ann.clone(), Person::clubs())?);
    assert_eq!(one, expected[0]);
    // Rows that are in no database have no related rows. An empty list sends no statement.
    let made = vec![Person { id: 77, name: "Eve".into() }];
    assert!(orm::prefetch(&db, made, Person::clubs())?[0].clubs().is_empty());
    assert!(assert_queries!(&db, 0, orm::prefetch(&db, Vec::<Person>::new(), Person::clubs())?).is_empty());
    Ok(())
}
