//! `link_with` with rows that do not belong to the join model.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model};
use school::*;

#[derive(Model)]
#[many_to_many(tags: Tag, through = "note_tags")]
struct Note {
    id: i64,
}

#[derive(Model)]
struct Tag {
    id: i64,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let (note, tag) = (Note { id: 1 }, Tag { id: 1 });
    Note::tags().link_with(&db, &note, [&tag], |_, _| NewTag {})?;
    let (student, course) = (Student::find(&db, 1)?, Course::find(&db, 1)?);
    Student::courses().link_with(&db, &student, [&course], |_, _| NewDepartment { name: "Maths".into() })?;
    Ok(())
}
