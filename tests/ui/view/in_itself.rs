//! Views that contain themselves, directly or through each other, would never end.

use orm::{Many, Model, View};

#[derive(Model)]
#[has_many(replies: Comment, foreign_key = parent_id)]
struct Comment {
    id: i64,
    body: String,
    #[belongs_to(parent: Comment)]
    parent_id: Option<i64>,
}

#[derive(View, Clone)]
#[view(of = Comment)]
struct Thread {
    body: String,
    replies: Vec<Thread>,
}

#[derive(View, Clone)]
#[view(of = Comment)]
struct Kept {
    replies: Many<Kept>,
}

// Two views that contain each other are reported once.
#[derive(View, Clone)]
#[view(of = Comment)]
struct Above {
    replies: Vec<Below>,
}

#[derive(View, Clone)]
#[view(of = Comment)]
struct Below {
    parent: Option<Above>,
}

// A view that contains such a view causes no message of its own.
#[derive(View, Clone)]
#[view(of = Comment)]
struct Outer {
    replies: Vec<Thread>,
}

fn main() -> orm::Result<()> {
    let db = orm::Db::memory()?;
    println!("{}", Comment::query().view::<Thread>().plan(&db)?);
    Comment::query().view::<Outer>().all(&db).map(|_| ())
}
