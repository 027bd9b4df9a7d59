//! `index = false` belongs on the side that holds the key.

use orm::Model;

#[derive(Model)]
#[has_many(posts: Post, index = false)]
#[many_to_many(tags: Tag, through = PostTag, index = false)]
struct Author {
    id: i64,
}

#[derive(Model)]
struct Post {
    id: i64,
    #[belongs_to(author: Author, index = true)]
    author_id: i64,
}

#[derive(Model)]
struct Comment {
    id: i64,
    subject_type: String,
    #[model(index = true)]
    subject_id: i64,
    #[model(index = false)]
    #[belongs_to(author: Author)]
    author_id: i64,
    #[model(index, index = false)]
    blog_id: i64,
}

#[derive(Model)]
struct Tag {
    id: i64,
}

#[derive(Model)]
#[model(primary_key(author_id, tag_id))]
struct PostTag {
    author_id: i64,
    tag_id: i64,
}

fn main() {}
