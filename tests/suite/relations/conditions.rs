//! Conditions of a relation: they apply however it is loaded, and the type distinguishes some rows from all.

use orm::{Many, Model, Part, Result, assert_queries};

use crate::schemas::journal::{Article, Tag, Writer, journal, titles, writers};
use crate::support::compare::assert_as_lazy;

struct First;
struct Second;

#[test]
fn a_condition_of_the_relation_holds_however_it_is_loaded() -> Result<()> {
    let db = journal()?;
    let short = || Writer::written().filter(Article::title().starts_with("S"));
    let expected: [&[&str]; 3] = [&["Sea"], &["Sun"], &[]];
    for query in [Writer::query(), Writer::query().filter(Writer::id().gt(0))] {
        let rows = assert_queries!(&db, 2, query.prefetch(short()).all(&db)?);
        assert_eq!(rows.iter().map(|row| titles(row.written())).collect::<Vec<_>>(), expected);
    }
    let all = Writer::query().all(&db)?;
    let rows = assert_queries!(&db, 1, orm::prefetch(&db, all, short())?);
    assert_eq!(rows.iter().map(|row| titles(row.written())).collect::<Vec<_>>(), expected);
    assert_as_lazy(&rows, |row| row.written().to_vec(), |row| short().of(row).all(&db));
    let rows = Writer::query().prefetch(short().limit(9).named(First)).prefetch(short().count().named(Second));
    for (row, expected) in rows.all(&db)?.iter().zip(expected) {
        assert_eq!(titles(row.named(First)), expected);
        assert_eq!(*row.named(Second), expected.len() as u64);
    }
    assert_eq!(writers(&db, short().count().eq(1))?, ["Ann", "Bob"]);
    let chunks: Vec<Vec<_>> = Writer::query().prefetch(short()).chunks(&db).of_size(1).collect::<Result<_>>()?;
    assert_eq!(chunks.iter().flatten().map(|row| titles(row.written())).collect::<Vec<_>>(), expected);
    Ok(())
}

#[test]
fn repeated_filters_must_all_be_met() -> Result<()> {
    let db = journal()?;
    let ann = Writer::find(&db, 1)?;
    let relation = || Writer::written().filter(Article::title().contains("e")).filter(Article::editor_id().eq(Some(1)));
    assert_eq!(titles(&relation().of(&ann).all(&db)?), ["Sea"]);
    let rows = Writer::query().prefetch(relation()).filter(Writer::id().lt(3)).filter(Writer::name().ne("Bob"));
    let rows = assert_queries!(&db, 2, rows.all(&db)?);
    assert_eq!(rows.len(), 1);
    assert_eq!(titles(rows[0].written()), ["Sea"]);
    assert_eq!(titles(&relation().of(&ann).filter(Article::id().gt(4)).all(&db)?), [] as [&str; 0]);
    Ok(())
}

#[test]
fn the_type_tells_some_from_all() -> Result<()> {
    let db = journal()?;
    let all = Writer::query().prefetch(Writer::written()).find(&db, 1)?;
    let _: &Many<Article> = all.written();
    for narrowed in
        [Writer::written().filter(Article::id().gt(0)), Writer::written().limit(1_000), Writer::written().offset(0)]
    {
        let some = Writer::query().prefetch(narrowed.order_by(Article::id().asc())).find(&db, 1)?;
        let part: &Many<Article, Part> = some.written();
        // The type does not promise all rows, even if all rows meet the condition.
        assert_eq!(part.to_vec(), all.written().to_vec());
    }
    Ok(())
}

#[test]
fn alternatives_are_bracketed() -> Result<()> {
    let db = journal()?;
    let either = || Article::title().eq("Red") | Article::title().eq("Sun");
    let expected: [&[&str]; 3] = [&["Red"], &["Sun"], &[]];
    // In each form of a relation's statement: whole tables, keys, limits, a join table, one parent.
    for query in [Writer::query(), Writer::query().filter(Writer::id().eq(1) | Writer::id().ne(1))] {
        let written = || Writer::written().filter(either());
        let query = query.prefetch(written()).prefetch(written().limit(5).named(First));
        for (row, expected) in query.prefetch(written().count().named(Second)).all(&db)?.iter().zip(expected) {
            assert_eq!(titles(row.written()), expected);
            assert_eq!(titles(row.named(First)), expected);
            assert_eq!(*row.named(Second), expected.len() as u64);
        }
    }
    for query in [Tag::query(), Tag::query().filter(Tag::id().gt(0))] {
        let both = query.prefetch(Tag::articles().filter(either()));
        let both = both.prefetch(Tag::articles().filter(either()).limit(5).named(First)).all(&db)?;
        assert_eq!(both.iter().map(|tag| tag.articles().len()).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(both.iter().map(|tag| tag.named(First).len()).collect::<Vec<_>>(), [2, 1, 0]);
    }
    let bob = Writer::find(&db, 2)?;
    assert_eq!(titles(&Writer::written().filter(either()).of(&bob).all(&db)?), ["Sun"]);
    assert_eq!(writers(&db, Writer::written().any(either()) & Writer::id().eq(2))?, ["Bob"]);
    assert_eq!(writers(&db, Writer::written().any(either() & Article::author_id().eq(1)))?, ["Ann"]);
    let author = Article::author().filter(Writer::id().eq(1) | Writer::id().eq(3)).joined();
    let articles = Article::query().filter(either()).prefetch(author).all(&db)?;
    assert_eq!(articles.iter().map(|article| article.author().is_some()).collect::<Vec<_>>(), [true, false]);
    Ok(())
}
