//! A blog as JSON. The request lists the relations of the posts to include, and each of them takes one statement.
//!
//! ```sh
//! cargo run --example include
//! cargo run --example include -- "author,comments.author"
//! ```

use orm::{Db, Model};
use serde::Serialize;

#[derive(Model, Serialize)]
struct User {
    id: i64,
    name: String,
}

#[derive(Model, Serialize)]
#[has_many(comments: Comment)]
struct Post {
    id: i64,
    title: String,
    #[belongs_to(author: User)]
    author_id: i64,
}

#[derive(Model, Serialize)]
struct Comment {
    id: i64,
    text: String,
    #[belongs_to(post: Post)]
    post_id: i64,
    #[belongs_to(author: User)]
    author_id: i64,
}

/// Returns the posts with the relations in `include`, as the answer to `GET /posts?include=author,comments.author`.
fn posts(db: &Db, include: &str) -> Result<String, Box<dyn std::error::Error>> {
    let [author, comments, authors_of_comments] =
        orm::include_from(include, ["author", "comments", "comments.author"])?;
    let posts = Post::query()
        .prefetch_if(author, Post::author())
        .prefetch_if(comments, Post::comments().prefetch_if(authors_of_comments, Comment::author()))
        .all(db)?;
    Ok(serde_json::to_string_pretty(&posts)?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = blog()?;
    let asked = std::env::args().nth(1);
    for include in asked.as_deref().map_or(vec!["", "author", "comments.author", "password"], |include| vec![include]) {
        println!("GET /posts?include={include}");
        let statements = db.record();
        match posts(&db, include) {
            Ok(json) => println!("{json}\n{} statements\n", statements.count()),
            Err(error) => println!("{error}\n"),
        }
    }
    Ok(())
}

fn blog() -> orm::Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(User, Post, Comment)>()?;
    let ada = NewUser { name: "Ada".into() }.insert(&db)?;
    let grace = NewUser { name: "Grace".into() }.insert(&db)?;
    let post = NewPost { title: "On engines".into(), author_id: ada.id }.insert(&db)?;
    NewPost { title: "On compilers".into(), author_id: grace.id }.insert(&db)?;
    NewComment { text: "Well said".into(), post_id: post.id, author_id: grace.id }.insert(&db)?;
    Ok(db)
}
