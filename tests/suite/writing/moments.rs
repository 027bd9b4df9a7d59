//! The moments of a row's writes: `created_at` and `updated_at`.

use std::thread::sleep;
use std::time::Duration;

use orm::value::{DateTime, Timestamp};
use orm::{Insert, Model, Result, assert_queries, bulk_insert, insert_many, insert_or_skip, upsert};

use crate::database::db;
use crate::support::text::without_placeholders;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(notes: Note)]
#[many_to_many(tags: Tag, through = Tagging)]
struct Post {
    id: i64,
    #[model(unique)]
    slug: String,
    text: String,
    #[model(created_at)]
    created_at: Timestamp,
    #[model(updated_at, column = "changed")]
    updated_at: Timestamp,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(posts: Post, through = Tagging)]
struct Tag {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(post_id, tag_id))]
struct Tagging {
    #[belongs_to(post: Post)]
    post_id: i64,
    #[belongs_to(tag: Tag)]
    tag_id: i64,
    #[model(created_at)]
    since: DateTime,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Note {
    id: i64,
    text: String,
    #[belongs_to(post: Post)]
    post_id: Option<i64>,
    // A table that others filled may hold none.
    #[model(updated_at)]
    touched: Option<DateTime>,
}

fn posts() -> Result<orm::Db> {
    let db = db();
    db.create_tables::<(Post, Tag, Tagging, Note)>()?;
    Ok(db)
}

fn new(slug: &str) -> NewPost {
    NewPost { slug: slug.into(), text: "Hello".into(), created_at: None, updated_at: None }
}

fn new_note(post: &Post) -> NewNote {
    NewNote { text: "Fine".into(), post_id: Some(post.id), touched: None }
}

/// A moment before those of the writes that follow, and after those of the writes that were.
fn between() -> Timestamp {
    sleep(Duration::from_micros(5));
    let now = Timestamp::now();
    sleep(Duration::from_micros(5));
    now
}

/// A moment that no write of the tests has.
fn long_ago() -> Timestamp {
    Timestamp(DateTime::new(1_000_000_000, 0).expect("a moment"))
}

#[test]
fn an_insert_sets_both_to_one_moment() -> Result<()> {
    let db = posts()?;
    let before = between();
    let post = assert_queries!(&db, 1, new("a").insert(&db)?);
    let after = between();
    assert!(before < post.created_at && post.created_at < after, "{before:?} {post:?} {after:?}");
    assert_eq!(post.created_at, post.updated_at);
    assert_eq!(Post::find(&db, post.id)?, post, "stored as it was returned");
    Ok(())
}

#[test]
fn rows_of_one_statement_have_one_moment() -> Result<()> {
    let db = posts()?;
    let several = insert_many(&db, ["a", "b", "c"].map(new))?;
    assert!(several.iter().all(|post| post.created_at == several[0].created_at && post.updated_at == post.created_at));
    bulk_insert(&db, ["d", "e"].map(new))?;
    let bulk = Post::query().filter(Post::slug().in_(["d", "e"])).all(&db)?;
    assert!(several[0].created_at < bulk[0].created_at && bulk[0].created_at == bulk[1].updated_at);
    Ok(())
}

#[test]
fn a_moment_that_is_given_is_kept() -> Result<()> {
    let db = posts()?;
    let import = NewPost { created_at: Some(long_ago()), updated_at: Some(long_ago()), ..new("old") };
    let post = import.insert(&db)?;
    assert_eq!((post.created_at, post.updated_at), (long_ago(), long_ago()));
    let mixed = insert_many(&db, [new("a"), NewPost { created_at: Some(long_ago()), ..new("b") }])?;
    assert!(mixed[0].created_at > long_ago() && mixed[1].created_at == long_ago() && mixed[1].updated_at > long_ago());
    let whole = Post { id: 77, slug: "as it is".into(), ..post.clone() }.insert(&db)?;
    assert_eq!((whole.created_at, whole.updated_at), (long_ago(), long_ago()), "a row is inserted as it is");
    let unknown = NewNote { touched: Some(None), ..new_note(&post) }.insert(&db)?;
    assert_eq!(unknown.touched, None);
    Ok(())
}

#[test]
fn an_update_sets_the_second_alone() -> Result<()> {
    let db = posts()?;
    let post = new("a").insert(&db)?;
    let before = between();
    Post { text: "Bye".into(), ..post.clone() }.update(&db)?;
    let stored = Post::find(&db, post.id)?;
    assert!(stored.created_at == post.created_at && stored.updated_at > before, "{stored:?}");

    let before = between();
    let edited = assert_queries!(&db, 1, stored.edit(&db, |post| post.text = "Well".into())?);
    assert!(edited.created_at == post.created_at && edited.updated_at > before, "{edited:?}");
    assert_eq!(edited, Post::find(&db, post.id)?);
    Ok(())
}

#[test]
fn an_edit_that_changes_nothing_leaves_the_moment() -> Result<()> {
    let db = posts()?;
    let post = new("a").insert(&db)?;
    assert_eq!(assert_queries!(&db, 0, post.edit(&db, |_| ())?), post);
    assert_eq!(Post::find(&db, post.id)?, post);
    Ok(())
}

#[test]
fn a_change_may_set_the_moment_itself() -> Result<()> {
    let db = posts()?;
    let post = new("a").insert(&db)?;
    let edited = post.edit(&db, |post| post.updated_at = long_ago())?;
    assert_eq!((edited.updated_at, edited.created_at), (long_ago(), post.created_at));
    let moved = edited.edit(&db, |post| post.created_at = long_ago())?;
    assert!(moved.created_at == long_ago() && moved.updated_at > long_ago());
    Post::all_rows().update(&db, (Post::text().set("x"), Post::updated_at().set(long_ago())))?;
    assert_eq!(Post::find(&db, post.id)?.updated_at, long_ago());
    Ok(())
}

#[test]
fn rows_that_meet_a_condition_share_a_moment() -> Result<()> {
    let db = posts()?;
    insert_many(&db, ["a", "b", "c"].map(new))?;
    let before = between();
    let some = Post::rows_where(Post::slug().ne("c"));
    assert_eq!(assert_queries!(&db, 1, some.update(&db, Post::text().set("x"))?), 2);
    let posts = Post::query().all(&db)?;
    assert!(posts[0].updated_at == posts[1].updated_at && before < posts[0].updated_at && posts[2].updated_at < before);
    assert!(posts.iter().all(|post| post.created_at < before));
    Ok(())
}

#[test]
fn an_upsert_sets_the_moments_that_fit() -> Result<()> {
    let db = posts()?;
    let first = upsert(&db, new("a"), Post::slug(), Post::text())?;
    assert_eq!(first.created_at, first.updated_at);
    let before = between();
    let again = upsert(&db, NewPost { text: "Bye".into(), ..new("a") }, Post::slug(), Post::text())?;
    assert!(again.id == first.id && again.created_at == first.created_at && again.updated_at > before, "{again:?}");
    let given = NewPost { updated_at: Some(long_ago()), ..new("a") };
    assert_eq!(upsert(&db, given, Post::slug(), (Post::text(), Post::updated_at()))?.updated_at, long_ago());
    assert_eq!(insert_or_skip(&db, new("a"), Post::slug())?, None);
    assert_eq!(Post::find(&db, first.id)?.updated_at, long_ago(), "what is skipped is not written");
    Ok(())
}

#[test]
fn a_link_has_the_moment_when_it_was_made() -> Result<()> {
    let db = posts()?;
    let post = new("a").insert(&db)?;
    let tags = insert_many(&db, ["x", "y"].map(|name| NewTag { name: name.into() }))?;
    let before = between();
    Post::tags().link(&db, &post, [&tags[0]])?;
    let after = between();
    Post::tags().set(&db, &post, &tags)?;
    let since: Vec<Timestamp> =
        Tagging::query().all(&db)?.into_iter().map(|tagging| Timestamp(tagging.since)).collect();
    assert!(before < since[0] && since[0] < after, "a link that stays is not touched: {since:?}");
    assert!(since[1] > after);
    let given = |post: &Post, tag: &Tag| NewTagging { post_id: post.id, tag_id: tag.id, since: None };
    Post::tags().clear(&db, &post)?;
    let last = between();
    Post::tags().link_with(&db, &post, &tags, given)?;
    assert!(Tagging::query().all(&db)?.iter().all(|tagging| Timestamp(tagging.since) > last));
    Ok(())
}

#[test]
fn rows_that_get_another_parent_are_touched() -> Result<()> {
    let db = posts()?;
    let posts = insert_many(&db, ["a", "b"].map(new))?;
    let note = new_note(&posts[0]).insert(&db)?;
    let touched = || Note::find(&db, note.id).map(|note| note.touched.map(Timestamp));
    let before = between();
    Post::notes().link(&db, &posts[1], [&note])?;
    assert!(touched()? > Some(before));
    let before = between();
    Post::notes().clear(&db, &posts[1])?;
    assert!(touched()? > Some(before));
    Ok(())
}

#[test]
fn rows_of_a_graph_have_them() -> Result<()> {
    let db = posts()?;
    let before = between();
    let post = new("a").with(Post::notes(), |post| vec![new_note(post)]).insert(&db)?;
    assert!(post.created_at > before && post.notes()[0].touched.map(Timestamp) > Some(before));
    Ok(())
}

#[test]
fn the_statements_write_the_moments_as_any_value() -> Result<()> {
    let db = posts()?;
    let recording = db.record();
    let post = new("a").insert(&db)?;
    post.update(&db)?;
    post.edit(&db, |post| post.text = "Bye".into())?;
    Post::all_rows().update(&db, Post::text().set("x"))?;
    upsert(&db, new("a"), Post::slug(), Post::text())?;
    let written: Vec<String> = recording.statements().iter().map(|text| without_placeholders(text)).collect();
    let returned = r#"RETURNING "id", "slug", "text", "created_at", "changed""#;
    let insert = r#"INSERT INTO "posts" ("slug", "text", "created_at", "changed") VALUES (?, ?, ?, ?)"#;
    assert_eq!(
        written,
        [
            &format!("{insert} {returned}"),
            r#"UPDATE "posts" SET "slug" = ?, "text" = ?, "created_at" = ?, "changed" = ? WHERE "id" = ?"#,
            &format!(r#"UPDATE "posts" SET "text" = ?, "changed" = ? WHERE "id" = ? {returned}"#),
            r#"UPDATE "posts" AS t0 SET "text" = ?, "changed" = ?"#,
            &format!(
                r#"{insert} ON CONFLICT ("slug") DO UPDATE SET "text" = excluded."text", "changed" = excluded."changed" {returned}"#
            ),
        ]
    );
    Ok(())
}

/// A test for each type that holds moments; a model with the type of this library says what is stored.
macro_rules! held_as {
    ($($(#[$feature:meta])? $name:ident: $type:ty = $stored:ident;)*) => {$(
        $(#[$feature])?
        #[test]
        fn $name() -> Result<()> {
            #[derive(Model)]
            #[model(table = "samples")]
            struct Sample {
                id: i64,
                #[model(created_at)]
                one: $type,
                #[model(updated_at)]
                other: Option<$type>,
            }
            #[derive(Model)]
            #[model(table = "samples")]
            struct Stored {
                id: i64,
                one: $stored,
                other: Option<$stored>,
            }
            let db = db();
            db.create_tables::<Sample>()?;
            let before = between();
            let sample = NewSample { one: None, other: None }.insert(&db)?;
            let after = between();
            let Stored { id: _, one, other } = Stored::find(&db, sample.id)?;
            assert!(other == Some(one) && sample.other == Some(sample.one));
            let range = before.of()..after.of();
            assert!(range.contains(&one), "{one:?} in {range:?}");
            Sample::all_rows().update(&db, Sample::id().set(sample.id))?;
            assert!(Stored::find(&db, sample.id)?.other >= Some(after.of()));
            Ok(())
        }
    )*};
}

held_as! {
    an_instant: Timestamp = Timestamp;
    a_date_and_time: DateTime = DateTime;
    #[cfg(feature = "chrono-04")]
    an_instant_of_chrono: chrono::DateTime<chrono::Utc> = Timestamp;
    #[cfg(feature = "chrono-04")]
    a_date_and_time_of_chrono: chrono::NaiveDateTime = DateTime;
    #[cfg(feature = "jiff-02")]
    an_instant_of_jiff: jiff::Timestamp = Timestamp;
    #[cfg(feature = "jiff-02")]
    a_date_and_time_of_jiff: jiff::civil::DateTime = DateTime;
    #[cfg(feature = "time-03")]
    an_instant_of_time: time::OffsetDateTime = Timestamp;
    #[cfg(feature = "time-03")]
    an_instant_of_time_in_utc: time::UtcDateTime = Timestamp;
    #[cfg(feature = "time-03")]
    a_date_and_time_of_time: time::PrimitiveDateTime = DateTime;
}

/// A moment as one of the types of this library.
trait As<T> {
    fn of(&self) -> T;
}

impl As<Timestamp> for Timestamp {
    fn of(&self) -> Timestamp {
        *self
    }
}

impl As<DateTime> for Timestamp {
    fn of(&self) -> DateTime {
        self.0
    }
}
