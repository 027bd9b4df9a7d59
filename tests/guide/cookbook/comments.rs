//! The recipe: a tree of comments with their authors.

use orm::{Db, Model};

use crate::chapter::Chapter;

// ANCHOR: post
#[derive(Model)]
#[has_many(comments: Comment)]
struct Post {
    id: i64,
    title: String,
}

#[derive(Model)]
struct Author {
    id: i64,
    name: String,
}

#[derive(Model)]
#[has_many(replies: Comment, foreign_key = parent_id)]
struct Comment {
    id: i64,
    text: String,
    #[belongs_to(post: Post, on_delete = cascade)]
    post_id: i64,
    #[belongs_to(author: Author)]
    author_id: i64,
    #[belongs_to(parent: Comment, on_delete = cascade)]
    parent_id: Option<i64>,
}
// ANCHOR_END: post

// ANCHOR: thread
fn thread(db: &Db, post: &Post) -> orm::Result<Vec<String>> {
    let replies = Comment::replies().order_by(Comment::id().asc()).prefetch(Comment::author()).to_any_depth();
    let comments = Post::comments()
        .of(post)
        .filter(Comment::parent_id().is_null())
        .prefetch(Comment::author().joined())
        .prefetch(replies)
        .all(db)?;
    let mut lines = Vec::new();
    for comment in &comments {
        lines.push(format!("{}: {}", comment.author().name, comment.text));
        for (depth, reply) in comment.replies().walk() {
            lines.push(format!("{}{}: {}", "  ".repeat(depth), reply.author().name, reply.text));
        }
    }
    Ok(lines)
}
// ANCHOR_END: thread

pub(super) fn recipe(chapter: &mut Chapter) -> orm::Result<()> {
    let db = &Db::memory()?;
    db.create_tables::<(Post, Author, Comment)>()?;
    let post = NewPost { title: "Compilers".into() }.insert(db)?;
    let authors = orm::insert_many(db, ["Ada", "Grace", "Alan"].map(|name| NewAuthor { name: name.into() }))?;
    let comments = [
        ("First!", 0, None),
        ("What is a linker?", 2, None),
        ("Second.", 1, Some(1)),
        ("It joins object files.", 1, Some(2)),
        ("Thank you!", 2, Some(4)),
    ];
    let new = comments.map(|(text, author, parent_id)| NewComment {
        text: text.into(),
        post_id: post.id,
        author_id: authors[author].id,
        parent_id,
    });
    orm::insert_many(db, new)?;
    let recording = db.record();
    let thread = thread(db, &post)?;
    assert_eq!(recording.count(), 5);
    chapter.shows("text", thread.join("\n"));
    flat(db, &post)
}

fn flat(db: &Db, post: &Post) -> orm::Result<()> {
    // ANCHOR: flat
    let comments = Post::comments().of(post).prefetch(Comment::author().joined()).all(db)?;
    // ANCHOR_END: flat
    assert_eq!(comments.len(), 5);
    assert_eq!(comments[4].author().name, "Alan");
    Ok(())
}
