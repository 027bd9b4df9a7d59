//! The number of statements for loading, and their content.

use std::ptr;

use orm::{Db, Model, Result};

use crate::database::{Shared, db, either};
use crate::schemas::library::{
    Address, Author, AuthorLoaded, Authorship, Bio, Book, Film, NewAddress, NewAuthor, NewBook, NewReview, Reader,
    Review, create, library, library_in,
};
use crate::support::compare::{assert_as_lazy, roots};

/// A library of this number of authors, who each wrote two books, have an address and a bio.
fn library_of(authors: i64) -> Result<Db> {
    let db = db();
    create(&db)?;
    orm::insert_many(&db, (1..=authors).map(|id| NewBook { title: format!("book {id}") }))?;
    orm::insert_many(&db, (1..=authors).map(|id| NewAuthor { name: format!("author {id}"), first_book_id: id }))?;
    orm::insert_many(&db, (1..=authors).map(|id| NewAddress { author_id: id, city: format!("city {id}") }))?;
    orm::insert_many(&db, (1..=authors).map(|id| NewReview { book_id: Some(id), stars: id % 5 }))?;
    db.transaction(|tx| {
        (1..=authors).try_for_each(|id| {
            Bio { author_id: id, text: format!("bio {id}") }.insert(tx)?;
            Authorship { author_id: id, book_id: id }.insert(tx)?;
            let next = id % authors + 1;
            if next == id { Ok(()) } else { Authorship { author_id: id, book_id: next }.insert(tx).map(|_| ()) }
        })
    })?;
    Ok(db)
}

#[test]
fn each_relation_takes_one_statement_whatever_the_number_of_rows() -> Result<()> {
    for authors in [1, 10, 1_000] {
        let db = library_of(authors)?;
        for root in roots(Author::id()) {
            let siblings = root
                .clone()
                .prefetch(Author::books())
                .prefetch(Author::addresses())
                .prefetch(Author::bio())
                .prefetch(Author::first_book());
            assert_eq!(siblings.plan(&db)?.statements(), 5);
            let rows = orm::assert_queries!(&db, 5, siblings.all(&db)?);
            assert!(rows.iter().all(|author| author.bio().is_some() && author.addresses().len() == 1));

            let deep = root
                .prefetch(Author::books().prefetch(Book::reviews().prefetch(Review::book().prefetch(Book::debuts()))));
            assert_eq!(deep.plan(&db)?.statements(), 5);
            let rows = orm::assert_queries!(&db, 5, deep.all(&db)?);
            for written in rows.iter().flat_map(AuthorLoaded::books) {
                assert_eq!(written.reviews().len(), 1);
                let book = written.reviews()[0].book().as_ref().expect("every review is of a book");
                assert_eq!((book.id, book.debuts().len()), (written.id, 1));
            }
        }
    }
    Ok(())
}

#[test]
fn many_to_many_below_many_to_many_takes_three_statements() -> Result<()> {
    let db = library();
    for root in roots(Author::id()) {
        let authors = root.prefetch(Author::books().prefetch(Book::readers()));
        let authors = orm::assert_queries!(&db, 3, authors.all(&db)?);
        for author in &authors {
            let lazy = Author::books().of(author).all(&db)?;
            assert_eq!(author.books().iter().map(|book| Book::clone(book)).collect::<Vec<_>>(), lazy);
            for book in author.books() {
                assert_eq!(book.readers().to_vec(), Book::readers().of(book).all(&db)?);
            }
        }
    }
    let authors = Author::query().prefetch(Author::books().prefetch(Book::readers())).all(&db)?;
    let readers = |author: usize| authors[author].books().iter().map(|book| book.readers().len()).collect::<Vec<_>>();
    assert_eq!((0..5).map(readers).collect::<Vec<_>>(), [vec![2, 0], vec![2], vec![2, 0], vec![1], vec![]]);
    Ok(())
}

struct Short;

/// The path itself cannot be named twice, which does not compile. Under another name, the shorter one costs nothing.
#[test]
fn a_path_and_its_beginning_share_their_statements() -> Result<()> {
    let db = library();
    for root in roots(Author::id()) {
        let short_first =
            root.clone().prefetch(Author::books().named(Short)).prefetch(Author::books().prefetch(Book::reviews()));
        let short_last =
            root.prefetch(Author::books().prefetch(Book::reviews())).prefetch(Author::books().named(Short));
        let short_first = orm::assert_queries!(&db, 3, short_first.all(&db)?);
        let short_last = orm::assert_queries!(&db, 3, short_last.all(&db)?);
        for (one, other) in short_first.iter().zip(&short_last) {
            assert_eq!(one.named(Short), other.named(Short));
            assert!(one.named(Short).iter().eq(one.books().iter().map(|book| &**book)));
            assert!(one.books().iter().eq(other.books()));
        }
    }
    Ok(())
}

/// Rows without a reference are invalid, so that reading one is an error.
#[test]
fn a_level_reads_only_what_the_level_above_leads_to() -> Result<()> {
    let file = Shared::new();
    let db = &library_in(&file);
    file.run(either(
        r#"INSERT INTO "reviews" ("book_id", "stars") VALUES (5, x'00');
            UPDATE "reviews" SET "stars" = x'00' WHERE "book_id" IS NULL OR "book_id" IN (3, 4);
            UPDATE "readers" SET "name" = x'00' WHERE "id" IN (3, 4);
            UPDATE "films" SET "year" = x'00' WHERE "book_id" NOT IN (1, 2);"#,
        r#"ALTER TABLE "reviews" ALTER COLUMN "stars" DROP NOT NULL;
            ALTER TABLE "readers" ALTER COLUMN "name" DROP NOT NULL;
            ALTER TABLE "films" ALTER COLUMN "year" DROP NOT NULL;
            INSERT INTO "reviews" ("book_id", "stars") VALUES (5, NULL);
            UPDATE "reviews" SET "stars" = NULL WHERE "book_id" IS NULL OR "book_id" IN (3, 4);
            UPDATE "readers" SET "name" = NULL WHERE "id" IN (3, 4);
            UPDATE "films" SET "year" = NULL WHERE "book_id" NOT IN (1, 2);"#,
    ));
    for error in [
        Review::query().all(db).map(|_| ()).unwrap_err(),
        Reader::query().all(db).map(|_| ()).unwrap_err(),
        Film::query().all(db).map(|_| ()).unwrap_err(),
    ] {
        assert!(error.is_decode());
    }

    // Charlotte wrote the books 1 and 2.
    let charlotte = || Author::query().filter(Author::name().eq("Charlotte"));
    for root in [charlotte(), charlotte().limit(1), Author::query().limit(1)] {
        let reviews = root.clone().prefetch(Author::books().prefetch(Book::reviews()));
        let reviews = orm::assert_queries!(db, 3, reviews.one(db)?);
        assert_eq!(reviews.books().iter().map(|book| book.reviews().len()).collect::<Vec<_>>(), [0, 3]);

        let readers = root.clone().prefetch(Author::books().prefetch(Book::readers()));
        let readers = orm::assert_queries!(db, 3, readers.one(db)?);
        assert_eq!(readers.books().iter().map(|book| book.readers().len()).collect::<Vec<_>>(), [2, 0]);

        let films = root.prefetch(Author::books().prefetch(Book::film()));
        let films = orm::assert_queries!(db, 3, films.one(db)?);
        assert_eq!(films.books().iter().map(|book| book.film().is_some()).collect::<Vec<_>>(), [false, true]);
    }

    // All authors lead to the books 1 to 4, but not to 5.
    file.run(
        r#"UPDATE "reviews" SET "stars" = 1 WHERE "book_id" IN (3, 4);
            UPDATE "films" SET "year" = 1 WHERE "book_id" = 4;"#,
    );
    let authors = Author::query()
        .prefetch(Author::books().prefetch(Book::reviews()).prefetch(Book::readers()).prefetch(Book::film()));
    let authors = orm::assert_queries!(db, 5, authors.all(db)?);
    assert_eq!(authors[3].books()[0].reviews().len(), 1);
    Ok(())
}

#[test]
fn a_foreign_key_needs_no_join_with_the_parents() -> Result<()> {
    let file = Shared::new();
    let db = &library_in(&file);
    let some = Author::query().filter(Author::id().le(3)).prefetch(Author::addresses()).prefetch(Author::bio());
    let recording = db.record();
    some.all(db)?;
    Address::query().prefetch(Address::author()).all(db)?;
    Author::query().prefetch(Author::addresses()).all(db)?;
    let [_, addresses, bio, _, author, _, all_addresses] = &recording.statements()[..] else {
        panic!("{:#?}", recording.statements());
    };
    let by_key = "SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)";
    let by_index = "SEARCH t0 USING INDEX addresses__author_id (author_id=?)";
    for (statement, table, parents, search) in [
        (
            addresses,
            r#""addresses" AS t0"#,
            r#""authors""#,
            either(by_index, "Index Scan using addresses__author_id on addresses t0"),
        ),
        (bio, r#""bios" AS t0"#, r#""authors""#, either(by_key, "Index Scan using bios_pkey on bios t0")),
        (author, r#""authors" AS t0"#, r#""addresses""#, either(by_key, "Index Scan using authors_pkey on authors t0")),
    ] {
        assert_eq!(statement.matches(table).count(), 1, "{statement}");
        assert!(!statement.contains(parents), "{statement}");
        // The only join, if any, is with the keys.
        assert_eq!(statement.matches("JOIN").count(), either(1, 0), "{statement}");
        let plan = file.query_plan(statement);
        assert!(plan.iter().any(|step| step.ends_with(search)), "{plan:#?}");
    }
    // A whole table needs no join.
    assert!(!all_addresses.contains("JOIN") && !all_addresses.contains(r#""authors""#), "{all_addresses}");
    Ok(())
}

#[test]
fn a_single_row_needs_no_order() -> Result<()> {
    let db = library();
    for root in roots(Author::id()) {
        let first_book = Author::first_book().order_by(Book::title().desc());
        let bio = Author::bio().order_by((Bio::text().desc(), Bio::author_id().asc()));
        let narrowed = Author::first_book().filter(Book::id().gt(0)).order_by(Book::title().asc());
        let query = root.prefetch(first_book).prefetch(bio).prefetch(narrowed.named(Short));
        let recording = db.record();
        let authors = query.all(&db)?;
        assert!(authors.iter().all(|author| author.named(Short).as_ref() == Some(author.first_book())));
        let statements = recording.statements();
        assert_eq!(statements.len(), 4);
        assert!(statements[1..].iter().all(|statement| !statement.contains("ORDER BY")), "{statements:#?}");
    }
    Ok(())
}

#[test]
fn the_order_is_kept_within_each_parent() -> Result<()> {
    let db = library();
    let cities = [
        Author::addresses(),
        Author::addresses().order_by(Address::city().asc()),
        Author::addresses().order_by(Address::city().desc()),
        Author::addresses().order_by((Address::author_id().asc(), Address::id().desc())),
        Author::addresses().order_by(Address::city().asc()).order_by(Address::id().desc()),
    ];
    let books = [
        Author::books(),
        Author::books().order_by(Book::title().asc()),
        Author::books().order_by(Book::title().desc()),
        Author::books().order_by(Book::id().desc()),
    ];
    for root in roots(Author::id()) {
        for relation in &cities {
            let authors = root.clone().prefetch(relation.clone()).all(&db)?;
            assert_as_lazy(
                &authors,
                |author| author.addresses().to_vec(),
                |author| relation.clone().of(author).all(&db),
            );
        }
        for relation in &books {
            let authors = root.clone().prefetch(relation.clone()).all(&db)?;
            assert_as_lazy(&authors, |author| author.books().to_vec(), |author| relation.clone().of(author).all(&db));
        }
    }

    // Haworth has the smaller key, so that its order is also that of a descending city.
    let (up, down) = (["Brussels", "Haworth"], ["Haworth", "Brussels"]);
    for (relation, expected) in cities.iter().zip([down, up, down, up, up]) {
        let charlotte = Author::query().prefetch(relation.clone()).find(&db, 1)?;
        assert_eq!(charlotte.addresses().iter().map(|address| address.city.as_str()).collect::<Vec<_>>(), expected);
    }
    let reversed = Author::query().prefetch(Author::books().order_by(Book::id().desc())).find(&db, 3)?;
    assert_eq!(reversed.books().iter().map(|book| book.id).collect::<Vec<_>>(), [3, 1]);

    // The requested order is in the statement. Rows that are equal in it are sorted by primary key.
    let recording = db.record();
    Author::query().prefetch(cities[2].clone()).all(&db)?;
    let statement = &recording.statements()[1];
    assert!(statement.ends_with(r#" ORDER BY t0."city" DESC, t0."id" DESC"#), "{statement}");
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(idols: Fan, through = Favorite, left = fan_id, right = idol_id)]
#[has_many(favorites: Favorite)]
#[has_many(liked_by: Favorite, foreign_key = idol_id)]
struct Fan {
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Favorite {
    id: i64,
    #[belongs_to(fan: Fan)]
    fan_id: i64,
    #[belongs_to(idol: Fan)]
    idol_id: i64,
    active: bool,
}

/// A condition on the link of this parent, and a condition on any link of the row, are different. Each has a separate
/// method, and neither returns a row twice.
#[test]
fn a_condition_on_the_own_link_is_not_one_on_any_link() -> Result<()> {
    let db = db();
    db.create_tables::<(Fan, Favorite)>()?;
    for id in 1..=4 {
        Fan { id }.insert(&db)?;
    }
    for (fan_id, idol_id, active) in [(1, 2, true), (1, 3, false), (4, 3, true), (2, 3, true)] {
        NewFavorite { fan_id, idol_id, active }.insert(&db)?;
    }
    for root in [Fan::query(), Fan::query().filter(Fan::id().gt(0))] {
        let of_this_link = Fan::favorites().filter(Favorite::active().eq(true)).prefetch(Favorite::idol());
        let fans = orm::assert_queries!(&db, 3, root.clone().prefetch(of_this_link).all(&db)?);
        let idols = |fan: usize| fans[fan].favorites().iter().map(|link| link.idol().id).collect::<Vec<_>>();
        assert_eq!((0..4).map(idols).collect::<Vec<_>>(), [vec![2], vec![3], vec![], vec![3]]);

        let of_any_link = Fan::idols().filter(Fan::liked_by().any(Favorite::active().eq(true)));
        let recording = db.record();
        let fans = root.prefetch(of_any_link.clone()).all(&db)?;
        let idols = |fan: usize| fans[fan].idols().iter().map(|idol| idol.id).collect::<Vec<_>>();
        assert_eq!((0..4).map(idols).collect::<Vec<_>>(), [vec![2, 3], vec![3], vec![], vec![3]]);
        // The links of the parents, which one database reads again for the rows, and those in the condition.
        let statement = &recording.statements()[1];
        assert_eq!(statement.matches(r#""favorites" AS "#).count(), either(2, 3), "{statement}");
        assert_eq!(statement.matches("EXISTS (").count(), 1, "{statement}");
        assert_as_lazy(&fans, |fan| fan.idols().to_vec(), |fan| of_any_link.clone().of(fan).all(&db));
    }
    Ok(())
}

#[test]
fn no_statement_is_built_for_each_parent() -> Result<()> {
    let db = library_of(1_000)?;
    let texts = |authors: i64| -> Result<Vec<String>> {
        let query = Author::query()
            .filter(Author::id().le(authors))
            .prefetch(Author::books().filter(Book::title().contains("1")).prefetch(Book::reviews()))
            .prefetch(Author::addresses().limit(2))
            .prefetch(Author::first_book());
        let recording = db.record();
        query.all(&db)?;
        Ok(recording.statements())
    };
    let for_one = texts(1)?;
    assert_eq!(for_one.len(), 5);
    assert_eq!(texts(10)?, for_one);
    assert_eq!(texts(500)?, for_one);
    // PostgreSQL reads the links of many parents with another statement, whatever their number.
    let for_many = texts(501)?;
    assert_eq!((for_many.len(), for_many == for_one), (5, either(true, false)));
    assert_eq!(texts(1_000)?, for_many);
    Ok(())
}

#[test]
fn no_parents_send_nothing() -> Result<()> {
    let db = library();
    let nested = || Author::books().prefetch(Book::reviews());
    let nobody = Author::query().filter(Author::id().lt(0)).prefetch(nested()).prefetch(Author::bio());
    assert!(orm::assert_queries!(&db, 1, nobody.all(&db)?).is_empty());
    assert!(orm::assert_queries!(&db, 1, nobody.first(&db)?).is_none());
    let none: Vec<Author> = Vec::new();
    assert!(orm::assert_queries!(&db, 0, orm::prefetch(&db, none, nested())?).is_empty());

    let empty = db_without_rows()?;
    assert!(orm::assert_queries!(&empty, 1, Author::query().prefetch(nested()).all(&empty)?).is_empty());
    Ok(())
}

fn db_without_rows() -> Result<Db> {
    let db = db();
    create(&db)?;
    Ok(db)
}

#[test]
fn an_empty_level_ends_its_branch() -> Result<()> {
    let db = library();
    // None of these authors has a bio, and Nemo wrote nothing.
    let without_bio = Author::query().filter(Author::id().in_([2, 4, 5]));
    let query = without_bio.prefetch(Author::bio().prefetch(Bio::author().prefetch(Author::books())));
    let authors = orm::assert_queries!(&db, 2, query.all(&db)?);
    assert!(authors.iter().all(|author| author.bio().is_none()));

    let nemo = Author::query().filter(Author::name().eq("Nemo"));
    let query = nemo.prefetch(Author::books().prefetch(Book::reviews()).prefetch(Book::readers()));
    let nemo = orm::assert_queries!(&db, 2, query.one(&db)?);
    assert!(nemo.books().is_empty());

    // A level without rows after a filter. Its sibling continues.
    let filtered = Author::books().filter(Book::title().eq("")).prefetch(Book::reviews());
    let query = Author::query().prefetch(filtered).prefetch(Author::first_book().prefetch(Book::reviews()));
    let authors = orm::assert_queries!(&db, 4, query.all(&db)?);
    assert!(authors.iter().all(|author| author.books().is_empty()));
    assert_eq!(authors[3].first_book().reviews().len(), 1);
    Ok(())
}

#[test]
fn null_keys_are_not_sent() -> Result<()> {
    let db = library();
    let with_book = || Review::book().prefetch(Book::authors());
    for root in [Review::query(), Review::query().order_by(Review::stars().asc())] {
        let none = root.clone().filter(Review::book_id().is_null());
        let reviews = orm::assert_queries!(&db, 1, none.prefetch(with_book()).all(&db)?);
        assert_eq!(reviews.len(), 1);
        assert!(reviews[0].book().is_none());

        let mixed = orm::assert_queries!(&db, 3, root.prefetch(with_book()).all(&db)?);
        assert!(mixed.iter().all(|review| review.book().as_ref().map(|book| book.id) == review.book_id));
        assert_eq!(mixed.iter().filter(|review| review.book().is_none()).count(), 1);
    }
    Ok(())
}

#[test]
fn equal_keys_are_sent_once() -> Result<()> {
    let db = library();
    // Three authors have the same first book: it is one row, which they share.
    let query = Author::query().filter(Author::first_book_id().eq(1)).prefetch(Author::first_book());
    let authors = orm::assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(authors.len(), 3);
    assert!(
        authors.iter().all(|author| ptr::eq(&raw const **author.first_book(), &raw const **authors[0].first_book()))
    );

    // The same author several times: a duplicate key would duplicate the rows.
    let charlotte = Author::find(&db, 1)?;
    let twice = vec![charlotte.clone(), Author::find(&db, 3)?, charlotte];
    let twice = orm::assert_queries!(&db, 1, orm::prefetch(&db, twice, Author::addresses())?);
    let twice = orm::assert_queries!(&db, 1, orm::prefetch(&db, twice, Author::books())?);
    assert_eq!(twice.iter().map(|author| author.addresses().len()).collect::<Vec<_>>(), [2, 1, 2]);
    assert!(ptr::eq(&raw const twice[0].addresses()[0], &raw const twice[2].addresses()[0]));
    assert!(ptr::eq(&raw const twice[0].books()[1], &raw const twice[2].books()[1]));
    assert_eq!(twice[2].books().iter().map(|book| book.id).collect::<Vec<_>>(), [1, 2]);
    Ok(())
}

/// The code of a shelf need not be unique.
#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(copies: Copy, foreign_key = code, references = code)]
struct Shelf {
    id: i64,
    code: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Copy {
    id: i64,
    code: Option<i64>,
}

#[test]
fn parents_with_equal_keys_share_their_rows() -> Result<()> {
    let db = db();
    db.create_tables::<(Shelf, Copy)>()?;
    for code in [7, 0, 3, 7, i64::MIN, 5] {
        NewShelf { code }.insert(&db)?;
    }
    for code in [Some(7), Some(3), None, Some(i64::MIN), Some(7), Some(8)] {
        NewCopy { code }.insert(&db)?;
    }
    for root in roots(Shelf::id()) {
        let shelves = orm::assert_queries!(&db, 2, root.prefetch(Shelf::copies()).all(&db)?);
        for shelf in &shelves {
            let copies: Vec<i64> = shelf.copies().iter().map(|copy| copy.id).collect();
            let expected: &[i64] = match shelf.code {
                7 => &[1, 5],
                3 => &[2],
                i64::MIN => &[4],
                _ => &[],
            };
            assert_eq!(copies, expected, "{shelf:?}");
        }
        assert_as_lazy(&shelves, |shelf| shelf.copies().to_vec(), |shelf| Shelf::copies().of(shelf).all(&db));
    }
    Ok(())
}
