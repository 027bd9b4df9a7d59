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
    // `Comment` is not a variant of the enum.
    Comment::query().prefetch(Comment::subject().prefetch(Comment::album())).all(&db)?;
    // The same relation twice.
    let twice = Comment::subject().prefetch(Photo::album()).prefetch(Photo::album());
    Comment::query().prefetch(twice).all(&db)?;
    // A polymorphic row has no place for a count.
    Comment::query().prefetch(Comment::subject().prefetch(Photo::album().count())).all(&db)?;
    // Rows with loaded relations have another enum type.
    for comment in Comment::query().prefetch(Comment::subject().prefetch(Photo::album())).all(&db)? {
        if let Subject::Post(post) = &**comment.subject() {
            println!("{}", post.title);
        }
    }
    Ok(())
}
