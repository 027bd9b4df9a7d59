//! The program text of the chapter on serialising.

use orm::{Db, Model};
use serde::Serialize;

use crate::chapter::Chapter;
use crate::{Course, Student};

#[test]
fn chapter() -> Result<(), Box<dyn std::error::Error>> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("10-json");
    loaded(&db, &mut chapter)?;
    named(&db, &mut chapter)?;
    tree(&db, &mut chapter)?;
    response(&db)?;
    chapter.close();
    Ok(())
}

fn loaded(db: &Db, chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    let alan = Student::query().prefetch(Student::courses()).prefetch(Student::department()).find(db, 3)?;
    println!("{}", serde_json::to_string_pretty(&alan)?);
    chapter.shows("json", serde_json::to_string_pretty(&alan)?);
    Ok(())
}

fn named(db: &Db, chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    struct CourseCount;

    let ada = Student::query().prefetch(Student::courses().count().named(CourseCount)).find(db, 1)?;
    println!("{}", serde_json::to_string_pretty(&ada)?);
    chapter.shows("json", serde_json::to_string_pretty(&ada)?);
    Ok(())
}

fn tree(db: &Db, chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    let programming = Course::query().prefetch(Course::follow_ups().to_any_depth()).find(db, 4)?;
    println!("{}", serde_json::to_string_pretty(&programming)?);
    chapter.shows("json", serde_json::to_string_pretty(&programming)?);
    Ok(())
}

#[derive(Serialize)]
struct Response<T> {
    total: usize,
    rows: Vec<T>,
}

fn students(db: &Db) -> orm::Result<Response<impl Serialize>> {
    let rows = Student::query().prefetch(Student::courses().prefetch(Course::department())).all(db)?;
    Ok(Response { total: rows.len(), rows })
}

fn response(db: &Db) -> Result<(), Box<dyn std::error::Error>> {
    let value = serde_json::to_value(students(db)?)?;
    assert_eq!(value["rows"][0]["courses"][0]["department"]["name"], "Mathematics");
    assert_eq!(value["total"], 3);
    Ok(())
}
