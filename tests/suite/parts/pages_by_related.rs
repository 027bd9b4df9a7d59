//! Pages and chunks in orders by values of related rows, on random data: together they are the whole list.

use orm::value::Decimal;
use orm::{Cursor, Db, Model, OrderBy, Page, Query, Result, assert_queries, insert_many};

use crate::schemas::blog::{
    Author, Badge, Comment, Company, Filing, NewAuthor, NewBadge, NewComment, NewCompany, NewPost, NewTopic, Post,
    Topic, empty_blog,
};
use crate::support::random::Random;

/// Few names and scores, so that orders have ties, and some parents have no children.
fn random_blog(random: &mut Random) -> Result<Db> {
    let db = empty_blog()?;
    let some = |random: &mut Random, ids: i64| (random.below(3) > 0).then(|| random.below(ids) + 1);
    insert_many(&db, (0..3).map(|_| NewCompany { name: random.name() }))?;
    let new = |_| NewAuthor {
        name: random.name(),
        nick: (random.below(2) > 0).then(|| random.name()),
        company_id: some(random, 3),
    };
    insert_many(&db, (0..6).map(new).collect::<Vec<_>>())?;
    for author_id in 1..=6 {
        if random.below(2) > 0 {
            NewBadge { author_id, level: i32::try_from(random.below(3)).unwrap_or_default() }.insert(&db)?;
        }
    }
    let new = |_| NewPost { title: random.name(), author_id: random.below(6) + 1, editor_id: some(random, 6) };
    insert_many(&db, (0..25).map(new).collect::<Vec<_>>())?;
    let new = |_| NewComment {
        post_id: random.below(25) + 1,
        author_id: random.below(6) + 1,
        text: random.name(),
        score: (random.below(3) > 0).then(|| i32::try_from(random.below(4)).unwrap_or_default()),
        price: Decimal::new(random.below(4).into(), 1),
        written: random.below(5),
    };
    insert_many(&db, (0..40).map(new).collect::<Vec<_>>())?;
    insert_many(&db, (0..4).map(|_| NewTopic { name: random.name() }).collect::<Vec<_>>())?;
    for post_id in 1..=25 {
        for topic_id in 1..=4 {
            if random.below(3) == 0 {
                let weight = (random.below(3) > 0).then(|| i32::try_from(random.below(3)).unwrap_or_default());
                Filing { post_id, topic_id, weight, since: random.below(4) }.insert(&db)?;
            }
        }
    }
    Ok(db)
}

/// Orders of posts by values of related rows.
fn orders() -> Vec<fn() -> OrderBy<Post>> {
    vec![
        || Post::comments().count().desc(),
        || Post::comments().presence().asc(),
        || Post::comments().max(Comment::written()).desc(),
        || Post::comments().min(Comment::text()).asc().nulls_last(),
        || Post::comments().sum(Comment::score()).desc().nulls_first(),
        || Post::comments().sum(Comment::price()).asc(),
        || Post::comments().avg(Comment::score()).desc(),
        || Post::comments().filter(Comment::score().gt(1)).count().asc(),
        || Post::topics().max(Topic::name()).asc(),
        || Post::author().value(Author::name()).asc(),
        || Post::editor().value(Author::name()).desc(),
        || Post::editor().value(Author::nick()).asc().nulls_last(),
        || Post::author().value(Author::company().value(Company::name())).desc().nulls_first(),
        || Post::author().value(Author::badge().value(Badge::level())).asc(),
        || Post::author().value(Author::posts().count()).desc(),
    ]
}

/// Returns all pages of a query. Each cursor is converted to text and back.
fn pages(db: &Db, query: &Query<Post>, size: u64) -> Result<Vec<Post>> {
    let (mut rows, mut cursor) = (Vec::new(), None::<Cursor>);
    loop {
        let page = query.clone().page(size).after(cursor);
        let Page { rows: page, next } = assert_queries!(db, 1, page.read(db)?);
        assert!(next.is_none() || page.len() as u64 == size);
        rows.extend(page);
        match next {
            Some(next) => cursor = Some(next.to_string().parse()?),
            None => return Ok(rows),
        }
    }
}

#[test]
fn all_pages_are_the_whole_list() -> Result<()> {
    for seed in 1..=2 {
        let mut random = Random::new(seed);
        let db = random_blog(&mut random)?;
        let orders = orders();
        for (position, order) in orders.iter().enumerate() {
            let other = orders[(position + 4) % orders.len()];
            let query = Post::query().order_by((order(), other(), Post::title().asc()));
            for query in [Post::query().order_by(order()), query] {
                let whole = query.all(&db)?;
                assert_eq!(whole.len(), 25, "no order changes the number of rows: {}", query.sql(&db));
                for size in [2, 9] {
                    assert_eq!(pages(&db, &query, size)?, whole, "seed {seed}, in pages of {size}: {}", query.sql(&db));
                }
                let chunks = query.chunks(&db).of_size(4).collect::<Result<Vec<_>>>()?.concat();
                assert_eq!(chunks, whole, "seed {seed}, in chunks: {}", query.sql(&db));
            }
        }
    }
    Ok(())
}

#[test]
fn a_cursor_of_an_order_by_other_related_rows_is_refused() -> Result<()> {
    let db = random_blog(&mut Random::new(1))?;
    let scored = |least: i32| Post::comments().filter(Comment::score().gt(least)).count().desc();
    let page = |order: OrderBy<Post>| Post::query().order_by(order).page(3);
    let cursor = page(scored(1)).read(&db)?.next;
    assert!(cursor.is_some());
    assert_eq!(page(scored(1)).after(cursor.clone()).read(&db)?.rows.len(), 3);
    let others = [
        scored(2),
        Post::comments().count().desc(),
        Post::topics().count().desc(),
        Post::comments().filter(Comment::score().gt(1)).count().asc(),
        Post::author().value(Author::id()).desc(),
    ];
    for other in others {
        assert!(page(other).after(cursor.clone()).read(&db).unwrap_err().is_bad_cursor());
    }
    let by_name = page(Post::author().value(Author::name()).asc()).read(&db)?.next;
    assert!(page(Post::editor().value(Author::name()).asc()).after(by_name).read(&db).unwrap_err().is_bad_cursor());
    Ok(())
}
