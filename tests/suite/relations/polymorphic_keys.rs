//! Keys that refer to rows of several models, in an enum.

use std::ptr;

use orm::{Db, Model, Polymorphic, Result};

use crate::database::db;
use crate::support::compare::{assert_as_lazy, roots};

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(tags: Tag, foreign_key = subject_id, tag(subject_type = "book"))]
#[has_many(authored: Tag, foreign_key = source_id, tag(source_type = "book"))]
struct Book {
    id: i64,
    title: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(tags: Tag, foreign_key = subject_id, tag(subject_type = "film"))]
struct Film {
    id: i64,
    title: String,
}

/// A poster's key is the key of its film.
#[derive(Model, Clone, Debug, PartialEq)]
struct Poster {
    #[model(primary_key)]
    #[belongs_to(film: Film)]
    film_id: i64,
}

#[derive(Polymorphic, Clone, Debug, PartialEq)]
enum Subject {
    Book(Book),
    Film(Film),
    Poster(Poster),
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Tag {
    id: i64,
    subject_type: Option<String>,
    #[belongs_to(subject: Subject, tag = subject_type)]
    subject_id: Option<i64>,
    source_type: Option<String>,
    #[belongs_to(source: Subject, tag = source_type)]
    source_id: Option<i64>,
}

/// A row's kind and key.
type Reference = Option<(&'static str, i64)>;

/// Books and films with equal keys, a poster of the second film, and tags of all of them, of no row, and of a missing
/// book.
fn shop() -> Result<Db> {
    let db = db();
    db.create_tables::<(Book, Film, Poster, Tag)>()?;
    for title in ["Emma", "Ulysses"] {
        NewBook { title: title.into() }.insert(&db)?;
        NewFilm { title: format!("{title}, the film") }.insert(&db)?;
    }
    Poster { film_id: 2 }.insert(&db)?;
    let tags: [(Reference, Reference); 6] = [
        (Some(("film", 2)), Some(("book", 2))),
        (Some(("book", 1)), None),
        (Some(("poster", 2)), Some(("film", 2))),
        (None, Some(("book", 1))),
        (Some(("film", 2)), None),
        (Some(("book", 99)), Some(("book", 2))),
    ];
    for (subject, source) in tags {
        let new = NewTag {
            subject_type: subject.map(|(kind, _)| kind.to_owned()),
            subject_id: subject.map(|(_, id)| id),
            source_type: source.map(|(kind, _)| kind.to_owned()),
            source_id: source.map(|(_, id)| id),
        };
        new.insert(&db)?;
    }
    Ok(db)
}

/// Returns the result of a query for the one row.
fn alone(db: &Db, kind: Option<&str>, id: Option<i64>) -> Result<Option<Subject>> {
    let Some(id) = id else { return Ok(None) };
    Ok(match kind {
        Some("book") => Book::query().filter(Book::id().eq(id)).first(db)?.map(Subject::Book),
        Some("film") => Film::query().filter(Film::id().eq(id)).first(db)?.map(Subject::Film),
        Some("poster") => Poster::query().filter(Poster::film_id().eq(id)).first(db)?.map(Subject::Poster),
        _ => None,
    })
}

#[test]
fn a_polymorphic_key_takes_one_statement_for_each_target() -> Result<()> {
    let db = shop()?;
    for root in roots(Tag::id()) {
        let tags = root.prefetch(Tag::subject()).all(&db)?;
        assert_as_lazy(
            &tags,
            |tag| tag.subject().as_deref().cloned(),
            |tag| alone(&db, tag.subject_type.as_deref(), tag.subject_id),
        );
    }
    let both = Tag::query().prefetch(Tag::subject()).prefetch(Tag::source());
    // Three kinds of subjects and two of sources. Both refer to the same film, which is loaded once.
    let tags = orm::assert_queries!(&db, 1 + 3 + 2 - 1, both.all(&db)?);
    assert_as_lazy(
        &tags,
        |tag| tag.source().as_deref().cloned(),
        |tag| alone(&db, tag.source_type.as_deref(), tag.source_id),
    );
    let film = |tag: usize| tags[tag].subject().as_deref().expect("a tag of a film");
    assert!(matches!(film(0), Subject::Film(film) if film.id == 2));
    assert!(ptr::eq(film(0), film(4)), "a row that several refer to is loaded once");
    // Kinds without references are not loaded.
    let films = Tag::query().filter(Tag::subject_type().eq("film")).prefetch(Tag::subject());
    assert_eq!(orm::assert_queries!(&db, 2, films.all(&db)?).len(), 2);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Country {
    #[model(primary_key)]
    code: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Language {
    #[model(primary_key)]
    code: String,
}

#[derive(Polymorphic, Clone, Debug, PartialEq)]
enum Coded {
    Country(Country),
    Language(Language),
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Label {
    id: i64,
    kind: String,
    #[belongs_to(coded: Coded, tag = kind)]
    code: String,
}

/// The key has the type of the targets' keys. The key of `Poster` is also its foreign key.
#[test]
fn a_polymorphic_key_may_be_text() -> Result<()> {
    let db = db();
    db.create_tables::<(Country, Language, Label)>()?;
    for code in ["fi", "7", "a'\"\u{1}b"] {
        Country { code: code.into() }.insert(&db)?;
        Language { code: code.into() }.insert(&db)?;
        for kind in ["country", "language"] {
            NewLabel { kind: kind.into(), code: code.into() }.insert(&db)?;
        }
    }
    let labels = orm::assert_queries!(&db, 3, Label::query().prefetch(Label::coded()).all(&db)?);
    assert_eq!(labels.len(), 6);
    for label in &labels {
        let found = match &**label.coded() {
            Coded::Country(country) => ("country", &country.code),
            Coded::Language(language) => ("language", &language.code),
        };
        assert_eq!(found, (label.kind.as_str(), &label.code));
    }
    Ok(())
}

#[test]
fn a_polymorphic_key_that_is_null_costs_nothing() -> Result<()> {
    let db = shop()?;
    let untagged = Tag::query().filter(Tag::subject_id().is_null()).prefetch(Tag::subject());
    let tags = orm::assert_queries!(&db, 1, untagged.all(&db)?);
    assert_eq!(tags.len(), 1);
    assert!(tags[0].subject().is_none());
    // A kind without a key refers to no row, and neither does a key without a kind.
    for (subject_type, subject_id) in [(Some("book".to_owned()), None), (None, Some(1))] {
        NewTag { subject_type, subject_id, source_type: None, source_id: None }.insert(&db)?;
    }
    let half = Tag::query().filter(Tag::id().gt(6)).prefetch(Tag::subject());
    let tags = orm::assert_queries!(&db, 1, half.all(&db)?);
    assert!(tags.len() == 2 && tags.iter().all(|tag| tag.subject().is_none()));
    Ok(())
}

#[test]
fn a_polymorphic_key_whose_target_is_gone_is_none_or_an_error() -> Result<()> {
    let db = shop()?;
    let tag = Tag::query().prefetch(Tag::subject()).find(&db, 6)?;
    assert!(orm::assert_queries!(&db, 0, tag.subject().is_none()));
    // If the relation is required, that is an error that names the row.
    db.create_tables::<(Country, Language, Label)>()?;
    NewLabel { kind: "country".into(), code: "xx".into() }.insert(&db)?;
    let error = Label::query().prefetch(Label::coded()).all(&db).unwrap_err();
    assert!(error.is_missing_related(), "{error}");
    let expected = "`Label.coded`: `Label` 1 refers to a `Country` that does not exist, by column `labels.code`; \
                    fix the data, or make the key an `Option` to read such rows";
    assert_eq!(error.to_string(), expected);
    Ok(())
}

#[test]
fn polymorphic_relations_lead_back_from_the_other_side() -> Result<()> {
    let db = shop()?;
    for root in roots(Book::id()) {
        let query = root.prefetch(Book::tags()).prefetch(Book::authored());
        let books = orm::assert_queries!(&db, 3, query.all(&db)?);
        assert_as_lazy(&books, |book| book.tags().to_vec(), |book| Book::tags().of(book).all(&db));
        assert_as_lazy(&books, |book| book.authored().to_vec(), |book| Book::authored().of(book).all(&db));
    }
    let ids = |tags: &orm::Many<Tag>| tags.iter().map(|tag| tag.id).collect::<Vec<_>>();
    let books = Book::query().prefetch(Book::tags()).prefetch(Book::authored()).all(&db)?;
    let found: Vec<_> = books.iter().map(|book| (ids(book.tags()), ids(book.authored()))).collect();
    assert_eq!(found, [(vec![2], vec![4]), (vec![], vec![1, 6])]);
    // A film with an equal key has other tags.
    let films = orm::assert_queries!(&db, 2, Film::query().prefetch(Film::tags()).all(&db)?);
    assert_eq!(films.iter().map(|film| ids(film.tags())).collect::<Vec<_>>(), [vec![], vec![1, 5]]);
    Ok(())
}

struct Authored;

/// Each kind continues with other relations: back to the owner, a narrowed one, and one counted under a name.
#[test]
fn a_path_goes_on_through_a_polymorphic_key() -> Result<()> {
    let db = shop()?;
    let through = Tag::subject()
        .prefetch(Poster::film().prefetch(Film::tags()))
        .prefetch(Book::tags().limit(1))
        .prefetch(Book::authored().count().named(Authored));
    let film = Some(("Ulysses, the film", 0, 0));
    let expected = [film, Some(("Emma", 1, 1)), Some(("Ulysses, the film", 2, 0)), None, film, None];
    for root in roots(Tag::id()) {
        for tag in root.prefetch(through.clone()).all(&db)? {
            let found = tag.subject().as_deref().map(|subject| match subject {
                SubjectLoaded::Book(book) => (&*book.title, book.tags().len(), *book.named(Authored)),
                SubjectLoaded::Film(film) => (&*film.title, 0, 0),
                SubjectLoaded::Poster(poster) => (&*poster.film().title, poster.film().tags().len(), 0),
            });
            assert_eq!(Some(&found), expected.get(usize::try_from(tag.id).unwrap() - 1));
        }
    }
    // Tags and three kinds of subjects; the films of posters and their tags; the tags of books, and the counts.
    let query = Tag::query().prefetch(through.clone());
    assert_eq!(query.plan(&db)?.statements(), 4 + 2 + 2);
    let whole = orm::assert_queries!(&db, 8, query.all(&db)?);
    // For rows in memory, in chunks, and below another relation.
    let rows = Tag::query().all(&db)?;
    assert_eq!(orm::assert_queries!(&db, 7, orm::prefetch(&db, rows, through.clone())?), whole);
    let chunks = Tag::query().prefetch(through).chunks(&db).of_size(2).collect::<Result<Vec<_>>>()?;
    assert_eq!(chunks.concat(), whole);
    let back = Book::tags().prefetch(Tag::subject().prefetch(Book::authored()));
    let books = orm::assert_queries!(&db, 4, Book::query().prefetch(back).all(&db)?);
    let subject = books[0].tags()[0].subject().as_deref();
    assert!(matches!(subject, Some(SubjectLoaded::Book(book)) if book.id == 1 && book.authored().len() == 1));
    Ok(())
}

/// A joined relation has the same rows as one of the same kind that is loaded separately.
#[test]
fn a_path_through_a_polymorphic_key_may_be_joined() -> Result<()> {
    let db = shop()?;
    let apart = Tag::query().prefetch(Tag::subject().prefetch(Poster::film()));
    let joined = Tag::query().prefetch(Tag::subject().prefetch(Poster::film().joined()));
    let tags = orm::assert_queries!(&db, 5, apart.all(&db)?);
    assert_eq!(orm::assert_queries!(&db, 4, joined.all(&db)?), tags);
    Ok(())
}

#[test]
fn each_target_of_a_polymorphic_key_has_conditions_of_its_own() -> Result<()> {
    let db = shop()?;
    let narrowed = Tag::subject().filter(Film::title().contains("film")).filter(Book::title().eq("Ulysses"));
    let query = Tag::query().prefetch(narrowed.clone());
    let tags = orm::assert_queries!(&db, 4, query.all(&db)?);
    let kinds = |subject: &Subject| match subject {
        Subject::Book(_) => "book",
        Subject::Film(_) => "film",
        Subject::Poster(_) => "poster",
    };
    let found: Vec<_> = tags.iter().map(|tag| tag.subject().as_deref().map(kinds)).collect();
    assert_eq!(found, [Some("film"), None, Some("poster"), None, Some("film"), None]);
    // With relations below, under a name next to the whole relation, and by conditions on relations.
    let below = narrowed.filter(Book::tags().exists()).prefetch(Film::tags()).named(Authored);
    let tags = Tag::query().prefetch(Tag::subject()).prefetch(below).all(&db)?;
    assert!(matches!(tags[1].subject().as_deref(), Some(Subject::Book(_))));
    assert!(tags[1].named(Authored).is_none());
    assert!(matches!(tags[0].named(Authored).as_deref(), Some(SubjectLoaded::Film(film)) if film.tags().len() == 2));
    // A required relation is an `Option` after the filter.
    db.create_tables::<(Country, Language, Label)>()?;
    Country { code: "fi".into() }.insert(&db)?;
    Language { code: "fi".into() }.insert(&db)?;
    for kind in ["country", "language"] {
        NewLabel { kind: kind.into(), code: "fi".into() }.insert(&db)?;
    }
    let labels = Label::query().prefetch(Label::coded().filter(Country::code().ne("fi"))).all(&db)?;
    assert!(labels[0].coded().is_none());
    assert!(matches!(labels[1].coded().as_deref(), Some(Coded::Language(_))));
    Ok(())
}

#[test]
fn a_condition_on_a_target_that_cannot_be_sent_is_an_error() -> Result<()> {
    let db = shop()?;
    let error = Tag::query().prefetch(Tag::subject().filter(Book::title().contains("\0"))).all(&db).unwrap_err();
    assert!(error.is_invalid() || error.is_encode(), "{error}");
    let nested = Tag::subject().prefetch(Book::tags().filter(Tag::subject_type().contains("\0")));
    assert!(Tag::query().prefetch(nested).all(&db).is_err());
    Ok(())
}
