//! Orders, conditions and selections by a column of the target row of a to-one relation.

use orm::{Condition, Db, Expression, Model, OrderBy, Result, View, assert_queries, sql};

use crate::database::{Shared, db, either};
use crate::schemas::blog::{Author, Badge, Comment, Company, Filing, Post, Topic, blog, titles};

fn ordered(db: &Db, order: OrderBy<Post>) -> Result<Vec<String>> {
    let posts = assert_queries!(db, 1, Post::query().order_by(order).all(db)?);
    Ok(titles(&posts).into_iter().map(str::to_owned).collect())
}

fn found(db: &Db, condition: Condition<Post>) -> Result<Vec<String>> {
    let query = Post::query().filter(condition);
    let posts = assert_queries!(db, 1, query.all(db)?);
    assert_eq!(query.count(db)?, posts.len() as u64, "`count` agrees with `all`");
    assert_eq!(query.exists(db)?, !posts.is_empty());
    Ok(titles(&posts).into_iter().map(str::to_owned).collect())
}

fn author_name() -> Expression<Post, String> {
    Post::author().value(Author::name())
}

fn editor_name() -> Expression<Post, Option<String>> {
    Post::editor().value(Author::name())
}

fn company_name() -> Expression<Post, Option<String>> {
    Post::author().value(Author::company().value(Company::name()))
}

#[test]
fn rows_are_ordered_by_columns_of_the_row_they_refer_to() -> Result<()> {
    let db = blog()?;
    assert_eq!(ordered(&db, author_name().asc())?, ["Tin", "Red", "Sea", "Sun"], "then by primary key");
    assert_eq!(ordered(&db, author_name().desc())?, ["Sun", "Sea", "Red", "Tin"]);
    assert_eq!(ordered(&db, editor_name().asc())?, ["Sun", "Tin", "Red", "Sea"], "without an editor first");
    assert_eq!(ordered(&db, editor_name().desc())?, ["Sea", "Red", "Tin", "Sun"]);
    assert_eq!(ordered(&db, editor_name().asc().nulls_last())?, ["Tin", "Red", "Sea", "Sun"]);
    assert_eq!(ordered(&db, editor_name().desc().nulls_first())?, ["Sun", "Sea", "Red", "Tin"]);
    let nick: Expression<Post, Option<String>> = Post::author().value(Author::nick());
    assert_eq!(ordered(&db, nick.desc())?, ["Sun", "Sea", "Tin", "Red"]);
    assert_eq!(ordered(&db, company_name().asc())?, ["Tin", "Sun", "Red", "Sea"], "over two relations");
    let both = Post::query().order_by((company_name().desc(), editor_name().asc(), Post::title().asc())).all(&db)?;
    assert_eq!(titles(&both), ["Red", "Sea", "Sun", "Tin"]);
    Ok(())
}

#[test]
fn rows_are_found_by_columns_of_the_row_they_refer_to() -> Result<()> {
    let db = blog()?;
    assert_eq!(found(&db, author_name().eq("Bob"))?, ["Red", "Sea"]);
    assert_eq!(found(&db, author_name().gt("Bob"))?, ["Sun"]);
    assert_eq!(found(&db, editor_name().eq("Zoe"))?, ["Red", "Sea"]);
    assert_eq!(found(&db, editor_name().ne("Zoe"))?, ["Tin"], "without an editor no comparison is met");
    assert_eq!(found(&db, !editor_name().eq("Zoe"))?, ["Tin"], "nor its opposite");
    assert_eq!(found(&db, editor_name().eq(None))?, ["Sun"]);
    assert_eq!(found(&db, company_name().eq("Beta"))?, ["Red", "Sea"]);
    assert_eq!(found(&db, company_name().eq(None) | author_name().eq("Zoe"))?, ["Sun", "Tin"]);
    assert_eq!(found(&db, author_name().eq(Post::title()))?, [""; 0]);
    assert_eq!(found(&db, Post::editor().value(Author::id()).lt(Post::author_id()))?, ["Red", "Tin", "Sea"]);
    assert_eq!(found(&db, author_name().lt(editor_name()))?, ["Red", "Tin", "Sea"]);
    let comments =
        |condition| -> Result<Vec<i64>> { Comment::query().filter(condition).select(Comment::id()).all(&db) };
    let of_author = Comment::post().value(Post::author().value(Author::name()));
    assert_eq!(comments(of_author.eq("Bob"))?, [1, 2, 3]);
    assert_eq!(comments(Comment::post().value(Post::comments().count()).eq(3))?, [1, 2, 3], "of an aggregate");
    Ok(())
}

#[test]
fn values_are_selected_and_computed_with() -> Result<()> {
    let db = blog()?;
    let rows: Vec<(String, String, Option<String>, Option<i32>)> = assert_queries!(
        &db,
        1,
        Post::query()
            .select((
                Post::title(),
                author_name(),
                company_name(),
                Post::author().value(Author::badge().value(Badge::level()))
            ))
            .order_by(author_name().desc())
            .limit(3)
            .all(&db)?
    );
    let row = |title: &str, author: &str, company: Option<&str>, level| {
        (title.to_owned(), author.to_owned(), company.map(str::to_owned), level)
    };
    let expected = [
        row("Sun", "Zoe", Some("Acme"), Some(5)),
        row("Sea", "Bob", Some("Beta"), None),
        row("Red", "Bob", Some("Beta"), None),
    ];
    assert_eq!(rows, expected);
    let level = || Author::badge().value(Badge::level());
    let names: Vec<String> = Author::query().filter(level().add(1).gt(6)).select(Author::name()).all(&db)?;
    assert_eq!(names, ["Ann"]);
    assert_eq!(Author::query().sum(&db, level())?, Some(12));
    assert_eq!(Author::query().limit(2).max(&db, level())?, Some(5));
    let distinct: Vec<Option<String>> = Post::query().select(company_name()).distinct().all(&db)?;
    assert_eq!(distinct, [None, Some("Acme".into()), Some("Beta".into())]);
    assert_eq!(Post::query().select(company_name()).distinct().count(&db)?, 3);
    Ok(())
}

#[test]
fn groups_have_values_computed_from_all_rows() -> Result<()> {
    let db = blog()?;
    let latest = Post::query().group_by(Post::editor_id()).select((Post::editor_id(), author_name().max())).all(&db)?;
    assert_eq!(latest, [(None, Some("Zoe".into())), (Some(1), Some("Bob".into())), (Some(2), Some("Ann".into()))]);
    let loose = Post::query().group_by(Post::author_id()).select((Post::author_id(), author_name()));
    let message = "a value of `Post.author` belongs to one row, and a group has several: select its `min()` or \
                   another value computed from all of them";
    assert_eq!(loose.all(&db).unwrap_err().to_string(), message);
    let above =
        Post::query().filter(author_name().ne("Ann")).group_by(Post::author_id()).having(author_name().max().gt("C"));
    assert_eq!(above.select(Post::author_id()).all(&db)?, [1]);
    Ok(())
}

#[test]
fn a_row_that_leads_nowhere_is_not_left_out() -> Result<()> {
    let db = db();
    for text in [
        "CREATE TABLE companies (id BIGINT PRIMARY KEY, name VARCHAR(20))",
        "CREATE TABLE authors (id BIGINT PRIMARY KEY, name VARCHAR(20), nick VARCHAR(20), company_id BIGINT)",
        "INSERT INTO authors VALUES (1, 'a', NULL, 9), (2, 'b', NULL, NULL)",
    ] {
        sql(text).execute(&db)?;
    }
    let company = || Author::company().value(Company::name());
    assert_eq!(Author::query().order_by(company().asc()).all(&db)?.len(), 2);
    assert_eq!(Author::query().select(company()).all(&db)?, [None, None]);
    assert_eq!(Author::query().filter(company().eq(None)).count(&db)?, 2);
    Ok(())
}

#[derive(View, Debug, PartialEq)]
#[view(of = Post)]
struct Card {
    title: String,
    #[view(from = author.name)]
    by: String,
}

#[test]
fn values_go_with_prefetches_joins_and_views() -> Result<()> {
    let db = blog()?;
    let by_author = || Post::query().order_by(author_name().asc()).filter(editor_name().ne("x"));
    let posts = assert_queries!(&db, 2, by_author().prefetch(Post::comments()).all(&db)?);
    assert_eq!(posts.iter().map(|post| post.comments().len()).collect::<Vec<_>>(), [2, 3, 0]);
    let posts = assert_queries!(&db, 1, by_author().prefetch(Post::author().joined()).all(&db)?);
    assert_eq!(posts.iter().map(|post| &*post.author().name).collect::<Vec<_>>(), ["Ann", "Bob", "Bob"]);
    let locked = db.transaction(|tx| by_author().for_update().all(tx))?;
    assert_eq!(titles(&locked), ["Tin", "Red", "Sea"]);
    let cards: Vec<Card> = assert_queries!(&db, 1, by_author().limit(1).view::<Card>().all(&db)?);
    assert_eq!(cards, [Card { title: "Tin".into(), by: "Ann".into() }]);
    Ok(())
}

#[test]
fn rows_of_relations_are_ordered_and_filtered_by_values() -> Result<()> {
    let db = blog()?;
    let texts = |comments: &[Comment]| comments.iter().map(|comment| comment.text.clone()).collect::<Vec<_>>();
    let by_name = || Post::comments().order_by(Comment::author().value(Author::name()).asc());
    let posts = assert_queries!(&db, 2, Post::query().prefetch(by_name()).all(&db)?);
    assert_eq!(texts(&posts[0].comments().to_vec()), ["c20", "c15", "c10"]);
    let posts = assert_queries!(&db, 2, Post::query().prefetch(by_name().limit(1)).all(&db)?);
    assert_eq!(texts(&posts[0].comments().to_vec()), ["c20"]);
    assert_eq!(texts(&posts[2].comments().to_vec()), ["c5"]);
    let post = Post::find(&db, 1)?;
    assert_eq!(texts(&by_name().of(&post).all(&db)?), ["c20", "c15", "c10"]);
    let not_ann = Comment::author().value(Author::name()).ne("Ann");
    let posts = assert_queries!(&db, 2, Post::query().prefetch(by_name().filter(not_ann)).all(&db)?);
    assert_eq!(texts(&posts[0].comments().to_vec()), ["c15", "c10"]);

    let by_author = || Topic::posts().order_by(Post::author().value(Author::name()).desc());
    let topics = assert_queries!(&db, 2, Topic::query().prefetch(by_author()).all(&db)?);
    assert_eq!(titles(topics[0].posts()), ["Sun", "Red"]);
    assert_eq!(titles(topics[1].posts()), ["Red", "Tin"]);
    let narrowed = by_author().filter(author_name().ne("Zoe"));
    let topics = assert_queries!(&db, 2, Topic::query().prefetch(narrowed.clone()).all(&db)?);
    assert_eq!(titles(topics[0].posts()), ["Red"]);
    let topics = assert_queries!(&db, 2, Topic::query().prefetch(narrowed.limit(1)).all(&db)?);
    assert_eq!(topics.iter().flat_map(|topic| titles(topic.posts())).collect::<Vec<_>>(), ["Red", "Red"]);
    Ok(())
}

struct ByBob;

#[test]
fn values_lie_in_conditions_on_relations_and_in_aggregates() -> Result<()> {
    let db = blog()?;
    let by_bob = || Comment::author().value(Author::name()).eq("Bob");
    assert_eq!(found(&db, Post::comments().any(by_bob()))?, ["Red"]);
    assert_eq!(found(&db, Post::comments().none(by_bob()))?, ["Sun", "Tin", "Sea"]);
    let own = || Comment::author().value(Author::id()).eq(Comment::post().value(Post::author_id()));
    assert_eq!(found(&db, Post::comments().any(own()))?, ["Red", "Sun", "Tin"], "by the author of the post");
    assert_eq!(found(&db, Post::comments().filter(own()).count().eq(1))?, ["Red", "Sun", "Tin"]);
    let first_by_name = Post::comments().order_by(Comment::author().value(Author::name()).asc()).limit(1);
    assert_eq!(found(&db, first_by_name.any(Comment::author().value(Author::nick()).eq(None)))?, ["Red", "Tin"]);
    assert_eq!(ordered(&db, Post::comments().filter(by_bob()).count().desc())?, ["Red", "Sea", "Tin", "Sun"]);
    let posts = Post::query().prefetch(Post::comments().filter(by_bob()).count().named(ByBob));
    let posts = assert_queries!(&db, 2, posts.all(&db)?);
    assert_eq!(posts.iter().map(|post| *post.named(ByBob)).collect::<Vec<_>>(), [1, 0, 0, 0]);
    Ok(())
}

#[test]
fn rows_are_updated_and_deleted_by_values() -> Result<()> {
    let db = blog()?;
    let by_ann = || Comment::author().value(Author::name()).eq("Ann");
    let changed = assert_queries!(&db, 1, Comment::rows_where(by_ann()).update(&db, Comment::written().add(100))?);
    assert_eq!(changed, 2);
    let written: Vec<i64> = Comment::query().filter(by_ann()).select(Comment::written()).all(&db)?;
    assert_eq!(written, [120, 105]);
    let added = Comment::written().add(Comment::post().value(Post::author_id()));
    assert_eq!(Comment::rows_where(Comment::id().eq(4)).update(&db, added)?, 1);
    assert_eq!(Comment::find(&db, 4)?.written, 31);
    assert_eq!(Comment::rows_where(by_ann() | Comment::id().eq(4)).delete(&db)?, 3);
    assert_eq!(Comment::query().count(&db)?, 3);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_one(cover: Picture, foreign_key = subject_id, tag(subject_type = "album"))]
struct Album {
    id: i64,
    width: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(unique(subject_type, subject_id))]
struct Picture {
    id: i64,
    subject_type: String,
    subject_id: i64,
    width: i64,
}

#[test]
fn a_value_of_a_tagged_relation_is_that_of_its_own_model() -> Result<()> {
    let db = db();
    db.create_tables::<(Album, Picture)>()?;
    NewAlbum { width: None }.insert(&db)?;
    NewAlbum { width: None }.insert(&db)?;
    for (subject_type, subject_id, width) in [("band", 1, 7), ("album", 1, 5), ("band", 2, 9)] {
        NewPicture { subject_type: subject_type.into(), subject_id, width }.insert(&db)?;
    }
    let width = || Album::cover().value(Picture::width());
    let found =
        assert_queries!(&db, 1, Album::query().order_by(width().desc()).select((Album::id(), width())).all(&db)?);
    assert_eq!(found, [(1, Some(5)), (2, None)]);
    // Here a subquery reads it, because a table that is changed cannot be joined.
    assert_eq!(Album::all_rows().update(&db, Album::width().set(width()))?, 2);
    assert_eq!(Album::query().select(Album::width()).all(&db)?, [Some(5), None]);
    Ok(())
}

#[test]
fn a_relation_that_may_lead_to_several_rows_has_no_value() -> Result<()> {
    let db = db();
    for text in [
        "CREATE TABLE companies (id BIGINT PRIMARY KEY, name VARCHAR(20))",
        "CREATE TABLE authors (id BIGINT, name VARCHAR(20), nick VARCHAR(20), company_id BIGINT)",
        "CREATE TABLE badges (id BIGINT PRIMARY KEY, author_id BIGINT, level INTEGER)",
        "INSERT INTO authors VALUES (1, 'a', NULL, NULL), (1, 'b', NULL, NULL), (2, 'c', NULL, NULL)",
        "INSERT INTO badges VALUES (1, 1, 5), (2, 1, 6), (3, 2, 7)",
    ] {
        sql(text).execute(&db)?;
    }
    let message = "`Badge.author` may lead to several rows, because `authors` has no unique index of (`id`); create \
                   one, or use an aggregate, such as `max` in place of `value`";
    let name = || Badge::author().value(Author::name());
    let error = Badge::query().order_by(name().asc()).all(&db).unwrap_err();
    assert!(error.is_schema_mismatch(), "{error}");
    assert_eq!((error.to_string().as_str(), error.table()), (message, Some("authors")));
    assert!(Badge::query().filter(name().eq("a")).count(&db).unwrap_err().is_schema_mismatch());
    assert!(Badge::query().order_by(name().asc()).page(1).read(&db).unwrap_err().is_schema_mismatch());
    assert!(Badge::rows_where(name().eq("a")).delete(&db).unwrap_err().is_schema_mismatch());
    let returned = Badge::query().select(name());
    let error = Author::query().filter(Author::name().in_(returned)).all(&db).unwrap_err();
    assert_eq!(error.to_string(), message, "of the query in a condition");
    let level = Author::badge().value(Badge::level());
    let error = Author::query().order_by(level.asc()).all(&db).unwrap_err();
    assert!(error.to_string().starts_with("`Author.badge` may lead to several rows"), "{error}");
    let greatest = Badge::author().max(Author::name());
    let ids: Vec<i64> = Badge::query().order_by(greatest.desc()).select(Badge::id()).all(&db)?;
    assert_eq!(ids, [3, 2, 1]);
    Ok(())
}

#[test]
fn the_related_row_is_joined_once_by_its_key() -> Result<()> {
    let file = Shared::new();
    let db = file.open();
    db.create_tables::<(Company, Author, Badge, Post, Comment, Topic, Filing)>()?;
    let query = Post::query().filter(author_name().ne("x")).order_by((company_name().asc(), author_name().asc()));
    let parameter = either("?1", "$1");
    let expected = format!(
        r#"FROM "posts" AS t0 LEFT JOIN "authors" AS t1 ON t1."id" = t0."author_id" LEFT JOIN "companies" AS t2 ON t2."id" = t1."company_id" WHERE t1."name" <> {parameter} ORDER BY t2."name""#
    );
    let text = query.sql(&db).text;
    assert!(text.contains(&expected), "{text}");
    let plan = file.query_plan(&text).join("\n");
    let searches = ["SEARCH t1 USING INTEGER PRIMARY KEY", "SEARCH t2 USING INTEGER PRIMARY KEY"];
    for step in either(searches, ["Hash Join", "Hash Left Join"]) {
        assert!(plan.contains(step), "{plan}");
    }
    let deleted = r#"DELETE FROM "comments" AS t0 WHERE EXISTS (SELECT 1 FROM (SELECT 1) AS t1 LEFT JOIN "authors" AS t2 ON t2."id" = t0."author_id" WHERE t2."name" = "#;
    let recording = db.record();
    Comment::rows_where(Comment::author().value(Author::name()).eq("x")).delete(&db)?;
    assert!(recording.statements()[0].starts_with(deleted), "{:?}", recording.statements());
    Ok(())
}
