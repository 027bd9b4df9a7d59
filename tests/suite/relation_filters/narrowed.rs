//! Conditions on relations that are filtered or limited.

use orm::{Condition, Db, Model, Result, assert_queries};

use crate::database::{Shared, either};
use crate::schemas::blog::{Author, Comment, Company, Filing, Post, Topic, blog, titles};

fn found(db: &Db, condition: Condition<Post>) -> Result<Vec<String>> {
    let query = Post::query().filter(condition);
    let posts = assert_queries!(db, 1, query.all(db)?);
    assert_eq!(query.count(db)?, posts.len() as u64, "`count` agrees with `all`");
    assert_eq!(query.exists(db)?, !posts.is_empty());
    Ok(titles(&posts).into_iter().map(str::to_owned).collect())
}

#[test]
fn a_filter_of_the_relation_and_the_condition_must_both_be_met() -> Result<()> {
    let db = blog()?;
    let scored = || Post::comments().filter(Comment::score().is_not_null());
    let by_zoe = || Comment::author_id().eq(1);
    assert_eq!(found(&db, scored().any(by_zoe()))?, ["Red", "Tin"]);
    assert_eq!(found(&db, scored().none(by_zoe()))?, ["Sun", "Sea"]);
    assert_eq!(found(&db, scored().all(Comment::score().gt(1)))?, ["Sun", "Tin", "Sea"], "no row, no exception");
    assert_eq!(found(&db, scored().exists())?, ["Red", "Tin"]);
    let lived = || Post::author().filter(Author::company_id().is_not_null());
    assert_eq!(found(&db, lived().has(Author::name().ne("Zoe")))?, ["Red", "Sea"]);
    assert_eq!(found(&db, !lived().exists())?, ["Tin"]);
    let news = || Post::topics().filter(Topic::name().eq("news"));
    assert_eq!(found(&db, news().any(Topic::id().eq(1)) & !news().any(Topic::id().eq(2)))?, ["Red", "Sun"]);
    let refused = Post::comments().filter(Comment::text().like("\\")).any(by_zoe());
    assert!(Post::query().filter(refused).all(&db).unwrap_err().to_string().contains("cannot end in"));
    Ok(())
}

#[test]
fn a_limited_relation_leads_to_the_first_rows_of_each_parent() -> Result<()> {
    let db = blog()?;
    let latest = || Post::comments().order_by(Comment::written().desc());
    let by = |author: i64| Comment::author_id().eq(author);
    assert_eq!(found(&db, latest().limit(1).any(by(1)))?, ["Sun", "Tin"], "the last of Red is by Ann");
    assert_eq!(found(&db, latest().limit(1).any(by(3)))?, ["Red"]);
    assert_eq!(found(&db, latest().limit(2).any(by(2)))?, ["Red"]);
    assert_eq!(found(&db, latest().limit(1).any(by(2)))?, [""; 0]);
    assert_eq!(found(&db, latest().limit(1).none(by(1)))?, ["Red", "Sea"], "nor has Sea a comment that is not");
    assert_eq!(found(&db, latest().limit(2).all(by(1)))?, ["Sun", "Sea"]);
    assert_eq!(found(&db, latest().offset(1).any(by(1)))?, ["Red"]);
    assert_eq!(found(&db, latest().limit(1).offset(2).exists())?, ["Red"]);
    assert_eq!(found(&db, latest().limit(0).exists())?, [""; 0]);
    let oldest = Post::comments().limit(1);
    assert_eq!(found(&db, oldest.any(by(3)))?, ["Tin"], "without an order by primary key");
    let scored = latest().filter(Comment::score().is_not_null()).limit(1);
    assert_eq!(found(&db, scored.any(by(2)))?, ["Red"], "the filter counts before the limit");
    Ok(())
}

#[test]
fn a_limited_relation_may_lead_over_links_and_lie_in_others() -> Result<()> {
    let db = blog()?;
    let last_topic = || Post::topics().order_by(Topic::name().desc()).limit(1);
    assert_eq!(found(&db, last_topic().any(Topic::name().eq("news")))?, ["Red", "Sun"]);
    assert_eq!(found(&db, last_topic().any(Topic::name().eq("long")))?, ["Tin"]);
    let last_post = || Author::posts().order_by(Post::title().desc()).limit(1);
    let last_is_quiet = last_post().none(Post::comments().order_by(Comment::id().asc()).limit(1).exists());
    assert_eq!(found(&db, Post::author().has(last_is_quiet))?, ["Red", "Sea"]);
    let many_read = last_post().any(Post::comments().count().gt(1));
    let names: Vec<String> = Author::query().filter(many_read).select(Author::name()).all(&db)?;
    assert_eq!(names, ["Ann"]);
    Ok(())
}

#[test]
fn rows_are_deleted_by_the_first_of_a_relation() -> Result<()> {
    let db = blog()?;
    let latest = Post::comments().order_by(Comment::written().desc()).limit(1);
    let by_zoe = Post::query().filter(latest.any(Comment::author_id().eq(1)));
    let ids: Vec<i64> = by_zoe.select(Post::id()).all(&db)?;
    assert_eq!(ids, [2, 3]);
    let quiet = Post::comments().limit(1).none(Comment::id().gt(0));
    assert_eq!(Post::rows_where(quiet).delete(&db)?, 1);
    assert_eq!(Post::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn the_first_row_is_found_within_the_subquery() -> Result<()> {
    let file = Shared::new();
    let db = file.open();
    db.create_tables::<(Company, Author, Post, Comment, Topic, Filing)>()?;
    let latest = Post::comments().order_by(Comment::written().desc()).limit(1);
    let query = Post::query().filter(latest.any(Comment::author_id().eq(7)));
    let columns = r#"t1."id", t1."post_id", t1."author_id", t1."text", t1."score", t1."price", t1."written""#;
    let (limit, value) = either(("?1", "?2"), ("$1", "$2"));
    let expected = format!(
        r#"WHERE EXISTS (SELECT 1 FROM (SELECT {columns} FROM "comments" AS t1 WHERE t1."post_id" = t0."id" ORDER BY t1."written" DESC, t1."id" DESC LIMIT {limit}) AS t2 WHERE t2."author_id" = {value}) ORDER BY t0."id""#
    );
    let text = query.sql(&db).text;
    assert!(text.ends_with(&expected), "{text}");
    let plan = file.query_plan(&text.replace("$2", "7").replace("$1", "1")).join("\n");
    let search = either("SEARCH t1 USING INDEX comments__post_id", "Index Scan using comments__post_id");
    assert!(plan.contains(search), "{plan}");
    Ok(())
}
