//! Options that a polymorphic `belongs_to` cannot have.

use orm::{Model, Polymorphic};

#[derive(Model)]
#[has_many(comments: Comment, foreign_key = about_id, tag = about)]
struct Post {
    id: i64,
}

#[derive(Polymorphic)]
enum Subject {
    Post(Post),
}

#[derive(Model)]
#[belongs_to(both: Subject, foreign_key = (about_id, id), tag = about)]
struct Comment {
    id: i64,
    #[belongs_to(subject: Subject, tag = about, references = id)]
    about_id: i64,
    #[belongs_to(other: Subject, tag = about, on_delete = cascade)]
    other_id: i64,
    about: String,
}

fn main() {}
