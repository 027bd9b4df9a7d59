//! A tag in a field that the join model does not have.

use orm::Model;

#[derive(Model)]
#[many_to_many(tags: Tag, through = Tagging, left = subject_id, tag(subject_kind = "photo"))]
struct Photo {
    id: i64,
}

#[derive(Model)]
struct Tag {
    id: i64,
}

#[derive(Model)]
#[model(primary_key(subject_id, tag_id, subject_type))]
struct Tagging {
    subject_id: i64,
    tag_id: i64,
    subject_type: String,
}

fn main() {}
