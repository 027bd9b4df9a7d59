//! Orders and limits, of parents and of their related rows.

use orm::{Model, Result, assert_queries, insert_many};

use crate::schemas::journal::{Article, ArticleLoaded, NewArticle, Tag, Writer, WriterLoaded, journal, titles};
use crate::support::compare::assert_as_lazy;

#[test]
fn a_limit_takes_the_first_rows_of_each_parent() -> Result<()> {
    let db = journal()?;
    for query in [Writer::query(), Writer::query().filter(Writer::id().gt(0))] {
        let latest = Writer::written().order_by(Article::id().desc()).limit(1);
        let rows = assert_queries!(&db, 2, query.prefetch(latest).all(&db)?);
        assert_eq!(
            rows.iter().map(|row| titles(row.written())).collect::<Vec<_>>(),
            [vec!["Sea"], vec!["Sun"], vec![]]
        );
    }
    let tags = Tag::query().prefetch(Tag::articles().order_by(Article::title().desc()).limit(1)).all(&db)?;
    assert_eq!(tags.iter().map(|tag| titles(tag.articles())).collect::<Vec<_>>(), [vec!["Sun"], vec!["Sea"], vec![]]);
    Ok(())
}

#[test]
fn a_limit_on_parents_counts_parents() -> Result<()> {
    let db = journal()?;
    let query = Writer::query()
        .filter(Writer::written().exists() & Writer::written().any(Article::tags().exists()))
        .prefetch(Writer::written().prefetch(Article::tags()))
        .limit(2);
    let rows = assert_queries!(&db, 3, query.all(&db)?);
    assert_eq!(rows.iter().map(|row| row.written().len()).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(query.count(&db)?, 2);
    assert_eq!(query.clone().limit(1).offset(1).all(&db)?, rows[1..]);
    let articles = Article::query().prefetch(Article::author().joined()).prefetch(Article::tags()).limit(2).offset(1);
    let articles = assert_queries!(&db, 2, articles.all(&db)?);
    assert_eq!(articles.iter().map(|article| article.id).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(Writer::query().filter(Writer::written().any(Article::id().gt(0))).count(&db)?, 2);
    Ok(())
}

#[test]
fn orders_are_kept_and_ties_broken_by_key() -> Result<()> {
    let db = journal()?;
    // In an order that is neither that of keys nor of insertion, with ties.
    for (id, title, author_id) in [(90, "Tin", 2), (80, "Red", 2), (70, "Tin", 2), (60, "Red", 2)] {
        Article { id, title: title.into(), author_id, editor_id: Some(3) }.insert(&db)?;
    }
    let ids = |articles: Vec<&Article>| articles.into_iter().map(|article| article.id).collect::<Vec<_>>();
    let orders = || {
        [
            (Writer::written(), vec![3, 60, 70, 80, 90]),
            (Writer::written().order_by(Article::title().asc()), vec![60, 80, 3, 70, 90]),
            (Writer::written().order_by(Article::title().desc()), vec![90, 70, 3, 80, 60]),
            (Writer::written().order_by((Article::title().desc(), Article::id().asc())), vec![70, 90, 3, 60, 80]),
            (Writer::written().order_by(Article::editor_id().desc()), vec![90, 80, 70, 60, 3]),
        ]
    };
    for (relation, expected) in orders() {
        let rows = Writer::query().order_by(Writer::name().desc()).prefetch(relation.clone()).all(&db)?;
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(ids(rows[1].written().iter().collect()), expected);
        assert_as_lazy(&rows, |row| row.written().to_vec(), |row| relation.clone().of(row).all(&db));
        let backwards: Vec<Writer> = rows.into_iter().rev().map(WriterLoaded::into_inner).collect();
        let again = orm::prefetch(&db, backwards, relation)?;
        assert_eq!(again.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(ids(again[1].written().iter().collect()), expected);
    }
    Ok(())
}

#[test]
fn pages_are_the_same_with_relations_and_without() -> Result<()> {
    let db = journal()?;
    // NULLs and ties in the order, in both directions.
    insert_many(
        &db,
        (0..13_i64).map(|n| NewArticle {
            title: format!("T{}", n % 3),
            author_id: n % 3 + 1,
            editor_id: (n % 4 > 0).then_some(n % 3 + 1),
        }),
    )?;
    let orders = || {
        let query = Article::query;
        [
            query(),
            query().order_by(Article::editor_id().asc()),
            query().order_by((Article::editor_id().desc(), Article::title().asc())),
            query().order_by(Article::editor_id().desc().nulls_first()),
            query().order_by((Article::title().desc(), Article::editor_id().asc().nulls_last())),
            query().filter(Article::tags().none(Tag::id().eq(1))).limit(9).offset(2),
        ]
    };
    for plain in orders() {
        let expected = plain.all(&db)?;
        let with = plain.clone().prefetch(Article::tags()).prefetch(Article::editor().joined());
        assert_eq!(with.all(&db)?.into_iter().map(ArticleLoaded::into_inner).collect::<Vec<_>>(), expected);
        for size in [1, 2, 5, 100] {
            let chunks: Vec<Vec<_>> = with.chunks(&db).of_size(size).collect::<Result<_>>()?;
            let rows: Vec<_> = chunks.into_iter().flatten().collect();
            assert_as_lazy(&rows, |row| row.tags().to_vec(), |row| Article::tags().of(row).all(&db));
            assert_eq!(rows.into_iter().map(ArticleLoaded::into_inner).collect::<Vec<_>>(), expected);
        }
        let mut paged = Vec::new();
        for page in 0..4 {
            let page = Article::query().order_by(Article::editor_id().asc()).limit(5).offset(page * 5);
            paged.extend(page.prefetch(Article::tags()).all(&db)?.into_iter().map(|row| row.id));
        }
        assert_eq!(paged.len(), 17);
        paged.sort_unstable();
        paged.dedup();
        assert_eq!(paged.len(), 17, "no row is on two pages");
    }
    Ok(())
}
