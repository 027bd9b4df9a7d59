//! Views that contain themselves, or each other: reading them would have no end.

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

// Two that hold each other are told of once.
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

// One that holds such a view is sound itself.
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
