//! Each mistake in a polymorphic enum causes one message; uses of the enum cause none.

use orm::{Db, Model, Polymorphic};

#[derive(Model)]
struct Photo {
    id: i64,
}

#[derive(Model)]
struct Post {
    id: i64,
}

#[derive(Polymorphic)]
#[polymorphic(tag = "subject", loadd = FullSubject)]
enum Subject {
    Photo(Photo),
    #[polymorphic(tag = "photo")]
    Post(Post),
    #[polymorphic(name = "draft")]
    Draft(Post),
    Nothing,
    Both(Photo, Post),
}

#[derive(Polymorphic)]
#[polymorphic(loaded = none)]
enum None {}

#[derive(Polymorphic)]
#[polymorphic(loaded = Itself)]
enum Itself {
    Photo(Photo),
}

#[derive(Polymorphic)]
enum Any<T> {
    Photo(T),
}

#[derive(Polymorphic)]
struct Either {
    photo: Photo,
    post: Post,
}

#[derive(Model)]
struct Comment {
    id: i64,
    subject_type: String,
    #[belongs_to(subject: Subject, tag = subject_type)]
    subject_id: i64,
    #[belongs_to(either: Either, tag = subject_type)]
    either_id: i64,
    #[belongs_to(none: None, tag = subject_type)]
    none_id: i64,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let narrowed = Comment::subject().filter(Photo::id().gt(1));
    Comment::query().prefetch(narrowed).prefetch(Comment::either()).prefetch(Comment::none()).all(&db)?;
    Ok(())
}
