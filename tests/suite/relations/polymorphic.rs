//! Relations to rows of several models, and their other sides.

use orm::{Db, Model, Polymorphic, Result, assert_queries};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(comments: Comment, foreign_key = subject_id, tag(subject_type = "photo"))]
struct Photo {
    id: i64,
    caption: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(comments: Comment, foreign_key = subject_id, tag(subject_type = "blog"))]
struct Post {
    id: i64,
    title: String,
}

#[derive(Polymorphic, Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
enum Subject {
    Photo(Photo),
    #[polymorphic(tag = "blog")]
    Post(Post),
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
struct Comment {
    id: i64,
    body: String,
    subject_type: Option<String>,
    #[belongs_to(subject: Subject, tag = subject_type)]
    subject_id: Option<i64>,
}

fn gallery() -> Result<Db> {
    let db = db();
    db.create_tables::<(Photo, Post, Comment)>()?;
    orm::insert_many(&db, ["Sea", "Hill"].map(|caption| NewPhoto { caption: caption.into() }))?;
    orm::insert_many(&db, ["News", "Olds"].map(|title| NewPost { title: title.into() }))?;
    let comments = [
        ("a", Some(("photo", 1))),
        ("b", Some(("blog", 1))),
        ("c", Some(("photo", 1))),
        ("d", None),
        ("e", Some(("blog", 99))),
        ("f", Some(("photo", 2))),
    ];
    let new = comments.map(|(body, subject)| NewComment {
        body: body.into(),
        subject_type: subject.map(|(kind, _)| kind.into()),
        subject_id: subject.map(|(_, id)| id),
    });
    orm::insert_many(&db, new)?;
    Ok(db)
}

#[test]
fn each_kind_of_row_is_one_statement() -> Result<()> {
    let db = gallery()?;
    let query = Comment::query().prefetch(Comment::subject());
    let comments = assert_queries!(&db, 3, query.all(&db)?);
    let name = |comment: &CommentLoaded<Option<orm::One<Subject>>>| -> String {
        match comment.subject().as_deref() {
            Some(Subject::Photo(photo)) => photo.caption.clone(),
            Some(Subject::Post(post)) => post.title.clone(),
            None => "-".to_owned(),
        }
    };
    assert_eq!(comments.iter().map(name).collect::<Vec<_>>(), ["Sea", "News", "Sea", "-", "-", "Hill"]);
    assert!(comments.iter().all(|comment| comment.subject().as_deref().map(Subject::tag)
        == match comment.body.as_str() {
            "d" | "e" => None,
            _ => comment.subject_type.as_deref(),
        }));
    let of = |at: usize| comments[at].subject().as_deref().map(|subject| &raw const *subject);
    assert!(of(0) == of(2) && of(0) != of(5), "a photo of several comments stands in memory once");
    Ok(())
}

#[test]
fn kinds_that_no_row_refers_to_send_nothing() -> Result<()> {
    let db = gallery()?;
    let with_subject = Comment::query().prefetch(Comment::subject());
    let photos = with_subject.clone().filter(Comment::subject_type().eq("photo"));
    assert_eq!(assert_queries!(&db, 2, photos.all(&db)?).len(), 3);
    let none = with_subject.filter(Comment::subject_id().is_null());
    assert_eq!(assert_queries!(&db, 1, none.all(&db)?).len(), 1);
    Ok(())
}

#[test]
fn a_tag_of_no_variant_is_an_error() -> Result<()> {
    let db = gallery()?;
    NewComment { body: "x".into(), subject_type: Some("video".into()), subject_id: Some(1) }.insert(&db)?;
    let error = Comment::query().prefetch(Comment::subject()).all(&db).expect_err("no variant is called video");
    assert!(error.is_unknown_tag());
    let message = error.to_string();
    let expected =
        "`Comment.subject`: the tag of `Comment` 7 in column `comments.subject_type` belongs to no variant of `";
    assert!(message.starts_with(expected) && message.contains("Subject`; add a variant"), "{message}");
    Ok(())
}

#[test]
fn the_other_side_leads_to_the_rows_of_its_kind_alone() -> Result<()> {
    let db = gallery()?;
    let posts = assert_queries!(&db, 2, Post::query().prefetch(Post::comments()).all(&db)?);
    let bodies = |comments: &orm::Many<Comment>| -> Vec<String> {
        comments.iter().map(|comment| comment.body.clone()).collect()
    };
    assert_eq!((bodies(posts[0].comments()), bodies(posts[1].comments())), (vec!["b".to_owned()], vec![]));
    let photos = Photo::query().prefetch(Photo::comments().prefetch(Comment::subject())).all(&db)?;
    assert_eq!(photos[0].comments().len(), 2);
    assert_eq!(photos[0].comments()[0].subject().as_deref(), Some(&Subject::Photo((*photos[0]).clone())));
    assert_eq!(Photo::comments().of(&photos[0]).count(&db)?, 2);
    let commented = Post::query().filter(Post::comments().exists());
    assert_eq!(commented.all(&db)?.len(), 1);
    assert_eq!(Post::query().filter(Post::comments().count().eq(0)).count(&db)?, 1);
    let wrong = Post::comments().clear(&db, &posts[0]);
    assert!(wrong.is_err_and(|error| error.is_invalid()));
    Ok(())
}

#[test]
fn a_loaded_subject_serialises_as_what_it_is() -> Result<()> {
    let db = gallery()?;
    let comment = Comment::query().prefetch(Comment::subject()).find(&db, 2)?;
    let json = serde_json::to_value(&comment).expect("a row that serialises");
    assert_eq!(json["subject"]["title"], "News");
    Ok(())
}
