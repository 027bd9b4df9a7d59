//! The tag of a join table that has no model.

use orm::Model;

#[derive(Model)]
#[many_to_many(tags: Tag, through = "taggings", left = "subject_id", right = "tag_id", tag(subject_type = "photo"))]
struct Photo {
    id: i64,
}

#[derive(Model)]
struct Tag {
    id: i64,
}

fn main() {}
