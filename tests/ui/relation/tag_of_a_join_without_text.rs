//! The tag of a join model without its value.

use orm::Model;

#[derive(Model)]
#[many_to_many(tags: Tag, through = Tagging, left = subject_id, tag = subject_type)]
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
