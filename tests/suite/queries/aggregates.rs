//! Orders and conditions by values that are computed from the rows of a relation.

use orm::value::Decimal;
use orm::{Condition, Db, Expression, Model, OrderBy, Result, assert_queries};

use crate::database::{Shared, either};
use crate::schemas::blog::{Author, Comment, Company, Filing, Post, Topic, blog, titles};

fn ordered(db: &Db, order: OrderBy<Post>) -> Result<Vec<String>> {
    let posts = assert_queries!(db, 1, Post::query().order_by(order).all(db)?);
    Ok(titles(&posts).into_iter().map(str::to_owned).collect())
}

fn found(db: &Db, condition: Condition<Post>) -> Result<Vec<String>> {
    let query = Post::query().filter(condition);
    let posts = assert_queries!(db, 1, query.all(db)?);
    assert_eq!(query.count(db)?, posts.len() as u64, "`count` agrees with `all`");
    Ok(titles(&posts).into_iter().map(str::to_owned).collect())
}

#[test]
fn parents_are_ordered_by_aggregates() -> Result<()> {
    let db = blog()?;
    let comments = Post::comments;
    assert_eq!(ordered(&db, comments().count().desc())?, ["Red", "Tin", "Sun", "Sea"]);
    assert_eq!(ordered(&db, comments().count().asc())?, ["Sea", "Sun", "Tin", "Red"]);
    assert_eq!(ordered(&db, comments().presence().asc())?, ["Sea", "Red", "Sun", "Tin"], "then by primary key");
    assert_eq!(ordered(&db, comments().max(Comment::written()).desc())?, ["Tin", "Sun", "Red", "Sea"]);
    assert_eq!(ordered(&db, comments().min(Comment::written()).asc())?, ["Sea", "Tin", "Red", "Sun"]);
    assert_eq!(ordered(&db, comments().sum(Comment::price()).desc())?, ["Red", "Tin", "Sun", "Sea"]);
    assert_eq!(ordered(&db, comments().avg(Comment::price()).asc())?, ["Sea", "Sun", "Red", "Tin"]);
    assert_eq!(ordered(&db, comments().min(Comment::text()).desc())?, ["Tin", "Sun", "Red", "Sea"]);
    let scored = || comments().filter(Comment::score().is_not_null());
    assert_eq!(ordered(&db, scored().count().desc())?, ["Tin", "Red", "Sea", "Sun"]);
    let topics = Post::topics().filter(Topic::name().ne("long"));
    assert_eq!(ordered(&db, topics.count().desc())?, ["Sun", "Red", "Sea", "Tin"]);
    Ok(())
}

#[test]
fn parents_without_rows_come_where_nulls_do() -> Result<()> {
    let db = blog()?;
    let sum = || Post::comments().sum(Comment::score());
    assert_eq!(ordered(&db, sum().asc())?, ["Sun", "Sea", "Red", "Tin"]);
    assert_eq!(ordered(&db, sum().desc())?, ["Tin", "Red", "Sea", "Sun"]);
    assert_eq!(ordered(&db, sum().asc().nulls_last())?, ["Red", "Tin", "Sun", "Sea"]);
    assert_eq!(ordered(&db, sum().desc().nulls_first())?, ["Sea", "Sun", "Tin", "Red"]);
    Ok(())
}

#[test]
fn parents_are_found_by_aggregates() -> Result<()> {
    let db = blog()?;
    let comments = Post::comments;
    let written = || comments().max(Comment::written());
    assert_eq!(found(&db, written().gt(20))?, ["Sun", "Tin"]);
    assert_eq!(found(&db, written().ge(20))?, ["Red", "Sun", "Tin"]);
    assert_eq!(found(&db, written().lt(30))?, ["Red"], "a parent without rows meets no comparison");
    assert_eq!(found(&db, written().le(30))?, ["Red", "Sun"]);
    assert_eq!(found(&db, written().eq(30))?, ["Sun"]);
    assert_eq!(found(&db, written().ne(30))?, ["Red", "Tin"]);
    assert_eq!(found(&db, !written().eq(30))?, ["Red", "Tin"], "nor its opposite");
    assert_eq!(found(&db, written().is_null())?, ["Sea"]);
    assert_eq!(found(&db, written().is_not_null())?, ["Red", "Sun", "Tin"]);
    assert_eq!(found(&db, comments().sum(Comment::score()).is_null())?, ["Sun", "Sea"]);
    assert_eq!(found(&db, comments().sum(Comment::score()).gt(4))?, ["Tin"]);
    assert_eq!(found(&db, comments().avg(Comment::score()).eq(2.0))?, ["Red"]);
    assert_eq!(found(&db, comments().min(Comment::text()).lt("c2"))?, ["Red"]);
    assert_eq!(found(&db, comments().sum(Comment::price()).eq(Decimal::new(1025, 2)))?, ["Tin"]);
    assert_eq!(
        found(&db, comments().max(Comment::price()).gt(Decimal::new(975, 2)))?,
        ["Red"],
        "as numbers, not as text"
    );
    assert_eq!(found(&db, comments().presence().eq(false))?, ["Sea"]);
    assert_eq!(found(&db, comments().count().lt(u64::try_from(i64::MAX).expect("it fits")))?.len(), 4);
    let by_ann = comments().filter(Comment::author().has(Author::name().eq("Ann")));
    assert_eq!(found(&db, by_ann.max(Comment::written()).gt(10))?, ["Red"]);
    Ok(())
}

#[test]
fn aggregates_are_compared_with_columns_and_computed_with() -> Result<()> {
    let db = blog()?;
    assert_eq!(found(&db, Post::comments().min(Comment::post_id()).eq(Post::author_id()))?, ["Tin"]);
    assert_eq!(found(&db, Expression::from(Post::comments().count()).mul(2).gt(4))?, ["Red"]);

    Ok(())
}

#[test]
fn aggregates_lie_in_conditions_on_other_relations() -> Result<()> {
    let db = blog()?;
    let discussed = || Post::comments().count().ge(2);
    let names = |query: orm::Query<Company>| -> Result<Vec<String>> {
        Ok(query.all(&db)?.into_iter().map(|company| company.name).collect())
    };
    let wrote = Company::authors().any(Author::posts().any(discussed()));
    assert_eq!(names(Company::query().filter(wrote))?, ["Beta"]);
    let latest = Company::authors().filter(Author::posts().any(discussed())).count();
    assert_eq!(names(Company::query().order_by(latest.desc()))?, ["Beta", "Acme"]);
    Ok(())
}

#[test]
fn rows_of_relations_are_ordered_by_aggregates() -> Result<()> {
    let db = blog()?;
    let by_comments = || Author::posts().order_by(Post::comments().count().asc());
    let authors = assert_queries!(&db, 2, Author::query().prefetch(by_comments()).all(&db)?);
    assert_eq!(titles(authors[1].posts()), ["Sea", "Red"]);
    let limited = Author::query().prefetch(by_comments().limit(1));
    let authors = assert_queries!(&db, 2, limited.all(&db)?);
    assert_eq!(titles(authors[1].posts()), ["Sea"]);
    let bob = Author::find(&db, 2)?;
    assert_eq!(titles(&by_comments().of(&bob).all(&db)?), ["Sea", "Red"]);
    let by_latest = Topic::posts().order_by(Post::comments().max(Comment::written()).desc());
    let topics = assert_queries!(&db, 2, Topic::query().prefetch(by_latest.clone()).all(&db)?);
    assert_eq!(titles(topics[0].posts()), ["Sun", "Red"]);
    assert_eq!(titles(topics[1].posts()), ["Tin", "Red"]);
    let topics = assert_queries!(&db, 2, Topic::query().prefetch(by_latest.limit(1)).all(&db)?);
    assert_eq!(topics.iter().flat_map(|topic| titles(topic.posts())).collect::<Vec<_>>(), ["Sun", "Tin"]);
    Ok(())
}

#[test]
fn aggregates_are_selected() -> Result<()> {
    let db = blog()?;
    let rows: Vec<(String, u64, Option<i64>, bool)> = assert_queries!(
        &db,
        1,
        Post::query()
            .select((
                Post::title(),
                Post::comments().count(),
                Post::comments().max(Comment::written()),
                Post::topics().presence()
            ))
            .order_by(Post::comments().count().desc())
            .all(&db)?
    );
    let row = |title: &str, count, latest, filed| (title.to_owned(), count, latest, filed);
    let expected = [
        row("Red", 3, Some(20), true),
        row("Tin", 2, Some(40), true),
        row("Sun", 1, Some(30), true),
        row("Sea", 0, None, false),
    ];
    assert_eq!(rows, expected);
    let sums: Vec<Option<Decimal>> = Post::query().select(Post::comments().sum(Comment::price())).all(&db)?;
    assert_eq!(sums, [Some(Decimal::new(1175, 2)), Some(Decimal::new(2, 0)), Some(Decimal::new(1025, 2)), None]);
    let weights: Vec<Option<i32>> = Post::query()
        .select(Post::topics().max(Topic::id()))
        .all(&db)
        .map(|ids| ids.into_iter().map(|id| id.and_then(|id| i32::try_from(id).ok())).collect())?;
    assert_eq!(weights, [Some(2), Some(1), Some(2), None]);
    Ok(())
}

#[test]
fn an_aggregate_of_a_limited_relation_is_refused() -> Result<()> {
    let db = blog()?;
    let limited = || Post::comments().limit(2).count();
    let message = "`Post.comments` is limited, so it cannot be counted or summed";
    let refused = |error: orm::Error| assert_eq!((error.to_string().as_str(), error.is_invalid()), (message, true));
    refused(Post::query().order_by(limited().desc()).all(&db).unwrap_err());
    refused(Post::query().filter(limited().gt(1)).all(&db).unwrap_err());
    refused(Post::query().select(limited()).all(&db).unwrap_err());
    refused(Author::query().prefetch(Author::posts().order_by(limited().desc())).all(&db).unwrap_err());
    Ok(())
}

#[test]
fn conditions_within_aggregates_are_counted_as_others_are() -> Result<()> {
    let db = blog()?;
    let mut condition = Author::id().gt(0);
    for _ in 0..10_000 {
        condition = Author::posts().filter(Post::author().has(condition)).count().gt(0);
    }
    let error = Author::query().filter(condition).all(&db).unwrap_err();
    assert!(error.to_string().contains("nested more than"), "{error}");
    Ok(())
}

#[test]
fn an_aggregate_is_a_subquery_that_an_index_serves() -> Result<()> {
    let file = Shared::new();
    let db = file.open();
    db.create_tables::<(Company, Author, Post, Comment, Topic, Filing)>()?;
    let query = Post::query()
        .filter(Post::comments().max(Comment::written()).gt(5))
        .order_by(Post::comments().filter(Comment::author_id().eq(7)).count().desc());
    let recording = db.record();
    query.all(&db)?;
    let statements = recording.statements();
    let columns = r#"t0."id", t0."title", t0."author_id", t0."editor_id""#;
    assert_eq!(
        statements,
        [either(
            format!(
                r#"SELECT {columns} FROM "posts" AS t0 WHERE (SELECT max(t1."written") FROM "comments" AS t1 WHERE t1."post_id" = t0."id") > ?1 ORDER BY (SELECT count(*) FROM "comments" AS t2 WHERE t2."post_id" = t0."id" AND (t2."author_id" = ?2)) DESC, t0."id" DESC"#
            ),
            format!(
                r#"SELECT {columns} FROM "posts" AS t0 WHERE (SELECT max(t1."written") FROM "comments" AS t1 WHERE t1."post_id" = t0."id") > $1 ORDER BY (SELECT count(*) FROM "comments" AS t2 WHERE t2."post_id" = t0."id" AND (t2."author_id" = $2)) DESC, t0."id" DESC"#
            ),
        )]
    );
    let statement = Post::query().order_by(Post::comments().count().desc()).sql(&db).text;
    let plan = file.query_plan(&statement).join("\n");
    let search = either("SEARCH t1 USING COVERING INDEX comments__post_id", "Index Only Scan using comments__post_id");
    assert!(plan.contains(search), "{plan}");
    Ok(())
}
