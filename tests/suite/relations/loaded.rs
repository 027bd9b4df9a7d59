//! Which calls on loaded rows need no query, and which load relations.

use std::collections::HashMap;

use orm::{Model, Result};

use crate::schemas::library::{Address, Author, Bio, Book, Reader, library};
use crate::support::compare::{assert_as_lazy, roots};

#[test]
fn parents_without_children_hold_an_empty_list() -> Result<()> {
    let db = library();
    for root in [Author::query(), Author::query().filter(Author::id().gt(0))] {
        let query = root.prefetch(Author::books()).prefetch(Author::addresses()).filter(Author::name().eq("Nemo"));
        let nemo = orm::assert_queries!(&db, 3, query.one(&db)?);
        assert!(orm::assert_queries!(&db, 0, nemo.books().is_empty() && nemo.addresses().is_empty()));
        let json = serde_json::to_value(&nemo).expect("a loaded row serialises");
        let expected = serde_json::json!({
            "id": 5, "name": "Nemo", "first_book_id": 5, "books": [], "addresses": []
        });
        assert_eq!(json, expected, "loaded and empty is a list; what was not loaded leaves no trace");
    }
    let dot = Reader::query().prefetch(Reader::books()).find(&db, 4)?;
    assert_eq!(dot.books().iter().next(), None);
    Ok(())
}

#[test]
fn a_loaded_list_counts_itself() -> Result<()> {
    let db = library();
    let authors = Author::query().prefetch(Author::books()).prefetch(Author::addresses()).all(&db)?;
    orm::assert_queries!(&db, 0, {
        let lens: Vec<usize> = authors.iter().map(|author| author.books().len()).collect();
        assert_eq!(lens, [2, 1, 2, 1, 0]);
        let exist: Vec<bool> = authors.iter().map(|author| !author.addresses().is_empty()).collect();
        assert_eq!(exist, [true, false, true, true, false]);
        let counts: Vec<usize> = authors.iter().map(|author| author.books().iter().count()).collect();
        assert_eq!(counts, lens);
        assert_eq!(authors[0].books().iter().len(), 2);
        assert_eq!(authors[0].books().first().map(|book| book.id), Some(1));
        assert_eq!(authors[0].books().last().map(|book| book.id), Some(2));
        assert_eq!(authors[0].books().get(2), None);
    });
    for author in &authors {
        assert_eq!(Author::books().of(author).count(&db)?, author.books().len() as u64);
        assert_eq!(Author::addresses().of(author).exists(&db)?, !author.addresses().is_empty());
    }
    Ok(())
}

#[test]
fn a_loaded_list_does_not_look_at_the_join_table_again() -> Result<()> {
    let db = library();
    let authors = orm::assert_queries!(&db, 2, Author::query().prefetch(Author::books()).all(&db)?);
    Author::books().clear(&db, &authors[0])?;
    let still = orm::assert_queries!(&db, 0, (authors[0].books().len(), authors[0].books().is_empty()));
    assert_eq!(still, (2, false), "what was loaded is kept");
    // A query needs a database, which is an argument of the call that runs it.
    assert!(!orm::assert_queries!(&db, 1, Author::books().of(&authors[0]).exists(&db)?));
    assert_eq!(orm::assert_queries!(&db, 1, Author::books().of(&authors[0]).count(&db)?), 0);
    Ok(())
}

#[test]
fn a_loaded_list_tells_its_members_without_a_statement() -> Result<()> {
    let db = library();
    let jane_eyre = Book::find(&db, 2)?;
    let authors = orm::assert_queries!(&db, 2, Author::query().prefetch(Author::books()).all(&db)?);
    let wrote: Vec<bool> =
        orm::assert_queries!(&db, 0, authors.iter().map(|author| author.books().iter().any(|book| *book == jane_eyre)))
            .collect();
    assert_eq!(wrote, [true, false, false, false, false]);
    Ok(())
}

#[test]
fn relations_survive_filters_orders_and_limits_that_come_later() -> Result<()> {
    let db = library();
    let query = Author::query()
        .prefetch(Author::books().prefetch(Book::readers()).filter(Book::title().ne("Jane Eyre")))
        .prefetch(Author::bio())
        .filter(!Author::name().eq("Jane"))
        .order_by(Author::name().desc())
        .filter(Author::id().ne(5))
        .limit(2)
        .offset(1);
    for query in [query.clone(), query] {
        let authors = orm::assert_queries!(&db, 4, query.all(&db)?);
        let found: Vec<(&str, usize, bool)> = authors
            .iter()
            .map(|author| {
                let readers = author.books().iter().map(|book| book.readers().len()).sum();
                (author.name.as_str(), readers, author.bio().is_some())
            })
            .collect();
        assert_eq!(found, [("Charlotte", 2, true), ("Anne", 2, false)]);
    }
    Ok(())
}

#[test]
fn relations_add_up_and_the_query_without_them_is_still_there() -> Result<()> {
    let db = library();
    let plain = Author::query().filter(Author::id().lt(4));
    let with_books = plain.clone().prefetch(Author::books());
    let with_both = with_books.clone().prefetch(Author::bio());
    let both = orm::assert_queries!(&db, 3, with_both.all(&db)?);
    assert_eq!((both[0].books().len(), both[0].bio().is_some()), (2, true));
    let books = orm::assert_queries!(&db, 2, with_books.all(&db)?);
    assert_eq!(books[2].books().len(), 2);
    // The query above has no relations, so its rows are plain.
    let plain: Vec<Author> = orm::assert_queries!(&db, 1, plain.all(&db)?);
    assert_eq!(plain.len(), 3);
    Ok(())
}

#[test]
fn a_single_row_comes_with_its_relations() -> Result<()> {
    let db = library();
    let query = Author::query().prefetch(Author::books().prefetch(Book::reviews())).prefetch(Author::bio());
    let named = query.clone().filter(Author::name().eq("Charlotte"));
    let one = orm::assert_queries!(&db, 4, named.one(&db)?);
    let found = orm::assert_queries!(&db, 4, query.find(&db, 1)?);
    let first = orm::assert_queries!(&db, 4, query.first(&db)?).expect("there is an author");
    for charlotte in [one, found, first] {
        assert_eq!(charlotte.name, "Charlotte");
        assert_eq!(charlotte.books().iter().map(|book| book.reviews().len()).collect::<Vec<_>>(), [0, 3]);
        assert_eq!(charlotte.bio().as_ref().map(|bio| bio.text.as_str()), Some("A school."));
    }
    assert!(query.find(&db, 99).unwrap_err().is_not_found());
    // After an error of the first query, nothing more is sent.
    assert!(orm::assert_queries!(&db, 1, query.one(&db)).unwrap_err().is_more_than_one());
    Ok(())
}

#[test]
fn rows_by_a_list_of_keys_come_with_their_relations() -> Result<()> {
    let db = library();
    let query = Author::query().filter(Author::id().in_([3, 99, 1, 3])).prefetch(Author::books());
    let authors = orm::assert_queries!(&db, 2, query.all(&db)?);
    let by_key: HashMap<i64, _> = authors.into_iter().map(|author| (author.id, author)).collect();
    assert_eq!(by_key.len(), 2);
    assert_eq!(by_key[&3].books().iter().map(|book| book.id).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(by_key[&1].books().iter().map(|book| book.id).collect::<Vec<_>>(), [1, 2]);

    let nobody: [i64; 0] = [];
    let none = Author::query().filter(Author::id().in_(nobody)).prefetch(Author::books());
    assert!(orm::assert_queries!(&db, 1, none.all(&db)?).is_empty());
    Ok(())
}

#[test]
fn unions_intersections_and_differences_come_with_their_relations() -> Result<()> {
    let db = library();
    let with_bio = || Author::bio().exists();
    let in_haworth = || Author::addresses().any(Address::city().eq("Haworth"));
    let of_emma = || Author::books().any(Book::title().eq("Emma"));
    let anything = || Author::bio().any(Bio::text().contains("A"));
    for (condition, expected) in [
        (with_bio() | of_emma() | in_haworth(), vec![1, 3, 4]),
        (with_bio() & in_haworth(), vec![1, 3]),
        (anything() & !with_bio(), vec![]),
        (!with_bio() & !of_emma(), vec![2, 5]),
    ] {
        let query = Author::query().filter(condition).prefetch(Author::books());
        let statements = if expected.is_empty() { 1 } else { 2 };
        let authors = orm::assert_queries!(&db, statements, query.all(&db)?);
        // No row occurs twice, though several books or addresses may meet the condition.
        assert_eq!(authors.iter().map(|author| author.id).collect::<Vec<_>>(), expected);
        assert!(authors.iter().all(|author| Author::books().of(author).all(&db).unwrap() == author.books().to_vec()));
    }
    Ok(())
}

#[test]
fn counts_and_existence_load_no_relations() -> Result<()> {
    let db = library();
    for root in roots(Author::id()) {
        let query = root.prefetch(Author::books().prefetch(Book::reviews())).prefetch(Author::bio());
        let rows = query.all(&db)?.len() as u64;
        assert_eq!(orm::assert_queries!(&db, 1, query.count(&db)?), rows);
        assert!(orm::assert_queries!(&db, 1, query.exists(&db)?));
    }
    let authors = Author::query().prefetch(Author::books()).all(&db)?;
    assert_as_lazy(
        &authors,
        |author| author.books().len() as u64,
        |author| Author::books().prefetch(Book::reviews()).of(author).count(&db),
    );
    Ok(())
}
