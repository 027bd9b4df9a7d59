use orm::{Db, Model, Polymorphic};

#[derive(Model)]
struct Album {
    id: i64,
    title: String,
}

#[derive(Model)]
struct Photo {
    id: i64,
    caption: String,
    #[belongs_to(album: Album)]
    album_id: i64,
}

#[derive(Model)]
struct Post {
    id: i64,
    title: String,
}

#[derive(Polymorphic)]
enum Subject {
    Photo(Photo),
    Post(Post),
}

#[derive(Model)]
#[belongs_to(album: Album)]
struct Comment {
    id: i64,
    album_id: i64,
    subject_type: String,
    #[belongs_to(subject: Subject, tag = subject_type)]
    subject_id: i64,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    // A condition on a model that is not a variant.
    Comment::query().prefetch(Comment::subject().filter(Album::title().eq("x"))).all(&db)?;
    // A filtered variant may be absent, so the relation is an `Option`.
    for comment in Comment::query().prefetch(Comment::subject().filter(Post::title().eq("x"))).all(&db)? {
        match **comment.subject() {
            Subject::Photo(_) => println!("a photo"),
            Subject::Post(_) => println!("a post"),
        }
    }
    Ok(())
}
